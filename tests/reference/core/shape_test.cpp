#include "reference/core/shape.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/random.h"

namespace quantgate {
namespace {

Result<Shape> Make(const std::vector<int32_t>& dims) { return Shape::Make(dims); }

TEST(Shape, AScalarHasOneElement) {
  EXPECT_EQ(Shape().rank(), 0);
  EXPECT_EQ(Shape().num_elements(), 1);
  EXPECT_EQ(Shape().ToString(), "[]");
}

TEST(Shape, ProductsAndExtents) {
  const Shape shape{2, 3, 5};
  EXPECT_EQ(shape.num_elements(), 30);
  EXPECT_EQ(shape.outer_size(), 6);
  EXPECT_EQ(shape.last_dim(), 5);
  EXPECT_EQ(shape.ToString(), "[2,3,5]");
  EXPECT_EQ((Shape{7}).outer_size(), 1);
}

TEST(Shape, AnExtentOfZeroMakesATensorEmpty) {
  const auto shape = Make({4, 0, 2});
  ASSERT_TRUE(shape.ok());
  EXPECT_EQ(shape->num_elements(), 0);
}

TEST(Shape, NegativeExtentsAreNamed) {
  EXPECT_EQ(Make({2, -1}).error().message, "negative extent -1");
  EXPECT_EQ(Make({INT32_MIN}).error().code, ErrorCode::kModel);
}

TEST(Shape, RankIsLimited) {
  EXPECT_TRUE(Make(std::vector<int32_t>(8, 1)).ok());
  const auto nine = Make(std::vector<int32_t>(9, 1));
  ASSERT_FALSE(nine.ok());
  EXPECT_EQ(nine.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(nine.error().message, "rank 9 is over the supported 8");
}

TEST(Shape, TheLargestProductIsAllowedAndOneMoreIsNot) {
  EXPECT_TRUE(Make({1 << 20, 1 << 20}).ok());  // 2^40
  EXPECT_FALSE(Make({1 << 20, 1 << 20, 2}).ok());
  EXPECT_FALSE(Make({(1 << 20) + 1, 1 << 20}).ok());
}

TEST(Shape, ProductsThatOverflow64BitsAreRefused) {
  // 2^31 - 1 to the eighth power has 248 bits; modulo 2^64 the product looks small.
  EXPECT_FALSE(Make(std::vector<int32_t>(8, INT32_MAX)).ok());
  EXPECT_FALSE(Make({1 << 16, 1 << 16, 1 << 16, 1 << 16}).ok());  // 2^64, that is 0 modulo 2^64
  EXPECT_FALSE(Make({1 << 30, 1 << 30, 1 << 30, 4, 0}).ok());
}

TEST(Shape, ProductNeverOverflowsWhateverTheExtents) {
  QG_SEED(20240601U);
  for (int i = 0; i < 20000; ++i) {
    std::vector<int32_t> dims;
    const int rank = random.Int(0, 8);
    for (int k = 0; k < rank; ++k) {
      dims.push_back(static_cast<int32_t>(random.Bits() >> random.Int(1, 31)));
    }
    double product = 1;
    for (int32_t dim : dims) product *= dim;
    const auto shape = Make(dims);
    if (!shape.ok()) continue;
    EXPECT_EQ(static_cast<double>(shape->num_elements()), product);
    EXPECT_LE(shape->num_elements(), Shape::kMaxElements);
  }
}

TEST(Shape, ComparesByValue) {
  EXPECT_EQ((Shape{1, 2}), *Make({1, 2}));
  EXPECT_NE((Shape{1, 2}), (Shape{1, 2, 1}));
  EXPECT_NE((Shape{1, 2}), (Shape{2, 1}));
}

}  // namespace
}  // namespace quantgate
