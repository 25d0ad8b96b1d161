#include <algorithm>
#include <cmath>

#include "reference/model/op_options.h"
#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/elementwise_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

// Activations with an output fixed by the spec.
template <OpCode kCode>
OneOpModel FixedOutput(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddData(op, choices, dtype, dims);
  const bool tanh = kCode == OpCode::kTANH;
  if (dtype == DType::kFloat32) {
    op.AddOutput(dtype, {});
  } else if (dtype == DType::kInt8) {
    op.AddOutput(dtype, PerTensor(tanh ? 1.0F / 128 : 1.0F / 256, tanh ? 0 : -128));
  } else {
    op.AddOutput(dtype, PerTensor(tanh ? 1.0F / 128 : 1.0F / 256, tanh ? 128 : 0));
  }
  return op;
}

// int16 codes of scale 2^-12 and its double, where a fixed-point function runs, or of any scale,
// where a table does. The output's scale is fixed.
template <OpCode kCode>
OneOpModel WideFunction(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  QuantParams quant = SomeQuant(choices, dtype);
  if (choices.Coin()) {
    quant.scales[0] = std::ldexp(1.0F, Between(choices, -13, -10));
  } else if (choices.Coin()) {
    quant.scales[0] /= 1024.0F;
  }
  op.AddInput(dtype, dims, quant, choices.Values(dtype, Elements(dims)));
  op.AddOutput(dtype, PerTensor(1.0F / 32768, 0));
  return op;
}

OneOpModel LeakyRelu(Choices& choices, DType dtype) {
  schema::LeakyReluOptionsT options;
  options.alpha = static_cast<float>(choices.Integer(0, 100)) / 100.0F;
  OneOpModel op(OpCode::kLEAKY_RELU, MakeOptions(options));
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddData(op, choices, dtype, dims);
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

OneOpModel Prelu(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kPRELU, nullptr);
  const auto dims = choices.Extents(4);
  AddData(op, choices, dtype, dims);
  const std::vector<int32_t> alpha = {1, 1, dims[3]};
  op.AddConstant(dtype, alpha, choices.Values(dtype, dims[3]), SomeQuant(choices, dtype));
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

// An output scale that the 16-bit arithmetic takes: at least 1/128 of the input's.
OneOpModel HardSwish(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kHARD_SWISH, nullptr);
  const QuantParams in = AddData(op, choices, dtype, choices.Extents(Between(choices, 1, 4)));
  QuantParams out = SomeQuant(choices, dtype);
  if (out.quantized()) out.scales[0] = std::max(out.scale(), in.scale() / 64);
  op.AddOutput(dtype, out);
  return op;
}

OneOpModel Gelu(Choices& choices, DType dtype) {
  schema::GeluOptionsT options;
  options.approximate = choices.Coin();
  OneOpModel op(OpCode::kGELU, MakeOptions(options));
  const auto dims = choices.Extents(Between(choices, 1, 4));
  if (dtype == DType::kFloat32) {
    // Far below zero nothing but rounding is left, and the scale of the bound would be that.
    AddReals(op, choices, dims, -1000, 8000);
  } else {
    AddData(op, choices, dtype, dims);
  }
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

}  // namespace

std::vector<OpCase> ActivationCases() {
  using enum DType;
  std::vector<OpCase> cases;
  AddEach(cases, "RELU", &Unary<OpCode::kRELU>, {kFloat32, kInt8, kUInt8, kInt16});
  AddEach(cases, "RELU6", &Unary<OpCode::kRELU6>, {kFloat32, kInt8, kUInt8});
  AddEach(cases, "RELU_N1_TO_1", &Unary<OpCode::kRELU_N1_TO_1>, {kFloat32, kInt8, kUInt8});
  AddEach(cases, "LOGISTIC", &FixedOutput<OpCode::kLOGISTIC>, {kFloat32, kInt8, kUInt8},
          kTranscendental);
  AddEach(cases, "LOGISTIC", &WideFunction<OpCode::kLOGISTIC>, {kInt16});
  AddEach(cases, "TANH", &WideFunction<OpCode::kTANH>, {kInt16});
  AddEach(cases, "TANH", &FixedOutput<OpCode::kTANH>, {kFloat32, kInt8, kUInt8}, kTranscendental);
  AddEach(cases, "ELU", &Unary<OpCode::kELU>, {kFloat32, kInt8}, kTranscendental);
  AddEach(cases, "GELU", &Gelu, {kFloat32, kInt8, kUInt8}, kTranscendental);
  AddEach(cases, "HARD_SWISH", &HardSwish, {kFloat32, kInt8, kUInt8}, kTranscendental);
  AddEach(cases, "LEAKY_RELU", &LeakyRelu, {kFloat32, kInt8, kUInt8, kInt16});
  AddEach(cases, "PRELU", &Prelu, {kFloat32, kInt8, kUInt8});
  return cases;
}

}  // namespace quantgate
