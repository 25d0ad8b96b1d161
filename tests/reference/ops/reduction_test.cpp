#include <gtest/gtest.h>

#include <algorithm>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

// The flat output index of the flat input index `flat`, the reduced axes left out.
int64_t OutputOf(const Shape& in, const std::vector<bool>& reduced, int64_t flat) {
  int64_t out = 0;
  int64_t stride = 1;
  for (int axis = in.rank() - 1; axis >= 0; --axis) {
    const int64_t at = flat % in.dim(axis);
    flat /= in.dim(axis);
    if (reduced[static_cast<size_t>(axis)]) continue;
    out += at * stride;
    stride *= in.dim(axis);
  }
  return out;
}

Reals Mean(const Reals& in, const std::vector<bool>& reduced, bool keep_dims) {
  std::vector<int32_t> dims;
  double count = 1;
  for (int axis = 0; axis < in.shape.rank(); ++axis) {
    const bool gone = reduced[static_cast<size_t>(axis)];
    if (gone) count *= in.shape.dim(axis);
    if (!gone) dims.push_back(in.shape.dim(axis));
    if (gone && keep_dims) dims.push_back(1);
  }
  Reals out(*Shape::Make(dims));
  for (int64_t i = 0; i < in.shape.num_elements(); ++i) {
    out.values[static_cast<size_t>(OutputOf(in.shape, reduced, i))] +=
        in.values[static_cast<size_t>(i)] / count;
  }
  return out;
}

OpCase CaseOf(const Shape& in, const std::vector<int32_t>& axes, bool keep_dims) {
  std::vector<bool> reduced(static_cast<size_t>(in.rank()), false);
  for (int32_t axis : axes) reduced[static_cast<size_t>((axis + in.rank()) % in.rank())] = true;
  schema::ReducerOptionsT options;
  options.keep_dims = keep_dims;
  OpCase op;
  op.code = OpCode::kMEAN;
  op.options = MakeOptions(options);
  op.inputs = {{Role::kData, in},
               {Role::kIntegers, Shape{static_cast<int32_t>(axes.size())}, 0, axes}};
  op.compute = [=](const std::vector<Reals>& inputs) {
    return Mean(inputs[0], reduced, keep_dims);
  };
  op.terms = static_cast<int>(in.num_elements());
  return op;
}

std::vector<int32_t> AnyAxes(Random& random, int rank) {
  std::vector<int32_t> axes;
  for (int axis = 0; axis < rank; ++axis) {
    if (random.Chance(0.5)) axes.push_back(random.Chance(0.3) ? axis - rank : axis);
  }
  if (axes.empty()) axes.push_back(random.Int(0, rank - 1));
  return axes;
}

TEST(Reduction, MeanEqualsItsDefinition) {
  QG_SEED(20240760U);
  for (int i = 0; i < 300 && !testing::Test::HasFatalFailure(); ++i) {
    const Shape in = random.AnyShape(random.Int(1, 5), 5);
    OpCase op = CaseOf(in, AnyAxes(random, in.rank()), random.Chance(0.5));
    op.largest_lsb = 2;  // the spatial form is among them
    op.same_params = random.Chance(0.3);
    CheckAllTypes(op, random);
  }
}

// Global average pooling has a kernel of its own in TFLite, which for uint8 rounds the sum (twice)
// and the zero point's share apart: two codes in all.
TEST(Reduction, SpatialMeanEqualsItsDefinition) {
  QG_SEED(20240761U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    OpCase op = CaseOf(random.AnyShape(4, 7), {1, 2}, true);
    op.largest_lsb = 2;
    CheckAllTypes(op, random);
  }
}

OpTester GoodMean(const std::vector<int32_t>& axes) {
  OpTester op(OpCode::kMEAN);
  op.Input(DType::kInt8, Shape{2, 3}, PerTensor(0.5F, 0));
  op.Constant(Shape{static_cast<int32_t>(axes.size())}, axes);
  op.Output(DType::kInt8, PerTensor(0.5F, 0));
  return op;
}

// With shared parameters the mean of codes is cut toward zero: 5 / 3 is 1 and -5 / 3 is -1.
TEST(Reduction, MeanOfSharedParametersCutsTowardZero) {
  const auto got =
      FromBytes<int8_t>(GoodMean({1}).Run({ToBytes(std::vector<int8_t>{1, 2, 2, -1, -2, -2})}));
  EXPECT_EQ(got, (std::vector<int8_t>{1, -1}));
}

TEST(Reduction, PrepareErrorsSayWhatIsWrong) {
  EXPECT_EQ(GoodMean({0, -1}).Error(), "");
  EXPECT_EQ(GoodMean({2}).Error(), "model: axis 2 of a tensor of rank 2");
  EXPECT_EQ(GoodMean({-3}).Error(), "model: axis -3 of a tensor of rank 2");
  OpTester op = GoodMean({1});
  op.inputs[1].constant.clear();
  EXPECT_EQ(op.Error(), "unsupported: input 1 ('input1') must be a constant");
  op = GoodMean({1});
  op.inputs[1].dtype = DType::kFloat32;
  EXPECT_EQ(op.Error(), "unsupported: no kernel for types int8, float32 -> int8");
  op = GoodMean({1});
  op.inputs[0].quant = {};
  EXPECT_EQ(op.Error(), "model: 'input0' needs one scale and zero point, has 0");
  op = GoodMean({1});
  op.inputs[0].shape = Shape{2, 0};
  EXPECT_EQ(op.Error(), "model: mean over no elements");
}

}  // namespace
}  // namespace quantgate
