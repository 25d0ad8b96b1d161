// A mixed model run from one operator on; what comes before is taken from one run of the reference
// and one of the variant.
#pragma once

#include "harness/comparison/code_differences.h"
#include "harness/diagnosis/mixed_model.h"
#include "reference/interpreter/interpreter.h"

namespace quantgate {

// The reals of a tensor; empty for a type without any.
std::vector<float> RealsOf(std::span<const std::byte> bytes, const TensorInfo& info,
                           const Shape& shape);
// Of a constant of the plan, or of an output of a run.
std::vector<float> RealsOf(std::span<const std::byte> bytes, const Plan& plan, int tensor);

struct Tail {
  std::shared_ptr<const Plan> plan;
  std::vector<MixedModel::Source> inputs;  // by position
  int first_output = -1;                   // tensor that holds the first pair's output
};

// The part of the mixture from the operators of pair `first` on, under the variant's profile.
Result<Tail> MakeTail(const std::shared_ptr<const Plan>& reference,
                      const std::shared_ptr<const Plan>& variant, const OpPairing& pairing,
                      const Mixture& mixture, size_t first);

class TailRun {
 public:
  explicit TailRun(const Tail& tail) : tail_(tail), interpreter_(tail.plan) {}

  // `reference` and `variant` hold one run of each on the same sample.
  Status Run(const BytesRecord& reference, const BytesRecord& variant, Observer* observer);
  // The reals of the first output, after a run.
  [[nodiscard]] std::vector<float> Output() const;
  [[nodiscard]] const Tail& tail() const { return tail_; }

 private:
  const Tail& tail_;
  Interpreter interpreter_;
};

}  // namespace quantgate
