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
  explicit ReferenceRecord(const Plan& plan);
  void OnTensor(int op_index, const TensorView& tensor) override;
  [[nodiscard]] std::span<const float> reals(int tensor) const {
    return values_[static_cast<size_t>(tensor)];
  }

 private:
  std::vector<std::vector<float>> values_;  // by tensor index
};

using LayerErrorStats = std::vector<ErrorStats>;  // one a match, in Matching's order

// An empty LayerErrorStats for a variant.
LayerErrorStats MakeLayerErrorStats(const Plan& variant, const Matching& matching);
void MergeLayerErrors(LayerErrorStats& into, const LayerErrorStats& part);

// Watches the variant while `record` holds the same sample's reference values.
class LayerErrorObserver : public Observer {
 public:
  LayerErrorObserver(const Plan& variant, const Matching& matching, const ReferenceRecord& record);
  void OnTensor(int op_index, const TensorView& tensor) override;
  // What was seen since the last call.
  LayerErrorStats TakeStats();

 private:
  const Plan& variant_;
  const Matching& matching_;
  const ReferenceRecord& record_;
  std::vector<int> match_of_tensor_;  // -1: not matched
  std::vector<float> reals_;
  LayerErrorStats stats_;
};

// Rows for the report, in the order the variant computes its tensors.
std::vector<TensorError> FinishLayerErrors(const Plan& reference, const Plan& variant,
                                           const Matching& matching, const LayerErrorStats& stats);

}  // namespace quantgate
