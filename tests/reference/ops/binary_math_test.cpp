#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

OpCase Binary(OpCode code, const Shape& shape, double (*function)(double, double)) {
  OpCase op;
  op.code = code;
  op.inputs = {{Role::kData, shape}, {Role::kData, shape}};
  op.compute = [=](const std::vector<Reals>& inputs) {
    Reals out(shape);
    for (size_t i = 0; i < out.values.size(); ++i) {
      out.values[i] = function(inputs[0].values[i], inputs[1].values[i]);
    }
    return out;
  };
  return op;
}

TEST(BinaryMath, MaximumAndMinimumEqualTheirDefinitions) {
  QG_SEED(20241020U);
  for (int i = 0; i < 100 && !testing::Test::HasFatalFailure(); ++i) {
    const Shape shape = random.AnyShape(random.Int(0, 4), 5);
    for (const bool maximum : {false, true}) {
      OpCase op =
          maximum
              ? Binary(OpCode::kMAXIMUM, shape, [](double a, double b) { return std::max(a, b); })
              : Binary(OpCode::kMINIMUM, shape, [](double a, double b) { return std::min(a, b); });
      op.same_params = true;
      CheckAllTypes(op, random);
    }
  }
}

TEST(BinaryMath, SquaredDifferenceEqualsItsDefinition) {
  QG_SEED(20241021U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    const OpCase op = Binary(OpCode::kSQUARED_DIFFERENCE, random.AnyShape(2, 6),
                             [](double a, double b) { return (a - b) * (a - b); });
    CheckFloat(op, random);
    CheckInt8(op, random);
  }
}

TEST(BinaryMath, DivisionAndPowersOfFloats) {
  QG_SEED(20241022U);
  for (int i = 0; i < 100 && !testing::Test::HasFatalFailure(); ++i) {
    const Shape shape = random.AnyShape(2, 6);
    OpCase division = Binary(OpCode::kDIV, shape, [](double a, double b) { return a / b; });
    OpCase power = Binary(OpCode::kPOW, shape, [](double a, double b) { return std::pow(a, b); });
    for (OpCase* op : {&division, &power}) {
      op->low = 0.5;
      op->high = 3;
      CheckFloat(*op, random);
    }
  }
}

std::vector<int32_t> OfIntegers(OpCode code, const std::vector<int32_t>& a,
                                const std::vector<int32_t>& b) {
  OpTester op(code);
  const Shape shape{static_cast<int32_t>(a.size())};
  op.Input(DType::kInt32, shape);
  op.Input(DType::kInt32, shape);
  op.Output(DType::kInt32);
  return FromBytes<int32_t>(op.Run({ToBytes(a), ToBytes(b)}));
}

// The lowest integer by -1 has no int32 quotient, and the processor traps on it.
TEST(BinaryMath, IntegerQuotientsThatDoNotExistDoNotTrap) {
  const std::vector<int32_t> a = {7, -7, 7, -7, INT32_MIN, 5};
  const std::vector<int32_t> b = {2, 2, -2, -2, -1, 0};
  EXPECT_EQ(OfIntegers(OpCode::kFLOOR_DIV, a, b),
            (std::vector<int32_t>{3, -4, -4, 3, INT32_MIN, 0}));
  EXPECT_EQ(OfIntegers(OpCode::kFLOOR_MOD, a, b), (std::vector<int32_t>{1, 1, -1, -1, 0, 0}));
  EXPECT_EQ(OfIntegers(OpCode::kDIV, a, b), (std::vector<int32_t>{3, -3, -3, 3, 0, 0}));
}

// Wrapped like 32-bit multiplication: 3^40 modulo 2^32, and a huge exponent in no time.
TEST(BinaryMath, IntegerPowersWrap) {
  uint32_t power = 1;
  for (int i = 0; i < 40; ++i) power *= 3;
  EXPECT_EQ(OfIntegers(OpCode::kPOW, {2, -3, 3, 1, 5}, {10, 3, 40, INT32_MAX, 0}),
            (std::vector<int32_t>{1024, -27, static_cast<int32_t>(power), 1, 1}));
}

TEST(BinaryMath, FusedActivationsWithoutAKernelAreRefused) {
  OpTester op(OpCode::kDIV);
  op.Input(DType::kFloat32, Shape{2});
  op.Input(DType::kFloat32, Shape{2});
  op.Output(DType::kFloat32);
  EXPECT_EQ(op.Error(), "");
  schema::DivOptionsT options;
  options.fused_activation_function = schema::ActivationFunctionType::TANH;
  op.options = MakeOptions(options);
  EXPECT_EQ(op.Error(),
            "unsupported: fused activation 4 (NONE, RELU, RELU_N1_TO_1 and RELU6 run here)");
}

}  // namespace
}  // namespace quantgate
