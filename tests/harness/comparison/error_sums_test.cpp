#include "harness/comparison/error_sums.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "reference/numeric/affine.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

template <class Code>
std::vector<float> RealsOf(const std::vector<Code>& codes, CodeScale scale) {
  std::vector<float> reals;
  for (const Code code : codes) reals.push_back(Dequantize(code, scale.scale, scale.zero_point));
  return reals;
}

// Codes and the real values they stand for give the same bytes, and clipped values are those that a
// plain count finds; lengths about those of vectors.
TEST(ErrorSums, CodesAreTheirRealsAndClippedValuesAreCounted) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    QG_SEED(seed);
    const int count = random.Int(1, 70);
    const std::vector<float> reference = random.Floats(count, -2, 2);
    const auto codes = random.Codes<int8_t>(count, -128, 127);
    // Scales down to those whose products are denormal.
    const CodeScale scale{random.Chance(0.1) ? 3e-40F : random.Float(1e-4, 0.1),
                          random.Int(-128, 127)};
    const ErrorSums a = SumErrors(reference, std::span<const int8_t>(codes), scale, nullptr);
    ReferenceSums of_reference;
    const ErrorSums b = SumErrors(reference, RealsOf(codes, scale), &of_reference);
    EXPECT_EQ(of_reference, SumReference(reference));
    EXPECT_EQ(a.error, b.error);
    EXPECT_EQ(a.error2, b.error2);
    EXPECT_EQ(a.variant2, b.variant2);
    EXPECT_EQ(a.max_abs_error, b.max_abs_error);
    const double edge = random.Real(0, 3);
    const ClipLimits limits{-edge, static_cast<double>(reference[0])};  // one lies on the limit
    const Clipped clipped = CountClipped(reference, limits);
    const auto below = [&](float r) { return static_cast<double>(r) < limits.low; };
    const auto above = [&](float r) { return static_cast<double>(r) > limits.high; };
    EXPECT_EQ(clipped.below, std::count_if(reference.begin(), reference.end(), below));
    EXPECT_EQ(clipped.above, std::count_if(reference.begin(), reference.end(), above));
  }
}

}  // namespace
}  // namespace quantgate
