// Compares every matched tensor of a variant with the reference, sample by sample: the accumulated
// error, the variant running on its own activations.
#pragma once

#include <memory>
#include <vector>

#include "harness/comparison/error_stats.h"
#include "harness/comparison/tensor_matching.h"
#include "reference/interpreter/observer.h"

namespace quantgate {

// The real values of every computed tensor of one run of the reference model.
class ReferenceRecord : public Observer {
 public:
  // `views_last`: float32 tensors stay where they are until the next run and need not be copied.
  explicit ReferenceRecord(const Plan& plan, bool views_last = false);
  void OnTensor(int op_index, const TensorView& tensor) override;
  [[nodiscard]] const ReferenceTensor& tensor(int index) const {
    return tensors_[static_cast<size_t>(index)];
  }
  [[nodiscard]] std::span<const float> reals(int index) const { return tensor(index).reals(); }

 private:
  bool views_last_;
  std::vector<ReferenceTensor> tensors_;    // by tensor index
  std::vector<std::vector<float>> copies_;  // of those that do not last
};

using LayerErrorStats = std::vector<ErrorStats>;  // one a match, in Matching's order

// An empty LayerErrorStats for a variant.
LayerErrorStats MakeLayerErrorStats(const Plan& variant, const Matching& matching);
void MergeLayerErrors(LayerErrorStats& into, const LayerErrorStats& part);

// Watches the variant while a record holds the same sample's reference values.
class LayerErrorObserver : public Observer {
 public:
  LayerErrorObserver(const Plan& variant, const Matching& matching);
  // Said before each run; `record` holds the sample.
  void Against(const ReferenceRecord& record) { record_ = &record; }
  void OnTensor(int op_index, const TensorView& tensor) override;
  // What was seen since the last call.
  LayerErrorStats TakeStats();

 private:
  const Plan& variant_;
  const Matching& matching_;
  const ReferenceRecord* record_ = nullptr;
  std::vector<int> match_of_tensor_;  // -1: not matched
  std::vector<float> reals_;
  LayerErrorStats stats_;
};

// Rows for the report, in the order the variant computes its tensors.
std::vector<TensorError> FinishLayerErrors(const Plan& reference, const Plan& variant,
                                           const Matching& matching, const LayerErrorStats& stats);

}  // namespace quantgate
