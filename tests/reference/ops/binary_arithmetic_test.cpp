#include <gtest/gtest.h>

#include <algorithm>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

// The element of `t` that stands at the flat output index `flat`, by NumPy's rule.
double Broadcast(const Reals& t, const Shape& out, int64_t flat) {
  int64_t index = 0;
  int64_t stride = 1;
  for (int k = 0; k < out.rank(); ++k) {
    const int axis = out.rank() - 1 - k;
    const int64_t at = flat % out.dim(axis);
    flat /= out.dim(axis);
    const int own = t.shape.rank() - 1 - k;
    if (own < 0) continue;
    if (t.shape.dim(own) > 1) index += at * stride;
    stride *= t.shape.dim(own);
  }
  return t.values[static_cast<size_t>(index)];
}

Reals Combine(OpCode code, schema::ActivationFunctionType activation, const Shape& shape,
              const std::vector<Reals>& inputs) {
  Reals out(shape);
  for (int64_t i = 0; i < shape.num_elements(); ++i) {
    const double a = Broadcast(inputs[0], shape, i);
    const double b = Broadcast(inputs[1], shape, i);
    const double real = code == OpCode::kADD ? a + b : code == OpCode::kSUB ? a - b : a * b;
    out.values[static_cast<size_t>(i)] = Activate(activation, real);
  }
  return out;
}

std::shared_ptr<const OpOptions> OptionsOf(OpCode code, schema::ActivationFunctionType activation) {
  schema::AddOptionsT add;
  schema::SubOptionsT sub;
  schema::MulOptionsT mul;
  add.fused_activation_function = sub.fused_activation_function = mul.fused_activation_function =
      activation;
  if (code == OpCode::kADD) return MakeOptions(add);
  return code == OpCode::kSUB ? MakeOptions(sub) : MakeOptions(mul);
}

// An output shape, and two input shapes that broadcast to it.
OpCase AnyCase(Random& random, OpCode code) {
  const int rank = random.Int(0, 5);
  std::vector<int32_t> a;
  std::vector<int32_t> b;
  std::vector<int32_t> out;
  for (int k = 0; k < rank; ++k) {
    const int extent = random.Int(1, 4);
    const int repeats = random.Int(0, 3);
    a.push_back(repeats == 1 ? 1 : extent);
    b.push_back(repeats == 2 ? 1 : extent);
    out.push_back(std::max(a.back(), b.back()));
  }
  if (random.Chance(0.3)) {  // leading axes of one side left out
    const int missing = random.Int(0, rank);
    b.erase(b.begin(), b.begin() + missing);
    for (int k = 0; k < missing; ++k) out[static_cast<size_t>(k)] = a[static_cast<size_t>(k)];
  }
  const auto activation = AnyActivation(random);
  OpCase op;
  op.code = code;
  op.options = OptionsOf(code, activation);
  op.inputs = {{Role::kData, *Shape::Make(a)}, {Role::kData, *Shape::Make(b)}};
  const Shape shape = *Shape::Make(out);
  op.compute = [=](const std::vector<Reals>& inputs) {
    return Combine(code, activation, shape, inputs);
  };
  return op;
}

void CheckMany(OpCode code, uint32_t seed) {
  QG_SEED(seed);
  for (int i = 0; i < 300 && !testing::Test::HasFatalFailure(); ++i) {
    CheckAllTypes(AnyCase(random, code), random);
  }
}

TEST(BinaryArithmetic, AddEqualsItsDefinition) { CheckMany(OpCode::kADD, 20240730U); }
TEST(BinaryArithmetic, SubEqualsItsDefinition) { CheckMany(OpCode::kSUB, 20240731U); }
TEST(BinaryArithmetic, MulEqualsItsDefinition) { CheckMany(OpCode::kMUL, 20240732U); }

OpTester GoodAdd() {
  OpTester op(OpCode::kADD);
  op.Input(DType::kInt8, Shape{2, 3}, PerTensor(0.5F, 0));
  op.Input(DType::kInt8, Shape{3}, PerTensor(0.25F, 1));
  op.Output(DType::kInt8, PerTensor(0.5F, 0));
  return op;
}

// 4 * 0.5 + (9 - 1) * 0.25 = 4, which is code 8; and 0.5 + 0.25 = 0.75 is 1.5 steps, rounded to 2.
TEST(BinaryArithmetic, WorkedExample) {
  const auto got = GoodAdd().Run(
      {ToBytes(std::vector<int8_t>{4, 1, 0, 0, 0, 0}), ToBytes(std::vector<int8_t>{9, 2, 1})});
  EXPECT_EQ(FromBytes<int8_t>(got), (std::vector<int8_t>{8, 2, 0, 4, 1, 0}));
}

TEST(BinaryArithmetic, PrepareErrorsSayWhatIsWrong) {
  EXPECT_EQ(GoodAdd().Error(), "");
  OpTester op = GoodAdd();
  op.inputs[1].shape = Shape{2};
  EXPECT_EQ(op.Error(), "model: shapes [2,3] and [2] do not broadcast");
  op = GoodAdd();
  op.inputs[1].quant = {};
  EXPECT_EQ(op.Error(), "model: 'input1' needs one scale and zero point, has 0");
  op = GoodAdd();
  op.inputs[1].dtype = DType::kUInt8;
  EXPECT_EQ(op.Error(), "unsupported: no kernel for types int8, uint8 -> int8");
  op = GoodAdd();
  op.output.quant = PerTensor(1e-7F, 0);
  EXPECT_EQ(op.Error(), "unsupported: output scale is too small against the inputs' scales");
  op = GoodAdd();
  op.inputs.pop_back();
  EXPECT_EQ(op.Error(), "model: 1 inputs where the operator takes 2 to 2");
  op = GoodAdd();
  op.options = OptionsOf(OpCode::kADD, schema::ActivationFunctionType::SIGN_BIT);
  EXPECT_EQ(op.Error(),
            "unsupported: fused activation 5 (NONE, RELU, RELU_N1_TO_1 and RELU6 run here)");
}

TEST(BinaryArithmetic, MulOfAbsurdScalesSaturates) {
  OpTester op = GoodAdd();
  op.code = OpCode::kMUL;
  op.inputs[0].quant.scales[0] = 1e30F;
  op.inputs[1].quant.scales[0] = 1e30F;
  EXPECT_EQ(op.Run({ToBytes(std::vector<int8_t>(6, 1)), ToBytes(std::vector<int8_t>(3, 1))}).size(),
            6U);
}

}  // namespace
}  // namespace quantgate
