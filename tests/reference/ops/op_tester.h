// One operator with tensors given by hand: what Plan::Make says of it, and what it computes.
#pragma once

#include <string>

#include "reference/model/op_options.h"
#include "tests/support/model_builder.h"
#include "tests/support/run_model.h"

namespace quantgate {

struct OpTester {
  explicit OpTester(OpCode op_code) : code(op_code) {}

  struct Tensor {
    DType dtype = DType::kFloat32;
    Shape shape;
    QuantParams quant;
    std::vector<std::byte> constant = {};
  };

  void Input(DType dtype, const Shape& shape, const QuantParams& quant = {}) {
    inputs.push_back({dtype, shape, quant});
  }
  void Constant(const Shape& shape, const std::vector<int32_t>& values) {
    inputs.push_back({DType::kInt32, shape, {}, ToBytes(values)});
  }
  void Output(DType dtype, const QuantParams& quant = {}) { output = {dtype, {}, quant}; }

  [[nodiscard]] std::shared_ptr<const Model> Make() const {
    ModelBuilder builder;
    std::vector<int> indices;
    for (const Tensor& input : inputs) {
      const std::string name = "input" + std::to_string(indices.size());
      indices.push_back(input.constant.empty()
                            ? builder.AddInput(name, input.dtype, input.shape, input.quant)
                            : builder.AddConstantBytes(name, input.dtype, input.shape,
                                                       input.constant, input.quant));
    }
    const int out = builder.AddTensor("output", output.dtype, output.shape, output.quant);
    builder.AddOp(code, indices, {out}, options);
    return std::make_shared<const Model>(builder.Build({out}));
  }

  // "" when it can be prepared; otherwise "model: 'tensor' message" or "unsupported: message",
  // without the operator's name, which must be there.
  [[nodiscard]] std::string Error() const {
    const auto plan = Plan::Make(Make());
    if (plan.ok()) return "";
    std::string message = plan.error().message;
    const std::string prefix = std::string(OpCodeName(code)) + ": ";
    if (message.rfind(prefix, 0) != 0) return "the message does not name the operator: " + message;
    message.erase(0, prefix.size());
    if (!plan.error().tensor.empty()) message = "'" + plan.error().tensor + "' " + message;
    return std::string(ErrorCodeName(plan.error().code)) + ": " + message;
  }

  [[nodiscard]] Shape OutputShape() const {
    const auto plan = Plan::Make(Make());
    QG_CHECK(plan.ok());
    return (*plan)->shape((*plan)->subgraph().outputs[0]);
  }

  // The output's bytes for these inputs (constants left out).
  [[nodiscard]] std::vector<std::byte> Run(
      const std::vector<std::vector<std::byte>>& values) const {
    return RunModel(Make(), values)[0];
  }

  OpCode code;
  std::shared_ptr<const OpOptions> options;
  std::vector<Tensor> inputs;
  Tensor output;
};

}  // namespace quantgate
