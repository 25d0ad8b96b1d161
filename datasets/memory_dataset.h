// A dataset whose stored values are all in memory, as bytes of one element type: what every file
// reader ends in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/dataset_table.h"
#include "reference/core/dtype.h"

namespace quantgate {

class MemoryDataset : public Dataset {
 public:
  struct Content {
    std::string_view kind;  // of static storage: the reader's name
    Shape sample_shape = {};
    // float32, float64, uint8, int8, int16, bool; int32 and int64 of at most 2^24 in size
    DType dtype = DType::kUInt8;
    std::vector<std::byte> values = {};  // samples one after the other, little-endian
    std::vector<int> labels = {};        // one a sample, or empty
    std::vector<std::string> class_names = {};
  };

  // Cuts the samples to spec.first and spec.limit. kInput when values or labels do not match the
  // number of samples, or the type cannot be read; `file` is named in messages.
  static Result<std::unique_ptr<Dataset>> Make(Content content, const DatasetSpec& spec,
                                               const std::string& file);

  [[nodiscard]] int64_t size() const override { return count_; }
  [[nodiscard]] const Shape& sample_shape() const override { return content_.sample_shape; }
  [[nodiscard]] int label(int64_t index) const override;
  void ReadRaw(int64_t index, std::span<float> out) const override;
  [[nodiscard]] std::vector<std::string> class_names() const override {
    return content_.class_names;
  }
  [[nodiscard]] std::string ContentHash() const override;
  [[nodiscard]] std::string_view kind() const override { return content_.kind; }

 private:
  explicit MemoryDataset(Content content) : content_(std::move(content)) {}
  [[nodiscard]] std::span<const std::byte> SampleBytes(int64_t index) const;

  Content content_;
  int64_t count_ = 0;
};

}  // namespace quantgate
