#include <gtest/gtest.h>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

// Runs over all index tuples of a shape.
template <class Visit>
void ForEachIndex(const Shape& shape, const Visit& visit) {
  std::vector<int32_t> at(static_cast<size_t>(shape.rank()), 0);
  for (int64_t i = 0; i < shape.num_elements(); ++i) {
    visit(at);
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      if (++at[static_cast<size_t>(axis)] < shape.dim(axis)) break;
      at[static_cast<size_t>(axis)] = 0;
    }
  }
}

double& Element(Reals& t, const std::vector<int32_t>& at) {
  int64_t flat = 0;
  for (int axis = 0; axis < t.shape.rank(); ++axis) {
    flat = flat * t.shape.dim(axis) + at[static_cast<size_t>(axis)];
  }
  return t.values[static_cast<size_t>(flat)];
}

Reals Concatenate(const std::vector<Reals>& inputs, int axis) {
  std::vector<int32_t> dims(inputs[0].shape.dims().begin(), inputs[0].shape.dims().end());
  int32_t& joined = dims[static_cast<size_t>(axis)];
  joined = 0;
  for (const Reals& input : inputs) joined += input.shape.dim(axis);
  Reals out(*Shape::Make(dims));
  int32_t start = 0;
  for (Reals input : inputs) {
    ForEachIndex(input.shape, [&](std::vector<int32_t> at) {
      const double value = Element(input, at);
      at[static_cast<size_t>(axis)] += start;
      Element(out, at) = value;
    });
    start += input.shape.dim(axis);
  }
  return out;
}

OpCase AnyConcatenation(Random& random) {
  const Shape first = random.AnyShape(random.Int(1, 4), 4);
  const int axis = random.Int(0, first.rank() - 1);
  schema::ConcatenationOptionsT options;
  options.axis = random.Chance(0.3) ? axis - first.rank() : axis;
  OpCase op;
  op.code = OpCode::kCONCATENATION;
  op.options = MakeOptions(options);
  const int count = random.Int(1, 4);
  for (int i = 0; i < count; ++i) {
    std::vector<int32_t> dims(first.dims().begin(), first.dims().end());
    dims[static_cast<size_t>(axis)] = random.Int(1, 4);
    op.inputs.push_back({Role::kData, *Shape::Make(dims)});
  }
  op.compute = [=](const std::vector<Reals>& inputs) { return Concatenate(inputs, axis); };
  op.same_params = true;
  return op;
}

TEST(DataMovement, ConcatenationEqualsItsDefinition) {
  QG_SEED(20240770U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    CheckAllTypes(AnyConcatenation(random), random);
  }
}

// Legacy uint8 models join tensors of different parameters.
TEST(DataMovement, ConcatenationOfUInt8Rescales) {
  QG_SEED(20240771U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    OpCase op = AnyConcatenation(random);
    op.same_params = false;
    CheckUInt8(op, random);
  }
}

Reals Pad(const Reals& in, const std::vector<int32_t>& pads) {
  std::vector<int32_t> dims;
  for (int axis = 0; axis < in.shape.rank(); ++axis) {
    const auto k = 2 * static_cast<size_t>(axis);
    dims.push_back(in.shape.dim(axis) + pads[k] + pads[k + 1]);
  }
  Reals out(*Shape::Make(dims));
  Reals source = in;
  ForEachIndex(in.shape, [&](std::vector<int32_t> at) {
    const double value = Element(source, at);
    for (size_t axis = 0; axis < at.size(); ++axis) at[axis] += pads[2 * axis];
    Element(out, at) = value;
  });
  return out;
}

TEST(DataMovement, PadEqualsItsDefinition) {
  QG_SEED(20240772U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    const Shape in = random.AnyShape(random.Int(1, 4), 4);
    std::vector<int32_t> pads;
    for (int k = 0; k < 2 * in.rank(); ++k) pads.push_back(random.Int(0, 3));
    OpCase op;
    op.code = OpCode::kPAD;
    op.inputs = {{Role::kData, in}, {Role::kIntegers, Shape{in.rank(), 2}, 0, pads}};
    op.compute = [=](const std::vector<Reals>& inputs) { return Pad(inputs[0], pads); };
    op.same_params = true;
    CheckAllTypes(op, random);
  }
}

OpTester GoodConcatenation(DType dtype) {
  OpTester op(OpCode::kCONCATENATION);
  schema::ConcatenationOptionsT options;
  options.axis = 1;
  op.options = MakeOptions(options);
  op.Input(dtype, Shape{2, 3}, PerTensor(0.5F, 1));
  op.Input(dtype, Shape{2, 1}, PerTensor(0.5F, 1));
  op.Output(dtype, PerTensor(0.5F, 1));
  return op;
}

TEST(DataMovement, ConcatenationErrorsSayWhatIsWrong) {
  EXPECT_EQ(GoodConcatenation(DType::kInt8).Error(), "");
  OpTester op = GoodConcatenation(DType::kInt8);
  op.inputs[1].shape = Shape{3, 1};
  EXPECT_EQ(op.Error(), "model: inputs [2,3] and [3,1] cannot be joined along axis 1");
  op = GoodConcatenation(DType::kInt8);
  op.inputs[1].quant = PerTensor(0.25F, 1);
  EXPECT_EQ(op.Error(), "model: input 'input1' and the output must share scale and zero point");
  op.inputs[1].dtype = DType::kUInt8;
  EXPECT_EQ(op.Error(), "unsupported: no kernel for types int8, uint8 -> int8");
  op = GoodConcatenation(DType::kInt8);
  op.inputs.clear();
  EXPECT_NE(op.Error(), "");
  schema::ConcatenationOptionsT options;
  options.axis = 2;
  op = GoodConcatenation(DType::kInt8);
  op.options = MakeOptions(options);
  EXPECT_EQ(op.Error(), "model: axis 2 at rank 2");
}

OpTester GoodPad(const std::vector<int32_t>& pads) {
  OpTester op(OpCode::kPAD);
  op.Input(DType::kInt8, Shape{2}, PerTensor(0.5F, 7));
  op.Constant(Shape{static_cast<int32_t>(pads.size()) / 2, 2}, pads);
  op.Output(DType::kInt8, PerTensor(0.5F, 7));
  return op;
}

TEST(DataMovement, PadFillsWithTheZeroPoint) {
  const auto got = FromBytes<int8_t>(GoodPad({1, 2}).Run({ToBytes(std::vector<int8_t>{3, 4})}));
  EXPECT_EQ(got, (std::vector<int8_t>{7, 3, 4, 7, 7}));
}

TEST(DataMovement, PadErrorsSayWhatIsWrong) {
  EXPECT_EQ(GoodPad({1, -2}).Error(), "model: padding of 1 and -2");
  EXPECT_EQ(GoodPad({1, 1, 1, 1}).Error(), "model: 4 paddings where 2 are needed");
  OpTester op = GoodPad({0, 0});
  op.inputs[1].constant.clear();
  EXPECT_EQ(op.Error(), "unsupported: input 1 ('input1') must be a constant");
  op = GoodPad({0, 0});
  op.inputs[0].shape = Shape{};
  EXPECT_EQ(op.Error(), "model: 2 paddings where 0 are needed");
}

}  // namespace
}  // namespace quantgate
