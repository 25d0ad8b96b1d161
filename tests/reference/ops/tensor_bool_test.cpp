#include "reference/ops/tensor_bool.h"

#include <gtest/gtest.h>

#include "tests/reference/ops/op_tester.h"

namespace quantgate {
namespace {

using Bytes = std::vector<uint8_t>;

// The output for bool inputs of these bytes.
Bytes OutputOf(OpCode code, const std::vector<Bytes>& inputs, DType output = DType::kBool) {
  OpTester op(code);
  std::vector<std::vector<std::byte>> values;
  for (const Bytes& input : inputs) {
    op.Input(DType::kBool, Shape{static_cast<int32_t>(input.size())});
    values.push_back(ToBytes(input));
  }
  op.Output(output);
  Bytes out;
  for (const std::byte byte : op.Run(values)) out.push_back(static_cast<uint8_t>(byte));
  return out;
}

TEST(TensorBool, EveryByteButZeroIsTrue) {
  EXPECT_EQ(OutputOf(OpCode::kEQUAL, {{0, 2, 255, 2}, {0, 1, 2, 0}}), (Bytes{1, 1, 1, 0}));
  EXPECT_EQ(OutputOf(OpCode::kNOT_EQUAL, {{0, 2, 255, 2}, {0, 1, 2, 0}}), (Bytes{0, 0, 0, 1}));
  EXPECT_EQ(OutputOf(OpCode::kLOGICAL_AND, {{2, 2, 0}, {1, 0, 4}}), (Bytes{1, 0, 0}));
  EXPECT_EQ(OutputOf(OpCode::kLOGICAL_OR, {{2, 0, 0}, {1, 8, 0}}), (Bytes{1, 1, 0}));
  EXPECT_EQ(OutputOf(OpCode::kLOGICAL_NOT, {{0, 1, 2, 254}}), (Bytes{1, 0, 0, 0}));
  EXPECT_EQ(OutputOf(OpCode::kCAST, {{0, 1, 2, 254}}, DType::kInt8), (Bytes{0, 1, 1, 1}));
  EXPECT_EQ(OutputOf(OpCode::kSELECT_V2, {{0, 254}, {7, 7}, {9, 9}}), (Bytes{9, 7}));
}

TEST(TensorBool, ReductionsToo) {
  for (const OpCode code : {OpCode::kREDUCE_ANY, OpCode::kREDUCE_ALL}) {
    OpTester op(code);
    op.Input(DType::kBool, Shape{2, 2});
    op.Constant(Shape{1}, {1});
    op.Output(DType::kBool);
    const uint8_t mixed = code == OpCode::kREDUCE_ANY ? 1 : 0;
    EXPECT_EQ(op.Run({ToBytes(Bytes{2, 254, 0, 2})}), ToBytes(Bytes{1, mixed}));
  }
}

}  // namespace
}  // namespace quantgate
