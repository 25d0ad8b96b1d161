// Samples of several parts, for models of several inputs: a dataset a part.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace quantgate {

class JoinedDataset : public Dataset {
 public:
  struct Part {
    std::string name;  // as SamplePart::name: all have one, or none has
    std::string file;  // for messages
    std::unique_ptr<Dataset> samples;
  };

  // Sample i is sample i of every part; labels and classes are those of the first. At least one
  // part. kInput when they have not equally many samples; kConfig when only some have names, or two
  // the same.
  static Result<std::unique_ptr<Dataset>> Make(std::vector<Part> parts);

  [[nodiscard]] int64_t size() const override { return first().size(); }
  [[nodiscard]] const Shape& sample_shape() const override { return shape_; }
  [[nodiscard]] std::vector<SamplePart> parts() const override;
  [[nodiscard]] int label(int64_t index) const override { return first().label(index); }
  [[nodiscard]] std::vector<std::string> class_names() const override {
    return first().class_names();
  }
  [[nodiscard]] Status ReadRaw(int64_t index, std::span<float> out) const override;
  // The SHA-256 of the parts' hashes, each with its name, in their order.
  [[nodiscard]] Result<std::string> ContentHash() const override;
  [[nodiscard]] std::string_view kind() const override { return first().kind(); }

 private:
  JoinedDataset(std::vector<Part> parts, const Shape& shape)
      : parts_(std::move(parts)), shape_(shape) {}
  [[nodiscard]] const Dataset& first() const { return *parts_.front().samples; }

  std::vector<Part> parts_;
  Shape shape_;
};

}  // namespace quantgate
