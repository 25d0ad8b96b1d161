#include <cmath>

#include "reference/model/op_options.h"
#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

using schema::ActivationFunctionType;

ActivationFunctionType SomeActivation(Choices& choices) {
  constexpr ActivationFunctionType kAll[] = {
      ActivationFunctionType::NONE, ActivationFunctionType::RELU,
      ActivationFunctionType::RELU_N1_TO_1, ActivationFunctionType::RELU6};
  return kAll[choices.Integer(0, 3)];
}

// A pair of shapes that broadcast, of rank up to 4, often equal.
struct ShapePair {
  std::vector<int32_t> a;
  std::vector<int32_t> b;
};
ShapePair SomeShapes(Choices& choices) {
  ShapePair shapes;
  shapes.a = choices.Extents(Between(choices, 1, 4));
  shapes.b = shapes.a;
  if (choices.Coin()) return shapes;
  for (int32_t& dim : choices.Coin() ? shapes.a : shapes.b) {
    if (choices.Coin()) dim = 1;
  }
  return shapes;
}

template <OpCode kCode>
OneOpModel Unary(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddData(op, choices, dtype, dims);
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

// Reals whose exponentials are neither infinite nor subnormal.
OneOpModel Exp(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kEXP, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  std::vector<float> values;
  for (int64_t i = 0; i < Elements(dims); ++i) {
    values.push_back(static_cast<float>(choices.Integer(-20000, 20000)) / 1000.0F);
  }
  op.AddInput(dtype, dims, {}, BytesOf(values));
  op.AddOutput(dtype, {});
  return op;
}

// Positive reals, for roots and logarithms.
template <OpCode kCode>
OneOpModel UnaryPositive(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  std::vector<float> values;
  for (int64_t i = 0; i < Elements(dims); ++i) {
    values.push_back(static_cast<float>(choices.Integer(1, 100000)) / 1000.0F);
  }
  op.AddInput(dtype, dims, {}, BytesOf(values));
  op.AddOutput(dtype, {});
  return op;
}

// Codes of [0, 255] above the zero point only: the real kernel refuses negative reals.
OneOpModel QuantizedRsqrt(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kRSQRT, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  QuantParams quant = SomeQuant(choices, dtype);
  quant.zero_points[0] = -128;
  op.AddInput(dtype, dims, quant, choices.Values(dtype, Elements(dims)));
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

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
    std::vector<float> values;
    for (int64_t i = 0; i < Elements(dims); ++i) {
      values.push_back(static_cast<float>(choices.Integer(-1000, 8000)) / 1000.0F);
    }
    op.AddInput(dtype, dims, {}, BytesOf(values));
  } else {
    AddData(op, choices, dtype, dims);
  }
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

template <OpCode kCode, class Options>
OneOpModel BinaryWith(Choices& choices, DType dtype, Options options) {
  OneOpModel op(kCode, MakeOptions(std::move(options)));
  const ShapePair shapes = SomeShapes(choices);
  AddData(op, choices, dtype, shapes.a);
  AddData(op, choices, dtype, shapes.b);
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

// An output scale at least half the larger input scale keeps every multiplier below one.
template <OpCode kCode, class Options>
OneOpModel Sum(Choices& choices, DType dtype) {
  Options options;
  if (dtype != DType::kInt64) options.fused_activation_function = SomeActivation(choices);
  options.pot_scale_int16 = false;
  OneOpModel op(kCode, MakeOptions(std::move(options)));
  const ShapePair shapes = SomeShapes(choices);
  const QuantParams a = AddData(op, choices, dtype, shapes.a);
  const QuantParams b = AddData(op, choices, dtype, shapes.b);
  QuantParams out = SomeQuant(choices, dtype);
  if (out.quantized())
    out.scales[0] =
        std::max(a.scale(), b.scale()) * static_cast<float>(choices.Integer(50, 300)) / 100.0F;
  op.AddOutput(dtype, out);
  return op;
}

// int16 with power-of-two scales, one of them the output's.
template <OpCode kCode, class Options>
OneOpModel PowerOfTwoSum(Choices& choices, DType dtype) {
  Options options;
  options.fused_activation_function = SomeActivation(choices);
  OneOpModel op(kCode, MakeOptions(std::move(options)));
  ShapePair shapes = SomeShapes(choices);
  shapes.b = shapes.a;  // the real kernel aborts on other pairs
  const int out = Between(choices, -14, -6);
  const int fine = out - Between(choices, 0, 5);
  const bool first = choices.Coin();
  const auto quant = [](int log) { return PerTensor(std::ldexp(1.0F, log), 0); };
  op.AddInput(dtype, shapes.a, quant(first ? fine : out),
              choices.Values(dtype, Elements(shapes.a)));
  op.AddInput(dtype, shapes.b, quant(first ? out : fine),
              choices.Values(dtype, Elements(shapes.b)));
  op.AddOutput(dtype, quant(out));
  return op;
}

OneOpModel Mul(Choices& choices, DType dtype) {
  schema::MulOptionsT options;
  if (dtype != DType::kInt64) options.fused_activation_function = SomeActivation(choices);
  return BinaryWith<OpCode::kMUL>(choices, dtype, options);
}

OneOpModel Div(Choices& choices, DType dtype) {
  schema::DivOptionsT options;
  OneOpModel op(OpCode::kDIV, MakeOptions(options));
  const ShapePair shapes = SomeShapes(choices);
  AddData(op, choices, dtype, shapes.a);
  if (dtype == DType::kFloat32) {
    AddData(op, choices, dtype, shapes.b);
  } else {
    std::vector<int32_t> divisors;
    for (int64_t i = 0; i < Elements(shapes.b); ++i) {
      divisors.push_back(Between(choices, 1, 50) * (choices.Coin() ? 1 : -1));
    }
    op.AddInput(dtype, shapes.b, {}, BytesOf(divisors));
  }
  op.AddOutput(dtype, {});
  return op;
}

// Quotients rounded down, by divisors that are not zero.
template <OpCode kCode>
OneOpModel Floored(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  const ShapePair shapes = SomeShapes(choices);
  AddData(op, choices, dtype, shapes.a);
  std::vector<int64_t> divisors;
  for (int64_t i = 0; i < Elements(shapes.b); ++i) {
    divisors.push_back(choices.Integer(1, 50) * (choices.Coin() ? 1 : -1));
  }
  if (dtype == DType::kInt64) {
    op.AddInput(dtype, shapes.b, {}, BytesOf(divisors));
  } else if (dtype == DType::kInt32) {
    op.AddInput(dtype, shapes.b, {},
                BytesOf(std::vector<int32_t>(divisors.begin(), divisors.end())));
  } else {
    op.AddInput(dtype, shapes.b, {}, BytesOf(std::vector<float>(divisors.begin(), divisors.end())));
  }
  op.AddOutput(dtype, {});
  return op;
}

OneOpModel Pow(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kPOW, nullptr);
  const ShapePair shapes = SomeShapes(choices);
  std::vector<int32_t> bases;
  std::vector<int32_t> exponents;
  for (int64_t i = 0; i < Elements(shapes.a); ++i) bases.push_back(Between(choices, 1, 9));
  for (int64_t i = 0; i < Elements(shapes.b); ++i) exponents.push_back(Between(choices, 0, 8));
  if (dtype == DType::kInt32) {
    op.AddInput(dtype, shapes.a, {}, BytesOf(bases));
    op.AddInput(dtype, shapes.b, {}, BytesOf(exponents));
  } else {
    op.AddInput(dtype, shapes.a, {}, BytesOf(std::vector<float>(bases.begin(), bases.end())));
    op.AddInput(dtype, shapes.b, {},
                BytesOf(std::vector<float>(exponents.begin(), exponents.end())));
  }
  op.AddOutput(dtype, {});
  return op;
}

// Both sides share their parameters, as MAXIMUM and MINIMUM demand.
template <OpCode kCode>
OneOpModel Choice(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  const ShapePair shapes = SomeShapes(choices);
  const QuantParams quant = AddData(op, choices, dtype, shapes.a);
  op.AddInput(dtype, shapes.b, quant, choices.Values(dtype, Elements(shapes.b)));
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel SquaredDifference(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kSQUARED_DIFFERENCE, nullptr);
  const ShapePair shapes = SomeShapes(choices);
  AddData(op, choices, dtype, shapes.a);
  AddData(op, choices, dtype, shapes.b);
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

template <OpCode kCode>
OneOpModel Comparison(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  const ShapePair shapes = SomeShapes(choices);
  AddData(op, choices, dtype, shapes.a);
  AddData(op, choices, dtype, shapes.b);
  op.AddOutput(DType::kBool, {});
  return op;
}

OneOpModel SelectV2(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kSELECT_V2, nullptr);
  const ShapePair shapes = SomeShapes(choices);
  op.AddInput(DType::kBool, shapes.a, {}, choices.Values(DType::kBool, Elements(shapes.a)));
  const QuantParams quant = AddData(op, choices, dtype, shapes.b);
  op.AddInput(dtype, shapes.b, quant, choices.Values(dtype, Elements(shapes.b)));
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel AddN(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kADD_N, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  for (int32_t i = Between(choices, 2, 5); i > 0; --i) AddData(op, choices, dtype, dims);
  op.AddOutput(dtype, {});
  return op;
}

template <DType kFrom>
OneOpModel QuantizeFrom(Choices& choices, DType to) {
  OneOpModel op(OpCode::kQUANTIZE, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddData(op, choices, kFrom, dims);
  op.AddOutput(to, SomeQuant(choices, to));
  return op;
}

OneOpModel Dequantize(Choices& choices, DType from) {
  OneOpModel op(OpCode::kDEQUANTIZE, nullptr);
  AddData(op, choices, from, choices.Extents(Between(choices, 1, 4)));
  op.AddOutput(DType::kFloat32, {});
  return op;
}

template <DType kTo>
OneOpModel CastTo(Choices& choices, DType from) {
  OneOpModel op(OpCode::kCAST, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  op.AddInput(from, dims, {}, choices.Values(from, Elements(dims)));
  op.AddOutput(kTo, {});
  return op;
}

OneOpModel FakeQuant(Choices& choices, DType dtype) {
  schema::FakeQuantOptionsT options;
  options.min = -static_cast<float>(choices.Integer(0, 300)) / 100.0F;
  options.max = static_cast<float>(choices.Integer(1, 600)) / 100.0F;
  options.num_bits = Between(choices, 2, 16);
  options.narrow_range = false;  // the real kernel takes no other
  OneOpModel op(OpCode::kFAKE_QUANT, MakeOptions(options));
  AddData(op, choices, dtype, choices.Extents(Between(choices, 1, 4)));
  op.AddOutput(dtype, {});
  return op;
}

void AddUnary(std::vector<OpCase>& cases) {
  using enum DType;
  constexpr double kTranscendental = 3e-6;
  AddEach(cases, "ABS", &Unary<OpCode::kABS>, {kFloat32, kInt8, kInt16});
  AddEach(cases, "NEG", &Unary<OpCode::kNEG>, {kFloat32, kInt32, kInt64});
  AddEach(cases, "EXP", &Exp, {kFloat32}, kTranscendental);
  AddEach(cases, "SIN", &Unary<OpCode::kSIN>, {kFloat32}, kTranscendental);
  AddEach(cases, "COS", &Unary<OpCode::kCOS>, {kFloat32}, kTranscendental);
  AddEach(cases, "SQUARE", &Unary<OpCode::kSQUARE>, {kFloat32});
  AddEach(cases, "CEIL", &Unary<OpCode::kCEIL>, {kFloat32});
  AddEach(cases, "FLOOR", &Unary<OpCode::kFLOOR>, {kFloat32});
  AddEach(cases, "ROUND", &Unary<OpCode::kROUND>, {kFloat32});
  AddEach(cases, "SQRT", &UnaryPositive<OpCode::kSQRT>, {kFloat32}, kTranscendental);
  AddEach(cases, "RSQRT", &UnaryPositive<OpCode::kRSQRT>, {kFloat32}, kTranscendental);
  AddEach(cases, "RSQRT", &QuantizedRsqrt, {kInt8});
  AddEach(cases, "LOG", &UnaryPositive<OpCode::kLOG>, {kFloat32}, kTranscendental);
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
  AddEach(cases, "FAKE_QUANT", &FakeQuant, {kFloat32}, kTranscendental);
  AddEach(cases, "DEQUANTIZE", &Dequantize, {kInt8, kUInt8, kInt16});
  AddEach(cases, "QUANTIZE_FROM_FLOAT32", &QuantizeFrom<kFloat32>, {kInt8, kUInt8, kInt16});
  AddEach(cases, "QUANTIZE_FROM_INT8", &QuantizeFrom<kInt8>, {kInt8, kUInt8});
  AddEach(cases, "QUANTIZE_FROM_UINT8", &QuantizeFrom<kUInt8>, {kInt8, kUInt8});
  AddEach(cases, "QUANTIZE_FROM_INT16", &QuantizeFrom<kInt16>, {kInt8, kInt16});
  AddEach(cases, "CAST_TO_INT32", &CastTo<kInt32>, {kFloat32, kInt64, kInt16, kUInt8, kBool});
  AddEach(cases, "CAST_TO_FLOAT32", &CastTo<kFloat32>, {kInt32, kInt64, kInt16, kUInt8, kBool});
  AddEach(cases, "CAST_TO_BOOL", &CastTo<kBool>, {kFloat32, kInt32, kInt64});
}

void AddBinary(std::vector<OpCase>& cases) {
  using enum DType;
  AddEach(cases, "ADD", &Sum<OpCode::kADD, schema::AddOptionsT>,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "SUB", &Sum<OpCode::kSUB, schema::SubOptionsT>,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "ADD_POWER_OF_TWO", &PowerOfTwoSum<OpCode::kADD, schema::AddOptionsT>, {kInt16});
  AddEach(cases, "SUB_POWER_OF_TWO", &PowerOfTwoSum<OpCode::kSUB, schema::SubOptionsT>, {kInt16});
  AddEach(cases, "MUL", &Mul, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "DIV", &Div, {kFloat32, kInt32});
  AddEach(cases, "MAXIMUM", &Choice<OpCode::kMAXIMUM>,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "MINIMUM", &Choice<OpCode::kMINIMUM>,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "SQUARED_DIFFERENCE", &SquaredDifference, {kFloat32, kInt8, kInt32});
  AddEach(cases, "POW", &Pow, {kFloat32, kInt32}, 3e-6);
  AddEach(cases, "FLOOR_DIV", &Floored<OpCode::kFLOOR_DIV>, {kFloat32, kInt32});
  AddEach(cases, "FLOOR_MOD", &Floored<OpCode::kFLOOR_MOD>, {kFloat32, kInt32, kInt64});
  AddEach(cases, "ADD_N", &AddN, {kFloat32, kInt32});
  AddEach(cases, "EQUAL", &Comparison<OpCode::kEQUAL>,
          {kFloat32, kInt8, kUInt8, kInt32, kInt64, kBool});
  AddEach(cases, "NOT_EQUAL", &Comparison<OpCode::kNOT_EQUAL>,
          {kFloat32, kInt8, kUInt8, kInt32, kInt64, kBool});
  AddEach(cases, "LESS", &Comparison<OpCode::kLESS>, {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "LESS_EQUAL", &Comparison<OpCode::kLESS_EQUAL>,
          {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "GREATER", &Comparison<OpCode::kGREATER>,
          {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "GREATER_EQUAL", &Comparison<OpCode::kGREATER_EQUAL>,
          {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "LOGICAL_AND", &Choice<OpCode::kLOGICAL_AND>, {kBool});
  AddEach(cases, "LOGICAL_OR", &Choice<OpCode::kLOGICAL_OR>, {kBool});
  AddEach(cases, "LOGICAL_NOT", &Unary<OpCode::kLOGICAL_NOT>, {kBool});
  AddEach(cases, "SELECT_V2", &SelectV2, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
}

}  // namespace

std::vector<OpCase> ElementwiseCases() {
  std::vector<OpCase> cases;
  AddUnary(cases);
  AddBinary(cases);
  return cases;
}

}  // namespace quantgate
