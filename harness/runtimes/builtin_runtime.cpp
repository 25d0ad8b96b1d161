#include "harness/runtimes/runtime.h"

namespace quantgate {
namespace {

class BuiltinSession : public RuntimeSession {
 public:
  BuiltinSession(const std::shared_ptr<const Plan>& plan, TensorLife life)
      : interpreter_(plan, life),
        views_last_(life == TensorLife::kUntilNextRun && !plan->dynamic()) {}
  std::span<std::byte> input(size_t i) override { return interpreter_.input(i); }
  [[nodiscard]] std::span<const std::byte> output(size_t i) const override {
    return interpreter_.output(i);
  }
  Status Run(Observer* observer) override {
    interpreter_.ResetState();
    return interpreter_.Run(observer);
  }

  [[nodiscard]] bool views_last() const override { return views_last_; }

 private:
  Interpreter interpreter_;
  bool views_last_;
};

class BuiltinModel : public RuntimeModel {
 public:
  explicit BuiltinModel(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
  [[nodiscard]] const std::shared_ptr<const Plan>& plan() const override { return plan_; }
  [[nodiscard]] std::string name() const override { return "builtin"; }
  [[nodiscard]] Result<std::unique_ptr<RuntimeSession>> NewSession(TensorLife life) const override {
    return std::unique_ptr<RuntimeSession>(std::make_unique<BuiltinSession>(plan_, life));
  }
  [[nodiscard]] bool sessions_share() const override { return true; }

 private:
  std::shared_ptr<const Plan> plan_;
};

}  // namespace

std::shared_ptr<const RuntimeModel> BuiltinRuntime(std::shared_ptr<const Plan> plan) {
  return std::make_shared<BuiltinModel>(std::move(plan));
}

}  // namespace quantgate
