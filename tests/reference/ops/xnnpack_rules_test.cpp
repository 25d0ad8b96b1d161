// Where the profiles `tflite` and `xnnpack` part, worked by hand, and where they must not.
#include "reference/ops/xnnpack_rules.h"

#include <gtest/gtest.h>

#include "reference/interpreter/interpreter.h"
#include "tests/reference/ops/op_tester.h"

namespace quantgate {
namespace {

int CodeUnder(const char* profile, const OpTester& op,
              const std::vector<std::vector<std::byte>>& values) {
  const auto plan = Plan::Make(op.Make(), {.profile = FindProfile(profile)});
  EXPECT_TRUE(plan.ok()) << plan.error().ToString();
  Interpreter interpreter(*plan);
  for (size_t i = 0; i < values.size(); ++i) {
    std::copy(values[i].begin(), values[i].end(), interpreter.input(i).begin());
  }
  EXPECT_TRUE(interpreter.Run().ok());
  return static_cast<int8_t>(interpreter.output(0)[0]);
}

std::vector<std::byte> Code(int8_t code) { return {static_cast<std::byte>(code)}; }

// A dense layer of one unit: acc = (5 - 3) * 2 + 1 = 5, multiplied by 1/4, less 10.
OpTester Dense(const QuantParams& weights, bool constant_weights = true) {
  OpTester op(OpCode::kFULLY_CONNECTED);
  op.Input(DType::kInt8, Shape{1, 1}, PerTensor(0.5F, 3));
  op.Input(DType::kInt8, Shape{1, 1}, weights);
  if (constant_weights) op.inputs.back().constant = Code(2);
  op.Constant(Shape{1}, {1});
  op.inputs.back().quant = PerTensor(0.125F, 0);
  op.Output(DType::kInt8, PerTensor(0.5F, -10));
  return op;
}

TEST(XnnpackRules, ADenseLayerRoundsOnce) {
  const OpTester op = Dense(PerTensor(0.25F, 0));
  EXPECT_EQ(CodeUnder("tflite", op, {Code(5)}), -8);   // 1.25 rounded twice is 2
  EXPECT_EQ(CodeUnder("xnnpack", op, {Code(5)}), -9);  // rounded once it is 1
}

TEST(XnnpackRules, WeightsKnownOnlyWhenRunningStayWithTheBuiltInKernel) {
  const OpTester op = Dense(PerTensor(0.25F, 0), /*constant_weights=*/false);
  EXPECT_EQ(CodeUnder("xnnpack", op, {Code(5), Code(2)}), -8);
}

TEST(XnnpackRules, UnsignedCodesStayWithTheBuiltInKernels) {
  for (const char* profile : {"tflite", "xnnpack"}) {
    OpTester op(OpCode::kMUL);
    for (int i = 0; i < 2; ++i) op.Input(DType::kUInt8, Shape{1}, PerTensor(0.5F, 0));
    op.Output(DType::kUInt8, PerTensor(0.5F, 0));
    // 1 * 1 * 0.5 = 0.5: a tie, which goes up and not to even.
    EXPECT_EQ(CodeUnder(profile, op, {Code(1), Code(1)}), 1) << profile;
  }
}

TEST(XnnpackRules, AProductBreaksTiesToEven) {
  OpTester op(OpCode::kMUL);
  for (int i = 0; i < 2; ++i) op.Input(DType::kInt8, Shape{1}, PerTensor(0.5F, 0));
  op.Output(DType::kInt8, PerTensor(0.5F, 0));
  EXPECT_EQ(CodeUnder("tflite", op, {Code(1), Code(1)}), 1);
  EXPECT_EQ(CodeUnder("xnnpack", op, {Code(1), Code(1)}), 0);
}

TEST(XnnpackRules, ASumBreaksTiesUpward) {
  OpTester op(OpCode::kADD);
  for (int i = 0; i < 2; ++i) op.Input(DType::kInt8, Shape{1}, PerTensor(0.5F, 0));
  op.Output(DType::kInt8, PerTensor(1.0F, 0));
  // (-2 - 1) / 2 = -1.5: away from zero it is -2, upward -1.
  EXPECT_EQ(CodeUnder("tflite", op, {Code(-2), Code(-1)}), -2);
  EXPECT_EQ(CodeUnder("xnnpack", op, {Code(-2), Code(-1)}), -1);
}

TEST(XnnpackRules, ASumOfScalesTooFarApartStaysWithTheBuiltInKernel) {
  OpTester op(OpCode::kADD);
  op.Input(DType::kInt8, Shape{1}, PerTensor(0.5F, 0));
  op.Input(DType::kInt8, Shape{1}, PerTensor(0x1p-12F, 0));  // below 2^-10 of the output's
  op.Output(DType::kInt8, PerTensor(1.0F, 0));
  EXPECT_EQ(CodeUnder("xnnpack", op, {Code(-3), Code(0)}), -2);
}

TEST(XnnpackRules, QuantizingBreaksTiesToEven) {
  OpTester op(OpCode::kQUANTIZE);
  op.Input(DType::kFloat32, Shape{1});
  op.Output(DType::kInt8, PerTensor(0.5F, 10));
  const auto real = ToBytes(std::vector<float>{1.25F});  // 2.5 steps
  EXPECT_EQ(CodeUnder("tflite", op, {real}), 13);
  EXPECT_EQ(CodeUnder("xnnpack", op, {real}), 12);
}

}  // namespace
}  // namespace quantgate
