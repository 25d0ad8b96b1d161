#include "harness/runtimes/runtime.h"

namespace quantgate {
namespace {

class BuiltinSession : public RuntimeSession {
 public:
  explicit BuiltinSession(const std::shared_ptr<const Plan>& plan) : interpreter_(plan) {}
  std::span<std::byte> input(size_t i) override { return interpreter_.input(i); }
  [[nodiscard]] std::span<const std::byte> output(size_t i) const override {
    return interpreter_.output(i);
  }
  Status Run(Observer* observer) override {
    interpreter_.ResetState();
    return interpreter_.Run(observer);
  }

 private:
  Interpreter interpreter_;
};

class BuiltinModel : public RuntimeModel {
 public:
  explicit BuiltinModel(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
  [[nodiscard]] const std::shared_ptr<const Plan>& plan() const override { return plan_; }
  [[nodiscard]] std::string name() const override { return "builtin"; }
  [[nodiscard]] Result<std::unique_ptr<RuntimeSession>> NewSession() const override {
    return std::unique_ptr<RuntimeSession>(std::make_unique<BuiltinSession>(plan_));
  }

 private:
  std::shared_ptr<const Plan> plan_;
};

}  // namespace

std::shared_ptr<const RuntimeModel> BuiltinRuntime(std::shared_ptr<const Plan> plan) {
  return std::make_shared<BuiltinModel>(std::move(plan));
}

}  // namespace quantgate
