#include "tests/support/run_model.h"
#include "reference/core/check.h"

#include <cstring>

namespace quantgate {

std::vector<std::vector<std::byte>> RunModel(const std::shared_ptr<const Model>& model,
                                             const std::vector<std::vector<std::byte>>& inputs) {
  auto plan = Plan::Make(model);
  if (!plan.ok()) CheckFailed("plan", plan.error().ToString().c_str(), __FILE__, __LINE__);
  Interpreter interpreter(*plan);
  QG_CHECK_EQ(inputs.size(), model->main().inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto to = interpreter.input(i);
    QG_CHECK_EQ(to.size(), inputs[i].size());
    if (!to.empty()) std::memcpy(to.data(), inputs[i].data(), to.size());
  }
  QG_CHECK(interpreter.Run().ok());
  std::vector<std::vector<std::byte>> outputs;
  for (size_t i = 0; i < model->main().outputs.size(); ++i) {
    const auto from = interpreter.output(i);
    outputs.emplace_back(from.begin(), from.end());
  }
  return outputs;
}

}  // namespace quantgate
