// A dataset of values given by hand.
#pragma once

#include <algorithm>
#include <vector>

#include "datasets/dataset.h"

namespace quantgate {

class TestDataset : public Dataset {
 public:
  // `values` holds the samples one after the other.
  TestDataset(const Shape& shape, std::vector<float> values)
      : shape_(shape), values_(std::move(values)) {}

  [[nodiscard]] int64_t size() const override {
    return static_cast<int64_t>(values_.size()) / shape_.num_elements();
  }
  [[nodiscard]] const Shape& sample_shape() const override { return shape_; }
  [[nodiscard]] int label(int64_t) const override { return -1; }
  [[nodiscard]] Status ReadRaw(int64_t index, std::span<float> out) const override {
    const auto first = values_.begin() + index * shape_.num_elements();
    std::copy(first, first + shape_.num_elements(), out.begin());
    return OkStatus();
  }
  [[nodiscard]] Result<std::string> ContentHash() const override {
    return std::string("made by hand");
  }
  [[nodiscard]] std::string_view kind() const override { return "test"; }

 private:
  Shape shape_;
  std::vector<float> values_;
};

}  // namespace quantgate
