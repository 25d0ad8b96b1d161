#include "harness/runtimes/runtime.h"

namespace quantgate {
namespace {

class BuiltinSession : public RuntimeSession {
 public:
  BuiltinSession(const std::shared_ptr<const Plan>& plan, size_t samples, TensorLife life)
      : interpreters_(plan, samples, life),
        views_last_(life == TensorLife::kUntilNextRun && !plan->dynamic()) {}
  [[nodiscard]] size_t size() const override { return interpreters_.size(); }
  std::span<std::byte> input(size_t sample, size_t i) override {
    return interpreters_[sample].input(i);
  }
  [[nodiscard]] std::span<const std::byte> output(size_t sample, size_t i) const override {
    return interpreters_[sample].output(i);
  }
  std::span<const Status> Run(std::span<Observer* const> observers) override {
    for (size_t k = 0; k < observers.size(); ++k) interpreters_[k].ResetState();
    return interpreters_.Run(observers);
  }

  [[nodiscard]] bool views_last() const override { return views_last_; }

 private:
  InterpreterGroup interpreters_;
  bool views_last_;
};

class BuiltinModel : public RuntimeModel {
 public:
  explicit BuiltinModel(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
  [[nodiscard]] const std::shared_ptr<const Plan>& plan() const override { return plan_; }
  [[nodiscard]] std::string name() const override { return "builtin"; }
  [[nodiscard]] Result<std::unique_ptr<RuntimeSession>> NewSession(size_t samples,
                                                                   TensorLife life) const override {
    return std::unique_ptr<RuntimeSession>(std::make_unique<BuiltinSession>(plan_, samples, life));
  }
  [[nodiscard]] size_t best_samples() const override { return InterpreterGroup::BestSize(*plan_); }
  [[nodiscard]] size_t most_samples() const override { return kMostJointSamples; }

 private:
  std::shared_ptr<const Plan> plan_;
};

}  // namespace

std::shared_ptr<const RuntimeModel> BuiltinRuntime(std::shared_ptr<const Plan> plan) {
  return std::make_shared<BuiltinModel>(std::move(plan));
}

}  // namespace quantgate
