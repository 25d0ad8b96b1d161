#include <algorithm>
#include <cmath>

#include "reference/model/op_options.h"
#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/elementwise_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

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

// Two inputs of such shapes.
void AddPair(OneOpModel& op, Choices& choices, DType dtype) {
  const ShapePair shapes = SomeShapes(choices);
  AddData(op, choices, dtype, shapes.a);
  AddData(op, choices, dtype, shapes.b);
}

// Numbers that are not zero.
std::vector<int32_t> Divisors(Choices& choices, int64_t count) {
  std::vector<int32_t> divisors;
  for (int64_t i = 0; i < count; ++i) {
    divisors.push_back(Between(choices, 1, 50) * (choices.Coin() ? 1 : -1));
  }
  return divisors;
}

// The numbers as values of int32, int64 or float32.
std::vector<std::byte> BytesAs(DType dtype, const std::vector<int32_t>& values) {
  if (dtype == DType::kInt32) return BytesOf(values);
  if (dtype == DType::kInt64) return BytesOf(std::vector<int64_t>(values.begin(), values.end()));
  return BytesOf(std::vector<float>(values.begin(), values.end()));
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
  OneOpModel op(OpCode::kMUL, MakeOptions(options));
  AddPair(op, choices, dtype);
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

OneOpModel Div(Choices& choices, DType dtype) {
  schema::DivOptionsT options;
  OneOpModel op(OpCode::kDIV, MakeOptions(options));
  const ShapePair shapes = SomeShapes(choices);
  AddData(op, choices, dtype, shapes.a);
  if (dtype == DType::kFloat32) {
    AddData(op, choices, dtype, shapes.b);
  } else {
    op.AddInput(dtype, shapes.b, {}, BytesOf(Divisors(choices, Elements(shapes.b))));
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
  op.AddInput(dtype, shapes.b, {}, BytesAs(dtype, Divisors(choices, Elements(shapes.b))));
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
  op.AddInput(dtype, shapes.a, {}, BytesAs(dtype, bases));
  op.AddInput(dtype, shapes.b, {}, BytesAs(dtype, exponents));
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
  AddPair(op, choices, dtype);
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

template <OpCode kCode>
OneOpModel Comparison(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  AddPair(op, choices, dtype);
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

}  // namespace

std::vector<OpCase> BinaryCases() {
  using enum DType;
  std::vector<OpCase> cases;
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
  AddEach(cases, "POW", &Pow, {kFloat32, kInt32}, kTranscendental);
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
  return cases;
}

}  // namespace quantgate
