// A dataset of stored values of one element type: what every file reader ends in. Samples that
// need more than kMostBytesInMemory stay where they are, and are read one at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/byte_source.h"
#include "datasets/dataset.h"
#include "datasets/dataset_table.h"
#include "datasets/sample_store.h"
#include "reference/core/dtype.h"

namespace quantgate {

// Which of `total` samples first and limit leave.
struct Selection {
  uint64_t first = 0;
  uint64_t count = 0;
};
Selection Select(const DatasetSpec& spec, uint64_t total);

class StoredDataset : public Dataset {
 public:
  struct Content {
    std::string_view kind;  // of static storage: the reader's name
    Shape sample_shape = {};
    // float32, float64, uint8, int8, int16, bool; int32 and int64 of at most 2^24 in size
    DType dtype = DType::kUInt8;
    std::vector<int> labels = {};  // one a sample, or empty
    std::vector<std::string> class_names = {};
  };

  // Samples one after the other from byte `begin` to the end of `bytes`, cut to spec.first and
  // spec.limit. kInput when values or labels do not match the number of samples, or the type
  // cannot be read; `file` is named in messages.
  static Result<std::unique_ptr<Dataset>> Make(Content content, ByteSource bytes, uint64_t begin,
                                               const DatasetSpec& spec, const std::string& file);
  // The `count` samples of `store`, which are of a readable type and have `count` labels or none;
  // read at once where that takes no more than `most_bytes_in_memory`.
  static Result<std::unique_ptr<Dataset>> Make(Content content,
                                               std::unique_ptr<const SampleStore> store,
                                               int64_t count, uint64_t most_bytes_in_memory);

  [[nodiscard]] int64_t size() const override { return count_; }
  [[nodiscard]] const Shape& sample_shape() const override { return content_.sample_shape; }
  [[nodiscard]] int label(int64_t index) const override;
  [[nodiscard]] Status ReadRaw(int64_t index, std::span<float> out) const override;
  [[nodiscard]] std::vector<std::string> class_names() const override {
    return content_.class_names;
  }
  [[nodiscard]] Result<std::string> ContentHash() const override;
  [[nodiscard]] std::string_view kind() const override { return content_.kind; }

 private:
  StoredDataset(Content content, std::unique_ptr<const SampleStore> store, int64_t count)
      : content_(std::move(content)), store_(std::move(store)), count_(count) {}

  Content content_;
  std::unique_ptr<const SampleStore> store_;
  int64_t count_;
};

}  // namespace quantgate
