// Interpreters of one plan that run a sample each, together: where an operator's weights would be
// fetched anew for every sample and cost more than the arithmetic (dense layers), its joint kernel
// takes all samples in one product. Up to there, and from there to the next such operator, samples
// run one after the other, so that what one of them computes stays in the caches.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "reference/accelerated/requant_table.h"
#include "reference/interpreter/interpreter.h"

namespace quantgate {

// What the tensors of samples that take turns may have: half of a core's second cache on the
// machines of today.
inline constexpr size_t kCachedBytes = size_t{1} << 19;

class InterpreterGroup {
 public:
  // As many samples as gain by running together: 1 where no operator has enough weights, or where
  // so many samples' tensors would drive each other out of the caches.
  static size_t BestSize(const Plan& plan);

  // 1 to kMostJointSamples interpreters.
  InterpreterGroup(const std::shared_ptr<const Plan>& plan, size_t size,
                   TensorLife life = TensorLife::kUntilLastUse);

  [[nodiscard]] size_t size() const { return members_.size(); }
  // To fill inputs and read outputs of, and to run by itself.
  Interpreter& operator[](size_t i) { return *members_[i]; }
  const Interpreter& operator[](size_t i) const { return *members_[i]; }

  // Runs the first observers.size() interpreters, entry i (may be null) watching number i: the same
  // bytes as Interpreter::Run of each, shown in the same order. Returns what became of each, valid
  // until the next call.
  std::span<const Status> Run(std::span<Observer* const> observers);
  // The same of the first `count`, with nobody watching.
  std::span<const Status> Run(size_t count);

 private:
  // An operator with a joint kernel, and what each interpreter calls it with.
  struct Meeting {
    size_t step;
    std::vector<KernelArgs> args;
  };

  void FindMeetings(const Plan& plan);
  void RunJoint(const Meeting& meeting, std::span<Observer* const> observers);

  std::vector<std::unique_ptr<Interpreter>> members_;
  std::vector<Meeting> meetings_;  // in the order of their steps; empty: each runs by itself
  accelerated::AlignedBytes scratch_;
  std::vector<Status> statuses_;
};

}  // namespace quantgate
