#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

Reals Softmax(double beta, const Reals& in) {
  Reals out(in.shape);
  const auto depth = static_cast<size_t>(in.shape.last_dim());
  for (size_t row = 0; row < in.values.size(); row += depth) {
    double sum = 0;
    for (size_t i = 0; i < depth; ++i) sum += std::exp(beta * in.values[row + i]);
    for (size_t i = 0; i < depth; ++i) {
      out.values[row + i] = std::exp(beta * in.values[row + i]) / sum;
    }
  }
  return out;
}

std::shared_ptr<const OpOptions> Beta(float beta) {
  schema::SoftmaxOptionsT options;
  options.beta = beta;
  return MakeOptions(options);
}

TEST(Softmax, EqualsItsDefinition) {
  QG_SEED(20240750U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    const float beta = random.Chance(0.5) ? 1.0F : random.Float(0.2, 4);
    OpCase op;
    op.code = OpCode::kSOFTMAX;
    op.options = Beta(beta);
    op.inputs = {{Role::kData, random.AnyShape(random.Int(1, 4), 8)}};
    op.compute = [=](const std::vector<Reals>& in) {
      return Softmax(static_cast<double>(beta), in[0]);
    };
    op.terms = 10;
    op.unit_output = true;
    op.low = -3;
    op.high = 3;
    CheckAllTypes(op, random);
  }
}

TEST(Softmax, LargeValuesDoNotOverflow) {
  OpTester op(OpCode::kSOFTMAX);
  op.options = Beta(1.0F);
  op.Input(DType::kFloat32, Shape{1, 2});
  op.Output(DType::kFloat32);
  const auto got = FromBytes<float>(op.Run({ToBytes(std::vector<float>{1e4F, 1e4F})}));
  EXPECT_EQ(got, (std::vector<float>{0.5F, 0.5F}));
}

// Every code fed to every other: rows of two codes give the same pair in either order, and the two
// probabilities add up to 256 codes but for the clamp and one rounding.
TEST(Softmax, TwoCodesShareTheWhole) {
  OpTester op(OpCode::kSOFTMAX);
  op.options = Beta(1.0F);
  op.Input(DType::kInt8, Shape{256, 2}, PerTensor(0.05F, 7));
  op.Output(DType::kInt8, PerTensor(1.0F / 256, -128));
  std::vector<int8_t> codes;
  for (int code = -128; code <= 127; ++code) {
    codes.push_back(static_cast<int8_t>(code));
    codes.push_back(20);
  }
  const auto got = FromBytes<int8_t>(op.Run({ToBytes(codes)}));
  for (size_t row = 0; row < 256; ++row) {
    const int sum = got[2 * row] + got[2 * row + 1] + 256;
    EXPECT_GE(sum, 255) << row;  // a probability above 255/256 has no code of its own
    EXPECT_LE(sum, 257) << row;
  }
}

TEST(Softmax, ABetaThatIsNoneIsRefused) {
  for (const DType dtype : {DType::kInt8, DType::kInt16}) {
    for (const float beta : {-1.0F, INFINITY, NAN}) {
      OpTester op(OpCode::kSOFTMAX);
      op.options = Beta(beta);
      op.Input(dtype, Shape{1, 2}, PerTensor(0.05F, 0));
      op.Output(dtype, PerTensor(dtype == DType::kInt8 ? 1.0F / 256 : 0x1p-15F,
                                 dtype == DType::kInt8 ? -128 : 0));
      EXPECT_EQ(op.Error(), "model: beta " + std::to_string(beta) + " is negative or not finite");
    }
  }
}

// 0.25 of a code each: nothing, in every profile.
TEST(Softmax, ManyEqualElementsShareTheWhole) {
  OpTester op(OpCode::kSOFTMAX);
  op.options = Beta(1.0F);
  op.Input(DType::kInt8, Shape{1, 1024}, PerTensor(0.05F, 0));
  op.Output(DType::kInt8, PerTensor(1.0F / 256, -128));
  for (const Profile& profile : AllProfiles()) {
    PlanOptions options;
    options.profile = &profile;
    Interpreter interpreter(*Plan::Make(op.Make(), options));
    ASSERT_TRUE(interpreter.Run().ok());
    for (const std::byte code : interpreter.output(0)) {
      ASSERT_EQ(static_cast<int8_t>(code), -128) << profile.name;
    }
  }
}

// Products with such scales wrap; the tables are read within their bounds all the same.
TEST(Softmax, AbsurdScalesOfSixteenBitsAreHarmless) {
  for (const float scale : {1e-40F, 1e3F, 1e10F, 3e38F}) {
    OpTester op(OpCode::kSOFTMAX);
    op.options = Beta(1.0F);
    op.Input(DType::kInt16, Shape{1, 4}, PerTensor(scale, 0));
    op.Output(DType::kInt16, PerTensor(0x1p-15F, 0));
    const auto got = FromBytes<int16_t>(op.Run({ToBytes(std::vector<int16_t>{0, -3, 5, -32768})}));
    for (const int16_t code : got) EXPECT_GE(code, 0) << scale;
  }
}

// So many that the sum of exponentials uses all of its 32 bits.
TEST(Softmax, ALongRowOfSixteenBits) {
  constexpr int32_t kDepth = 1 << 16;
  OpTester op(OpCode::kSOFTMAX);
  op.options = Beta(1.0F);
  op.Input(DType::kInt16, Shape{1, kDepth + 8}, PerTensor(0.001F, 0));
  op.Output(DType::kInt16, PerTensor(0x1p-15F, 0));
  const auto got = FromBytes<int16_t>(op.Run({std::vector<std::byte>(2 * (kDepth + 8))}));
  // Half a code each.
  EXPECT_LE(*std::max_element(got.begin(), got.end()), 1);
}

TEST(Softmax, PrepareErrorsSayWhatIsWrong) {
  OpTester op(OpCode::kSOFTMAX);
  op.Input(DType::kInt8, Shape{2, 3}, PerTensor(0.5F, 0));
  op.Output(DType::kInt8, PerTensor(1.0F / 256, -128));
  EXPECT_EQ(op.Error(), "model: no SoftmaxOptions");
  op.options = Beta(1.0F);
  EXPECT_EQ(op.Error(), "");
  op.inputs[0].shape = Shape{};
  EXPECT_EQ(op.Error(), "model: input [] has no last axis to sum over");
  op.inputs[0].shape = Shape{2, 3};
  op.inputs[0].quant = {};
  EXPECT_EQ(op.Error(), "model: 'input0' needs one scale and zero point, has 0");
  op.inputs[0].dtype = DType::kInt16;
  EXPECT_EQ(op.Error(), "unsupported: no kernel for types int16 -> int8");
}

}  // namespace
}  // namespace quantgate
