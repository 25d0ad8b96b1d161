// The nets that faults are planted in: a float model, labelled data and its ranges.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "harness/driver/variant.h"

namespace quantgate {

struct FaultNet {
  std::string name;
  LoadedModel reference;
  std::shared_ptr<const Dataset> data;
  Preprocessing preprocessing;
  Ranges ranges;  // minmax over calibration samples
};

// "conv" and "depthwise": the committed MNIST models on MNIST. "residual": a net of fixed random
// weights with an addition, a concatenation and both kinds of pooling, on coloured patterns of
// three channels; the labels are what it answers.
FaultNet MakeFaultNet(const std::string& name, const std::string& estimator = "minmax",
                      int64_t calibration_samples = 100, uint32_t seed = 1);

// Samples or labels of another dataset, changed as they are read. An empty function changes
// nothing.
class ChangedDataset : public Dataset {
 public:
  using ChangeSample = std::function<void(std::span<float>)>;
  using ChangeLabel = std::function<int(int)>;
  ChangedDataset(std::shared_ptr<const Dataset> base, ChangeSample sample, ChangeLabel label)
      : base_(std::move(base)), sample_(std::move(sample)), label_(std::move(label)) {}

  [[nodiscard]] int64_t size() const override { return base_->size(); }
  [[nodiscard]] const Shape& sample_shape() const override { return base_->sample_shape(); }
  [[nodiscard]] int label(int64_t index) const override {
    return label_ ? label_(base_->label(index)) : base_->label(index);
  }
  [[nodiscard]] Status ReadRaw(int64_t index, std::span<float> out) const override {
    QG_RETURN_IF_ERROR(base_->ReadRaw(index, out));
    if (sample_) sample_(out);
    return OkStatus();
  }
  [[nodiscard]] Result<std::string> ContentHash() const override { return std::string("changed"); }
  [[nodiscard]] std::string_view kind() const override { return "test"; }

 private:
  std::shared_ptr<const Dataset> base_;
  ChangeSample sample_;
  ChangeLabel label_;
};

}  // namespace quantgate
