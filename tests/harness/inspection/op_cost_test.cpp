#include "harness/inspection/op_cost.h"

#include <gtest/gtest.h>

#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

struct Operand {
  Shape shape;
  bool constant = false;
};

// MACs of one operator with float operands of these shapes.
std::optional<int64_t> Macs(OpCode code, const std::vector<Operand>& inputs, const Shape& output) {
  ModelBuilder builder;
  std::vector<int> indices;
  for (const Operand& input : inputs) {
    indices.push_back(input.constant ? builder.AddConstantBytes("c", DType::kFloat32, input.shape,
                                                                std::vector<std::byte>(ByteSize(
                                                                    DType::kFloat32, input.shape)))
                                     : builder.AddInput("x", DType::kFloat32, input.shape));
  }
  const int out = builder.AddTensor("y", DType::kFloat32, output);
  builder.AddOp(code, indices, {out});
  const Model model = builder.Build({out});
  std::vector<Shape> shapes;
  for (const TensorInfo& tensor : model.main().tensors) shapes.push_back(tensor.shape);
  return MacsOf(model, model.main(), model.main().ops[0], shapes);
}

// A dense layer of 4 x 2 in these types.
double ShareAbove(DType activation, DType weights) {
  ModelBuilder builder;
  const QuantParams params = PerTensor(0.5F, 0);
  const int x = builder.AddInput("x", activation, Shape{1, 4}, params);
  const int w = builder.AddConstantBytes(
      "w", weights, Shape{2, 4}, std::vector<std::byte>(ByteSize(weights, Shape{2, 4})), params);
  const int y = builder.AddTensor("y", activation, Shape{1, 2}, params);
  builder.AddOp(OpCode::kFULLY_CONNECTED, {x, w}, {y});
  return ShareOfMacsAbove8Bits(builder.Build({y}));
}

TEST(MacsAbove8Bits, TheWiderFactorDecides) {
  EXPECT_EQ(ShareAbove(DType::kInt8, DType::kInt8), 0);
  EXPECT_EQ(ShareAbove(DType::kInt8, DType::kInt4), 0);
  EXPECT_EQ(ShareAbove(DType::kUInt8, DType::kUInt8), 0);
  EXPECT_EQ(ShareAbove(DType::kFloat32, DType::kInt8), 0);  // hybrid
  EXPECT_EQ(ShareAbove(DType::kInt16, DType::kInt8), 1);
  EXPECT_EQ(ShareAbove(DType::kFloat32, DType::kFloat32), 1);
}

TEST(Macs, ConvolutionsCountEveryTapOfEveryOutput) {
  // 8x8 positions, 16 channels, 3x3 taps over 4 channels.
  EXPECT_EQ(Macs(OpCode::kCONV_2D, {{{1, 16, 16, 4}}, {{16, 3, 3, 4}, true}}, {1, 8, 8, 16}),
            8 * 8 * 16 * 9 * 4);
  // Grouped: the filter reads 2 of the 4 channels.
  EXPECT_EQ(Macs(OpCode::kCONV_2D, {{{1, 16, 16, 4}}, {{16, 3, 3, 2}, true}}, {1, 8, 8, 16}),
            8 * 8 * 16 * 9 * 2);
  EXPECT_EQ(Macs(OpCode::kDEPTHWISE_CONV_2D, {{{1, 8, 8, 4}}, {{1, 3, 3, 8}, true}}, {1, 8, 8, 8}),
            8 * 8 * 8 * 9);
  EXPECT_EQ(Macs(OpCode::kCONV_3D, {{{1, 4, 4, 4, 2}}, {{3, 3, 3, 2, 5}, true}}, {1, 2, 2, 2, 5}),
            8 * 5 * 27 * 2);
}

TEST(Macs, TransposedConvolutionsCountEveryTapOfEveryInput) {
  EXPECT_EQ(Macs(OpCode::kTRANSPOSE_CONV, {{{4}, true}, {{6, 3, 3, 4}, true}, {{1, 5, 5, 4}}},
                 {1, 10, 10, 6}),
            5 * 5 * 4 * 9 * 6);
}

TEST(Macs, DenseLayersCountInputsTimesUnits) {
  EXPECT_EQ(Macs(OpCode::kFULLY_CONNECTED, {{{2, 10}}, {{7, 10}, true}}, {2, 7}), 2 * 10 * 7);
}

TEST(Macs, MatrixProductsCountTheSummedExtentTransposedOrNot) {
  EXPECT_EQ(Macs(OpCode::kBATCH_MATMUL, {{{5, 2, 3}}, {{5, 3, 4}}}, {5, 2, 4}), 5 * 2 * 4 * 3);
  EXPECT_EQ(Macs(OpCode::kBATCH_MATMUL, {{{5, 3, 2}}, {{5, 3, 4}}}, {5, 2, 4}), 5 * 2 * 4 * 3);
}

TEST(Macs, RecurrentLayersMeetEveryMatrixOnceAStep) {
  // Batch 2, 7 steps; a 4x3 and a 4x4 matrix; the bias is no matrix, the state no constant.
  EXPECT_EQ(Macs(OpCode::kUNIDIRECTIONAL_SEQUENCE_RNN,
                 {{{2, 7, 3}}, {{4, 3}, true}, {{4, 4}, true}, {{4}, true}, {{2, 4}}}, {2, 7, 4}),
            2 * 7 * (12 + 16));
}

TEST(Macs, OtherOperatorsHaveNoneOrAreUnknown) {
  EXPECT_EQ(Macs(OpCode::kADD, {{{4}}, {{4}}}, {4}), 0);
  EXPECT_EQ(Macs(OpCode::kMAX_POOL_2D, {{{1, 4, 4, 1}}}, {1, 2, 2, 1}), 0);
  EXPECT_EQ(Macs(OpCode::kCUSTOM, {{{4}}}, {4}), std::nullopt);
  EXPECT_EQ(Macs(OpCode::kWHILE, {{{4}}}, {4}), std::nullopt);
  EXPECT_EQ(Macs(OpCode::kSTABLEHLO_DOT_GENERAL, {{{4}}, {{4}}}, {4}), std::nullopt);
}

TEST(Macs, ShapesThatDoNotFitAreUnknown) {
  EXPECT_EQ(Macs(OpCode::kCONV_2D, {{{4}}, {{4}, true}}, {4}), std::nullopt);
  EXPECT_EQ(Macs(OpCode::kCONV_2D, {{{4}}}, {4}), std::nullopt);
  EXPECT_EQ(Macs(OpCode::kFULLY_CONNECTED, {{{4}}, {{}, true}}, {4}), std::nullopt);
}

TEST(Weights, AreWhatIsLearned) {
  ModelBuilder builder;
  const auto is_weight = [&](int index) {
    const Model model = builder.Build({});
    return IsWeight(model, model.main().tensors[static_cast<size_t>(index)]);
  };
  EXPECT_TRUE(is_weight(builder.AddConstant("float", Shape{1}, std::vector<float>{1})));
  EXPECT_TRUE(is_weight(builder.AddConstant("codes", Shape{1}, std::vector<int8_t>{1})));
  EXPECT_TRUE(is_weight(
      builder.AddConstant("bias", Shape{1}, std::vector<int32_t>{1}, PerTensor(0.1F, 0))));
  EXPECT_FALSE(is_weight(builder.AddConstant("shape", Shape{1}, std::vector<int32_t>{1})));
  EXPECT_FALSE(is_weight(builder.AddInput("input", DType::kFloat32, Shape{1})));
}

}  // namespace
}  // namespace quantgate
