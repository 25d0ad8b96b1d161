#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

OpCase Unary(OpCode code, const Shape& shape, const std::function<double(double)>& function) {
  OpCase op;
  op.code = code;
  op.inputs = {{Role::kData, shape}};
  op.compute = [=](const std::vector<Reals>& inputs) {
    Reals out(shape);
    std::transform(inputs[0].values.begin(), inputs[0].values.end(), out.values.begin(), function);
    return out;
  };
  op.low = -9;
  op.high = 9;
  return op;
}

void CheckMany(OpCode code, bool unit_output, uint32_t seed,
               const std::function<double(double)>& function) {
  QG_SEED(seed);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    OpCase op = Unary(code, random.AnyShape(random.Int(0, 4), 6), function);
    op.unit_output = unit_output;
    CheckAllTypes(op, random);
  }
}

TEST(Activations, ReluEqualsItsDefinition) {
  CheckMany(OpCode::kRELU, false, 20240740U, [](double x) { return std::max(x, 0.0); });
}

TEST(Activations, Relu6EqualsItsDefinition) {
  CheckMany(OpCode::kRELU6, false, 20240741U, [](double x) { return std::clamp(x, 0.0, 6.0); });
}

TEST(Activations, LogisticEqualsItsDefinition) {
  CheckMany(OpCode::kLOGISTIC, true, 20240742U, [](double x) { return 1 / (1 + std::exp(-x)); });
}

// At the ends exp overflows; the answers are still 0 and 1.
TEST(Activations, LogisticOfLargeValues) {
  OpTester op(OpCode::kLOGISTIC);
  op.Input(DType::kFloat32, Shape{3});
  op.Output(DType::kFloat32);
  const auto got = FromBytes<float>(op.Run({ToBytes(std::vector<float>{-1000, 0, 1000})}));
  EXPECT_EQ(got, (std::vector<float>{0, 0.5F, 1}));
}

// The parameters the spec fixes: 0.5 is code 0, and 1 has no code, so the highest stands for it.
TEST(Activations, LogisticWorkedExample) {
  OpTester op(OpCode::kLOGISTIC);
  op.Input(DType::kInt8, Shape{3}, PerTensor(0.1F, 0));
  op.Output(DType::kInt8, PerTensor(1.0F / 256, -128));
  const auto got = FromBytes<int8_t>(op.Run({ToBytes(std::vector<int8_t>{-128, 0, 127})}));
  EXPECT_EQ(got, (std::vector<int8_t>{-128, 0, 127}));
}

TEST(Activations, PrepareErrorsSayWhatIsWrong) {
  for (OpCode code : {OpCode::kRELU, OpCode::kRELU6, OpCode::kLOGISTIC}) {
    OpTester op(code);
    op.Input(DType::kInt8, Shape{2}, PerTensor(0.5F, 0));
    op.Output(DType::kInt8, PerTensor(0.5F, 0));
    EXPECT_EQ(op.Error(), "");
    op.output.quant = {};
    EXPECT_EQ(op.Error(), "model: 'output' needs one scale and zero point, has 0");
    op.output.dtype = DType::kFloat32;
    EXPECT_EQ(op.Error(), "unsupported: no kernel for types int8 -> float32");
    op.inputs[0].dtype = op.output.dtype = DType::kInt64;
    EXPECT_EQ(op.Error(), "unsupported: no kernel for types int64 -> int64");
    op.inputs.clear();
    EXPECT_EQ(op.Error(), "model: 0 inputs where the operator takes 1 to 1");
  }
}

TEST(Activations, AbsurdScalesSaturate) {
  OpTester op(OpCode::kRELU);
  op.Input(DType::kInt8, Shape{1}, PerTensor(1e38F, 0));
  op.Output(DType::kInt8, PerTensor(1e-38F, 0));
  EXPECT_EQ(op.Run({ToBytes(std::vector<int8_t>{0})}), ToBytes(std::vector<int8_t>{0}));
}

}  // namespace
}  // namespace quantgate
