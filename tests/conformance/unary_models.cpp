#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/elementwise_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

// Reals whose exponentials are neither infinite nor subnormal.
OneOpModel Exp(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kEXP, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddReals(op, choices, dims, -20000, 20000);
  op.AddOutput(dtype, {});
  return op;
}

// Positive reals, for roots and logarithms.
template <OpCode kCode>
OneOpModel UnaryPositive(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddReals(op, choices, dims, 1, 100000);
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

}  // namespace

std::vector<OpCase> UnaryCases() {
  using enum DType;
  std::vector<OpCase> cases;
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
  return cases;
}

}  // namespace quantgate
