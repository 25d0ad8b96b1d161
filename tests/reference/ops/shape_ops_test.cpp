#include <gtest/gtest.h>

#include "tests/reference/ops/op_tester.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

OpTester Reshape(const std::vector<int32_t>& wanted) {
  OpTester op(OpCode::kRESHAPE);
  op.Input(DType::kInt8, Shape{2, 3, 2}, PerTensor(0.5F, 0));
  op.Constant(Shape{static_cast<int32_t>(wanted.size())}, wanted);
  op.Output(DType::kInt8, PerTensor(0.5F, 0));
  return op;
}

TEST(ShapeOps, ReshapeKeepsTheBytes) {
  QG_SEED(20240780U);
  const auto codes = ToBytes(random.Codes<int8_t>(12, -128, 127));
  EXPECT_EQ(Reshape({4, 3}).Run({codes}), codes);
}

TEST(ShapeOps, ReshapeFillsTheOneUnknownExtent) {
  EXPECT_EQ(Reshape({4, 3}).OutputShape(), (Shape{4, 3}));
  EXPECT_EQ(Reshape({-1, 3}).OutputShape(), (Shape{4, 3}));
  EXPECT_EQ(Reshape({-1}).OutputShape(), (Shape{12}));
}

TEST(ShapeOps, ReshapeTakesItsShapeFromWhereverItIs) {
  OpTester op = Reshape({});
  op.inputs.pop_back();
  op.output.shape = Shape{6, 2};  // old converters wrote neither input nor option
  EXPECT_EQ(op.OutputShape(), (Shape{6, 2}));
  schema::ReshapeOptionsT options;
  options.new_shape = {3, -1};
  op.options = MakeOptions(options);
  EXPECT_EQ(op.OutputShape(), (Shape{3, 4}));
}

TEST(ShapeOps, ReshapeErrorsSayWhatIsWrong) {
  EXPECT_EQ(Reshape({5, 3}).Error(), "model: reshape of 12 elements to [5,3]");
  EXPECT_EQ(Reshape({5, -1}).Error(), "model: reshape of 12 elements to [5,2]");
  EXPECT_EQ(Reshape({-1, -1}).Error(), "model: reshape to extent -1");
  EXPECT_EQ(Reshape({-2, 6}).Error(), "model: reshape to extent -2");
  EXPECT_EQ(Reshape({INT32_MAX, INT32_MAX}).Error(),
            "model: the product of the extents is too large");
  OpTester op = Reshape({12});
  op.output.dtype = DType::kUInt8;
  EXPECT_EQ(op.Error(), "unsupported: no kernel for types int8, int32 -> uint8");
  op = Reshape({12});
  op.inputs[1].constant.clear();
  EXPECT_EQ(op.Error(), "unsupported: input 1 ('input1') must be a constant");
}

OpTester Squeeze(const std::vector<int32_t>& axes) {
  OpTester op(OpCode::kSQUEEZE);
  op.Input(DType::kFloat32, Shape{1, 3, 1, 2});
  op.Output(DType::kFloat32);
  schema::SqueezeOptionsT options;
  options.squeeze_dims = axes;
  op.options = MakeOptions(options);
  return op;
}

TEST(ShapeOps, SqueezeDropsAxesOfExtentOne) {
  EXPECT_EQ(Squeeze({}).OutputShape(), (Shape{3, 2}));
  EXPECT_EQ(Squeeze({2}).OutputShape(), (Shape{1, 3, 2}));
  EXPECT_EQ(Squeeze({-2, 0}).OutputShape(), (Shape{3, 2}));
  const auto reals = ToBytes(std::vector<float>{1, 2, 3, 4, 5, 6});
  EXPECT_EQ(Squeeze({}).Run({reals}), reals);
}

TEST(ShapeOps, SqueezeErrorsSayWhatIsWrong) {
  EXPECT_EQ(Squeeze({1}).Error(), "model: axis 1 of [1,3,1,2] cannot be squeezed");
  EXPECT_EQ(Squeeze({4}).Error(), "model: axis 4 of [1,3,1,2] cannot be squeezed");
  EXPECT_EQ(Squeeze({-5}).Error(), "model: axis -5 of [1,3,1,2] cannot be squeezed");
}

}  // namespace
}  // namespace quantgate
