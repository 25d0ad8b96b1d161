#include "reference/interpreter/constant_decoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/bytes.h"

namespace quantgate {
namespace {

using testing::ElementsAre;

struct Sparse {
  Model model;
  SparseLayout layout;

  Sparse(const Shape& shape, const std::vector<int8_t>& values) {
    model.buffers.emplace_back();
    model.buffers.emplace_back(ToBytes(values));
    model.subgraphs.emplace_back();
    TensorInfo tensor;
    tensor.name = "w";
    tensor.dtype = DType::kInt8;
    tensor.shape = shape;
    tensor.buffer = 1;
    model.subgraphs[0].tensors.push_back(tensor);
  }
  [[nodiscard]] Result<std::optional<DecodedConstant>> Decode() const {
    TensorInfo tensor = model.main().tensors[0];
    tensor.sparsity = std::make_shared<const SparseLayout>(layout);
    return DecodeConstant(model, model.main(), tensor);
  }
};

std::vector<int8_t> Codes(const DecodedConstant& decoded) {
  std::vector<int8_t> codes(decoded.bytes.size());
  std::memcpy(codes.data(), decoded.bytes.data(), codes.size());
  return codes;
}

// [[1,0,2],[0,0,0],[0,3,0]], rows dense, columns compressed.
Sparse CompressedRows() {
  Sparse sparse(Shape{3, 3}, {1, 2, 3});
  sparse.layout.traversal_order = {0, 1};
  sparse.layout.dimensions = {{false, 3, {}, {}}, {true, 0, {0, 2, 2, 3}, {0, 2, 1}}};
  return sparse;
}

TEST(ConstantDecoding, CompressedRowsAreWrittenOut) {
  const auto decoded = CompressedRows().Decode();
  ASSERT_TRUE(decoded.ok()) << decoded.error().ToString();
  EXPECT_THAT(Codes(**decoded), ElementsAre(1, 0, 2, 0, 0, 0, 0, 3, 0));
  EXPECT_EQ((*decoded)->info.sparsity, nullptr);
}

// A 4 x 4 matrix of 2 x 2 blocks, of which the one at the top right is stored.
TEST(ConstantDecoding, BlocksAreWrittenOut) {
  Sparse sparse(Shape{4, 4}, {1, 2, 3, 4});
  sparse.layout.traversal_order = {0, 1, 2, 3};
  sparse.layout.block_map = {0, 1};
  sparse.layout.dimensions = {
      {false, 2, {}, {}}, {true, 0, {0, 1, 1}, {1}}, {false, 2, {}, {}}, {false, 2, {}, {}}};
  const auto decoded = sparse.Decode();
  ASSERT_TRUE(decoded.ok()) << decoded.error().ToString();
  EXPECT_THAT(Codes(**decoded), ElementsAre(0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(ConstantDecoding, LayoutsThatPointElsewhereAreRefused) {
  const auto code = [](const auto& change) {
    Sparse sparse = CompressedRows();
    change(sparse.layout);
    const auto decoded = sparse.Decode();
    return decoded.ok() ? ErrorCode::kInternal : decoded.error().code;
  };
  using Layout = SparseLayout&;
  EXPECT_EQ(code([](Layout l) { l.dimensions[1].indices[2] = 3; }), ErrorCode::kModel);
  EXPECT_EQ(code([](Layout l) { l.dimensions[1].indices[0] = -1; }), ErrorCode::kModel);
  EXPECT_EQ(code([](Layout l) { l.dimensions[1].segments[3] = 9; }), ErrorCode::kModel);
  EXPECT_EQ(code([](Layout l) { l.dimensions[1].segments.pop_back(); }), ErrorCode::kModel);
  EXPECT_EQ(code([](Layout l) { l.dimensions[0].dense_size = INT32_MAX; }), ErrorCode::kModel);
  EXPECT_EQ(code([](Layout l) { l.dimensions[0].dense_size = 0; }), ErrorCode::kModel);
  EXPECT_EQ(code([](Layout l) { l.traversal_order = {0, 0}; }), ErrorCode::kModel);
  EXPECT_EQ(code([](Layout l) { l.block_map = {7}; }), ErrorCode::kModel);
}

TEST(ConstantDecoding, PackedIntegersTakeAByteEach) {
  Sparse packed(Shape{3}, {static_cast<int8_t>(0x8F), 0x07});  // -1, -8, 7, low nibble first
  TensorInfo tensor = packed.model.main().tensors[0];
  tensor.dtype = DType::kInt4;
  const auto decoded = DecodeConstant(packed.model, packed.model.main(), tensor);
  ASSERT_TRUE(decoded.ok()) << decoded.error().ToString();
  EXPECT_THAT(Codes(**decoded), ElementsAre(-1, -8, 7));
  EXPECT_EQ((*decoded)->info.dtype, DType::kInt8);
}

TEST(ConstantDecoding, OrdinaryConstantsStayWhereTheyAre) {
  const Sparse sparse(Shape{3}, {1, 2, 3});
  const auto decoded =
      DecodeConstant(sparse.model, sparse.model.main(), sparse.model.main().tensors[0]);
  ASSERT_TRUE(decoded.ok());
  EXPECT_FALSE(decoded->has_value());
}

}  // namespace
}  // namespace quantgate
