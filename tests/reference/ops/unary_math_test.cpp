#include <gtest/gtest.h>

#include <cmath>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

OpCase Unary(OpCode code, const Shape& shape, double (*function)(double)) {
  OpCase op;
  op.code = code;
  op.inputs = {{Role::kData, shape}};
  op.compute = [=](const std::vector<Reals>& inputs) {
    Reals out(shape);
    for (size_t i = 0; i < out.values.size(); ++i) out.values[i] = function(inputs[0].values[i]);
    return out;
  };
  return op;
}

struct Row {
  OpCode code;
  double (*function)(double);
  double low, high;  // reals the function is asked for
};

// Away from poles, where a float32 argument's own rounding would decide.
const Row kRows[] = {
    {OpCode::kABS, [](double x) { return std::abs(x); }, -4, 4},
    {OpCode::kNEG, [](double x) { return -x; }, -4, 4},
    {OpCode::kSQRT, [](double x) { return std::sqrt(x); }, 0, 4},
    {OpCode::kRSQRT, [](double x) { return 1 / std::sqrt(x); }, 0.5, 4},
    {OpCode::kEXP, [](double x) { return std::exp(x); }, -4, 1},
    {OpCode::kLOG, [](double x) { return std::log(x); }, 0.5, 4},
    {OpCode::kSIN, [](double x) { return std::sin(x); }, -4, 4},
    {OpCode::kCOS, [](double x) { return std::cos(x); }, -4, 4},
    {OpCode::kSQUARE, [](double x) { return x * x; }, -4, 4},
    {OpCode::kCEIL, [](double x) { return std::ceil(x); }, -4, 4},
    {OpCode::kFLOOR, [](double x) { return std::floor(x); }, -4, 4},
    {OpCode::kROUND, [](double x) { return std::nearbyint(x); }, -4, 4},
};

TEST(UnaryMath, FloatsEqualTheCLibraryInDouble) {
  QG_SEED(20241001U);
  for (const Row& row : kRows) {
    for (int i = 0; i < 20 && !testing::Test::HasFatalFailure(); ++i) {
      OpCase op = Unary(row.code, random.AnyShape(random.Int(0, 4), 6), row.function);
      op.low = row.low;
      op.high = row.high;
      CheckFloat(op, random);
    }
  }
}

TEST(UnaryMath, AbsOfCodesEqualsItsDefinition) {
  QG_SEED(20241002U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    CheckInt8(Unary(OpCode::kABS, random.AnyShape(2, 8), [](double x) { return std::abs(x); }),
              random);
  }
}

TEST(UnaryMath, RoundBreaksTiesToEven) {
  OpTester op(OpCode::kROUND);
  op.Input(DType::kFloat32, Shape{4});
  op.Output(DType::kFloat32);
  const auto got = op.Run({ToBytes(std::vector<float>{0.5F, 1.5F, -2.5F, 2.49F})});
  EXPECT_EQ(FromBytes<float>(got), (std::vector<float>{0, 2, -2, 2}));
}

TEST(UnaryMath, TypesWithoutAKernelAreRefused) {
  for (const Row& row : kRows) {
    OpTester op(row.code);
    op.Input(DType::kUInt8, Shape{2}, PerTensor(0.5F, 0));
    op.Output(DType::kUInt8, PerTensor(0.5F, 0));
    EXPECT_EQ(op.Error(), "unsupported: no kernel for types uint8 -> uint8");
  }
}

}  // namespace
}  // namespace quantgate
