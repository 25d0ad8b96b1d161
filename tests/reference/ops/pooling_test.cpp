#include <gtest/gtest.h>

#include <algorithm>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"
#include "tests/reference/ops/window.h"

namespace quantgate {
namespace {

double OneOutput(const schema::Pool2DOptionsT& p, bool average, const Reals& in, int n, int y,
                 int x, int c) {
  double sum = 0;
  double largest = -1e30;
  int count = 0;
  for (int i = std::max(y, 0); i < std::min(y + p.filter_height, in.shape.dim(1)); ++i) {
    for (int j = std::max(x, 0); j < std::min(x + p.filter_width, in.shape.dim(2)); ++j) {
      sum += in.at({n, i, j, c});
      largest = std::max(largest, in.at({n, i, j, c}));
      ++count;
    }
  }
  return Activate(p.fused_activation_function, average ? sum / count : largest);
}

Reals Pool(const schema::Pool2DOptionsT& p, bool average, const Reals& in) {
  const Window y = WindowOf(p.padding, in.shape.dim(1), p.filter_height, p.stride_h, 1);
  const Window x = WindowOf(p.padding, in.shape.dim(2), p.filter_width, p.stride_w, 1);
  Reals out(Shape{in.shape.dim(0), y.outputs, x.outputs, in.shape.dim(3)});
  for (int n = 0; n < in.shape.dim(0); ++n) {
    for (int oy = 0; oy < y.outputs; ++oy) {
      for (int ox = 0; ox < x.outputs; ++ox) {
        for (int c = 0; c < in.shape.dim(3); ++c) {
          out.at({n, oy, ox, c}) = OneOutput(p, average, in, n, oy * p.stride_h - y.before,
                                             ox * p.stride_w - x.before, c);
        }
      }
    }
  }
  return out;
}

OpCase AnyCase(Random& random, bool average) {
  schema::Pool2DOptionsT p;
  p.padding = random.Chance(0.5) ? schema::Padding::SAME : schema::Padding::VALID;
  p.stride_h = random.Int(1, 3);
  p.stride_w = random.Int(1, 3);
  p.filter_height = random.Int(1, 4);
  p.filter_width = random.Int(1, 4);
  p.fused_activation_function = AnyActivation(random);
  OpCase op;
  op.code = average ? OpCode::kAVERAGE_POOL_2D : OpCode::kMAX_POOL_2D;
  op.options = MakeOptions(p);
  op.inputs = {{Role::kData, Shape{random.Int(1, 2), random.Int(p.filter_height, 10),
                                   random.Int(p.filter_width, 10), random.Int(1, 4)}}};
  op.compute = [=](const std::vector<Reals>& inputs) { return Pool(p, average, inputs[0]); };
  op.terms = p.filter_height * p.filter_width;
  op.same_params = true;
  return op;
}

TEST(Pooling, MaximumEqualsItsDefinition) {
  QG_SEED(20240720U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    CheckAllTypes(AnyCase(random, false), random);
  }
}

TEST(Pooling, AverageEqualsItsDefinition) {
  QG_SEED(20240721U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    CheckAllTypes(AnyCase(random, true), random);
  }
}

OpTester GoodPool(bool average) {
  OpTester op(average ? OpCode::kAVERAGE_POOL_2D : OpCode::kMAX_POOL_2D);
  schema::Pool2DOptionsT options;
  options.filter_height = options.filter_width = 2;
  options.stride_h = options.stride_w = 2;
  op.options = MakeOptions(options);
  op.Input(DType::kInt8, Shape{1, 2, 2, 1}, PerTensor(0.5F, 3));
  op.Output(DType::kInt8, PerTensor(0.5F, 3));
  return op;
}

// Codes are averaged as they are; -2.5 goes away from zero, as 2.5 does.
TEST(Pooling, AverageBreaksTiesAwayFromZero) {
  const OpTester op = GoodPool(true);
  EXPECT_EQ(FromBytes<int8_t>(op.Run({ToBytes(std::vector<int8_t>{-1, -2, -3, -4})}))[0], -3);
  EXPECT_EQ(FromBytes<int8_t>(op.Run({ToBytes(std::vector<int8_t>{1, 2, 3, 4})}))[0], 3);
}

TEST(Pooling, PrepareErrorsSayWhatIsWrong) {
  EXPECT_EQ(GoodPool(false).Error(), "");
  OpTester op = GoodPool(false);
  op.inputs[0].shape = Shape{2, 2};
  EXPECT_EQ(op.Error(), "model: input [2,2] must have rank 4");
  op = GoodPool(false);
  op.inputs[0].quant = {};
  EXPECT_EQ(op.Error(), "model: 'input0' needs one scale and zero point, has 0");
  op = GoodPool(false);
  op.output.dtype = DType::kUInt8;
  EXPECT_EQ(op.Error(), "unsupported: no kernel for types int8 -> uint8");
  op = GoodPool(false);
  op.options = nullptr;  // the default window is empty
  EXPECT_EQ(op.Error(),
            "model: window with input 2, filter 0, stride 0, dilation 1: each must be at least 1");
}

// Kernels compare and average codes as they are, which means nothing across different scales.
TEST(Pooling, InputAndOutputMustShareParameters) {
  for (const bool average : {false, true}) {
    OpTester op = GoodPool(average);
    op.output.quant = PerTensor(0.25F, 3);
    EXPECT_EQ(op.Error(), "unsupported: input and output must share scale and zero point");
  }
}

}  // namespace
}  // namespace quantgate
