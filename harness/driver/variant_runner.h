// One variant within one worker of an evaluation: runs the samples that the reference ran and is
// measured against it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "harness/comparison/code_differences.h"
#include "harness/comparison/layer_errors.h"
#include "harness/comparison/tensor_details.h"
#include "harness/driver/reference_runner.h"

namespace quantgate {

// Measures a variant's tensors against the record of the same sample.
class SlotWatcher : public Observer {
 public:
  SlotWatcher(LayerErrorObserver& errors, TensorDetailObserver& details, Observer* others)
      : errors_(errors), details_(details), others_(others) {}
  void Against(const ReferenceSlot& slot) { slot_ = &slot; }
  // The other samples of a run are measured in between.
  void OnTensor(int op_index, const TensorView& tensor) override {
    errors_.Against(slot_->record);
    errors_.OnTensor(op_index, tensor);
    details_.StartSample(slot_->index, slot_->record);
    details_.OnTensor(op_index, tensor);
    if (others_ != nullptr) others_->OnTensor(op_index, tensor);
  }

 private:
  LayerErrorObserver& errors_;
  TensorDetailObserver& details_;
  Observer* others_;
  const ReferenceSlot* slot_ = nullptr;
};

class VariantRunner {
 public:
  // Of variant number `variant`, that runs up to `samples` at a time. `shared` outlives it.
  static Result<std::unique_ptr<VariantRunner>> Make(const SharedEvaluation& shared, size_t variant,
                                                     size_t samples);

  // Around the samples of a chunk.
  void Begin(EvaluationPart::Variant& partial) const;
  void End(EvaluationPart::Variant& partial);
  // Runs the samples of these slots; the first failure ends the variant for this chunk.
  void Run(std::span<const ReferenceSlot> slots, EvaluationPart::Variant& partial);

 private:
  VariantRunner(const SharedEvaluation& shared, size_t variant,
                std::unique_ptr<RuntimeSession> session);
  void RunTogether(std::span<const ReferenceSlot> slots, EvaluationPart::Variant& partial);
  void CompareWithBuiltin(const ReferenceSlot& slot, EvaluationPart::Variant& partial);

  const EvaluationInput& input_;
  std::shared_ptr<const Plan> plan_;
  SampleRunner runner_;
  LayerErrorObserver errors_;
  TensorDetailObserver details_;
  std::vector<SlotWatcher> watchers_;
  std::vector<Observer*> observers_;     // the watchers
  std::optional<SampleRunner> builtin_;  // where the variant's runtime is compared with it
  BytesRecord ours_;
  BytesRecord theirs_;
};

}  // namespace quantgate
