#include "harness/quantization/quantize_weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reference/numeric/element.h"
#include "tests/support/bytes.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

TEST(QuantizeWeights, SymmetricCodesStayWithin127) {
  QG_SEED(20240911U);
  for (const char* name : {"int8", "int8-per-tensor"}) {
    for (int i = 0; i < 200; ++i) {
      const Shape shape = random.AnyShape(4, 5);
      const auto weights = random.Floats(shape.num_elements(), -3, 3);
      const QuantizedConstant got = QuantizeWeights(weights, shape, *FindScheme(name), 0);
      for (int32_t zero : got.quant.zero_points) ASSERT_EQ(zero, 0);
      const auto codes = FromBytes<int8_t>(got.codes);
      ASSERT_GE(*std::min_element(codes.begin(), codes.end()), -127);
    }
  }
}

// Each slice has the scale of its own largest weight, which therefore gets code 127 or -127.
TEST(QuantizeWeights, EverySliceUsesItsWholeRange) {
  QG_SEED(20240912U);
  for (int axis : {0, 3}) {
    for (int i = 0; i < 100; ++i) {
      const Shape shape{random.Int(2, 4), 2, 3, random.Int(2, 4)};
      const auto weights = random.Floats(shape.num_elements(), -3, 3);
      const auto got = QuantizeWeights(weights, shape, *FindScheme("int8"), axis);
      ASSERT_EQ(got.quant.scales.size(), static_cast<size_t>(shape.dim(axis)));
      ASSERT_EQ(got.quant.axis, axis);
      const auto codes = FromBytes<int8_t>(got.codes);
      const size_t inner = axis == 3 ? 1 : codes.size() / static_cast<size_t>(shape.dim(0));
      std::vector<int> largest(got.quant.scales.size(), 0);
      for (size_t k = 0; k < codes.size(); ++k) {
        const size_t slice = k / inner % largest.size();
        largest[slice] = std::max(largest[slice], std::abs(codes[k]));
        ASSERT_NEAR(codes[k] * got.quant.scales[slice], weights[k],
                    0.501 * got.quant.scales[slice]);
      }
      for (int code : largest) ASSERT_EQ(code, 127);
    }
  }
}

// Numbers that float16 and bfloat16 have in common: 8 significant bits.
bool IsBlockScale(float scale) {
  return scale == RoundToBfloat16(scale) && scale == HalfToFloat(FloatToHalf(scale));
}

// Blocks along rows have a scale each, max |w| / 7 to within bfloat16's half step of at most 2^-8
// of it; codes are the nearest under the rounded scale.
TEST(QuantizeWeights, EveryBlockHasItsScale) {
  QG_SEED(20261130U);
  for (const char* name : {"int4-blockwise-32", "int4-blockwise-64"}) {
    const SchemeDef& scheme = *FindScheme(name);
    for (int i = 0; i < 100; ++i) {
      const Shape shape{random.Int(1, 5), scheme.block_size * random.Int(1, 4)};
      const double size = std::pow(10, random.Real(-3, 2));
      const auto weights = random.Floats(shape.num_elements(), -size, size);
      const QuantParams quant = WeightParams(weights, shape, scheme, -1);
      const auto block = static_cast<size_t>(scheme.block_size);
      ASSERT_EQ(quant.block, scheme.block_size);
      ASSERT_EQ(quant.scales.size(), weights.size() / block);
      const auto codes = RoundToCodes(weights, shape, quant, WeightCodes(scheme));
      for (size_t b = 0; b < quant.scales.size(); ++b) {
        ASSERT_TRUE(IsBlockScale(quant.scales[b])) << quant.scales[b];
        float largest = 0;
        for (size_t k = b * block; k < (b + 1) * block; ++k) {
          largest = std::max(largest, std::abs(weights[k]));
          ASSERT_TRUE(codes[k] >= -7 && codes[k] <= 7);
          ASSERT_NEAR(static_cast<float>(codes[k]) * quant.scales[b], weights[k],
                      0.501F * quant.scales[b]);
        }
        ASSERT_NEAR(quant.scales[b], largest / 7, largest / 7 * 0x1p-8F * 1.001F);
      }
    }
  }
}

TEST(QuantizeWeights, BlockScalesFitBothHalves) {
  QG_SEED(20261131U);
  for (int i = 0; i < 2000; ++i) {
    const float scale = std::exp2(random.Float(-40, 30));
    const float rounded = RoundToBlockScale(scale);
    ASSERT_TRUE(IsBlockScale(rounded)) << scale;
    const float near = std::clamp(scale, 0x1p-24F, kLargestBlockScale);
    // Half a step of bfloat16 and, where halves are subnormal, half a step of those.
    ASSERT_NEAR(rounded, near, (near * 0x1p-8F + (near < 0x1p-14F ? 0x1p-25F : 0)) * 1.01F);
  }
  EXPECT_EQ(RoundToBlockScale(0), 0x1p-24F);
  EXPECT_EQ(RoundToBlockScale(1e30F), kLargestBlockScale);
}

// Runtimes take no scale of zero. A block of zeros takes the largest scale, one of tiny weights the
// smallest half.
TEST(QuantizeWeights, EmptyAndTinyBlocksHaveAScale) {
  const SchemeDef& scheme = *FindScheme("int4-blockwise-32");
  std::vector<float> weights(96, 0.0F);
  weights[0] = 7;
  weights[64] = 1e-9F;
  const QuantParams quant = WeightParams(weights, Shape{1, 96}, scheme, -1);
  EXPECT_EQ(quant.scales, (std::vector<float>{1, 1, 0x1p-24F}));
  const auto codes = RoundToCodes(weights, Shape{1, 96}, quant, WeightCodes(scheme));
  EXPECT_EQ(codes[0], 7);
  EXPECT_EQ(std::count(codes.begin(), codes.end(), 0), 95);
  EXPECT_EQ(WeightParams(std::vector<float>(32, 0.0F), Shape{1, 32}, scheme, -1).scales,
            std::vector<float>{1});
}

TEST(ClipWeights, BlocksKeepScalesOfBothHalves) {
  QG_SEED(20261132U);
  const SchemeDef& scheme = *FindScheme("int4-blockwise-64");
  const Shape shape{4, 128};
  auto weights = random.Floats(512, -1, 1);
  for (float& weight : weights) weight *= weight * weight;  // few are large
  QuantParams quant = WeightParams(weights, shape, scheme, -1);
  const QuantParams full = quant;
  const int changed = ClipWeights(weights, shape, scheme, quant);
  int narrower = 0;
  for (size_t b = 0; b < 8; ++b) {
    narrower += quant.scales[b] < full.scales[b] ? 1 : 0;
    EXPECT_LE(quant.scales[b], full.scales[b]);
    EXPECT_TRUE(IsBlockScale(quant.scales[b]));
  }
  EXPECT_GT(narrower, 4);
  EXPECT_EQ(changed, narrower);
}

// Its own scale would be zero, and so would the bias' scale behind it.
TEST(QuantizeWeights, ASliceOfZerosTakesTheLargestScale) {
  const std::vector<float> weights = {0, 0, 1.27F, 0.5F, -2.54F, 1};
  const auto got = QuantizeWeights(weights, Shape{3, 2}, *FindScheme("int8"), 0);
  EXPECT_EQ(got.quant.scales[0], got.quant.scales[2]);
  EXPECT_FLOAT_EQ(got.quant.scales[1], 0.01F);
}

TEST(QuantizeWeights, LegacyWeightsUseTheWholeRange) {
  const std::vector<float> weights = {-1, 0, 1, 3};
  const auto got = QuantizeWeights(weights, Shape{4}, *FindScheme("uint8"), -1);
  EXPECT_EQ(got.quant.scales.size(), 1U);
  EXPECT_EQ(FromBytes<uint8_t>(got.codes), (std::vector<uint8_t>{0, 64, 128, 255}));
}

// scale = input scale * weight scale of the channel, zero point 0, nearest code.
TEST(QuantizeBias, HasTheScaleOfTheAccumulator) {
  const QuantParams weights{{0.5F, 0.25F}, {0, 0}, 0};
  const auto got = QuantizeBias(std::vector<float>{1.0F, -1.0F}, 0.1F, weights);
  EXPECT_EQ(got.quant.scales, (std::vector<float>{0.1F * 0.5F, 0.1F * 0.25F}));
  EXPECT_EQ(got.quant.zero_points, (std::vector<int32_t>{0, 0}));
  EXPECT_EQ(FromBytes<int32_t>(got.codes), (std::vector<int32_t>{20, -40}));
}

TEST(QuantizeBias, OneScaleServesAllChannelsOfPerTensorWeights) {
  const auto got = QuantizeBias(std::vector<float>{1, 2, 3}, 0.5F, PerTensor(0.5F, 0));
  EXPECT_EQ(got.quant.scales, (std::vector<float>{0.25F}));
  EXPECT_EQ(FromBytes<int32_t>(got.codes), (std::vector<int32_t>{4, 8, 12}));
}

TEST(QuantizeBias, Int64BiasesHaveTheSameScale) {
  const auto got = QuantizeBias(std::vector<float>{1, -2}, 0.5F, PerTensor(0.5F, 0), DType::kInt64);
  EXPECT_EQ(FromBytes<int64_t>(got.codes), (std::vector<int64_t>{4, -8}));
}

TEST(QuantizeWeights, Int4IsPackedLittleEndFirst) {
  const std::vector<float> weights = {7, -7, 1, 0, -1};
  const auto got = QuantizeWeights(weights, Shape{5}, *FindScheme("int4"), -1);
  EXPECT_EQ(got.quant.scale(), 1);
  // Nibbles 7, -7 = 9, 1, 0, -1 = 15, and an empty one.
  EXPECT_EQ(FromBytes<uint8_t>(got.codes), (std::vector<uint8_t>{0x97, 0x01, 0x0F}));
}

TEST(QuantizeWeights, EveryHalfIsReachedFromItsValue) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    if ((half & 0x7C00) == 0x7C00) continue;  // infinities and NaN
    ASSERT_EQ(FloatToHalf(HalfToFloat(half)), half);
  }
}

TEST(QuantizeWeights, HalvesAreTheNearestOnes) {
  QG_SEED(20240914U);
  for (int i = 0; i < 20000; ++i) {
    const float value = random.Float(-1, 1) * std::exp2(random.Float(-26, 15));
    const uint16_t half = FloatToHalf(value);
    const auto error = [&](uint16_t candidate) {
      return std::abs(static_cast<double>(HalfToFloat(candidate)) - static_cast<double>(value));
    };
    if ((half & 0x7FFF) > 0) {
      ASSERT_LE(error(half), error(static_cast<uint16_t>(half - 1))) << value;
    }
    if ((half & 0x7FFF) < 0x7BFF) {
      ASSERT_LE(error(half), error(static_cast<uint16_t>(half + 1))) << value;
    }
  }
  EXPECT_EQ(HalfToFloat(FloatToHalf(1e6F)), 65504);
  EXPECT_EQ(HalfToFloat(FloatToHalf(-1e6F)), -65504);
  EXPECT_EQ(FloatToHalf(1.0F + 0x1p-11F), FloatToHalf(1.0F));  // a tie goes to the even one
}

// At input scale 1e-6 and weight scale 1e-6 the int32 bias reaches 0.0021; 1.0 needs a scale of
// 2 / (2^31 1e-6).
TEST(WidenForBias, OnlyScalesWhoseBiasDoesNotFitChange) {
  QuantParams quant{{1e-6F, 1e-6F}, {0, 0}, 0};
  EXPECT_EQ(WidenForBias(std::vector<float>{1e-3F, 1.0F}, 1e-6F, quant), 1);
  EXPECT_EQ(quant.scales[0], 1e-6F);
  EXPECT_NEAR(quant.scales[1], 2 / (2147483647.0 * 1e-6), 1e-9);
  const auto bias = QuantizeBias(std::vector<float>{1e-3F, 1.0F}, 1e-6F, quant);
  // Half of the range: room for the sum of the products.
  EXPECT_NEAR(FromBytes<int32_t>(bias.codes)[1], 1 << 30, 1000);
}

TEST(WidenForBias, OneScaleServesTheLargestBias) {
  QuantParams quant = PerTensor(1e-6F, 0);
  WidenForBias(std::vector<float>{1.0F, 4.0F, 2.0F}, 1e-6F, quant);
  EXPECT_NEAR(quant.scale(), 8 / (2147483647.0 * 1e-6), 1e-8);
}

TEST(QuantizeBias, SaturatesInsteadOfWrapping) {
  const auto got = QuantizeBias(std::vector<float>{1e9F, -1e9F}, 1e-3F, PerTensor(1e-3F, 0));
  EXPECT_EQ(FromBytes<int32_t>(got.codes), (std::vector<int32_t>{INT32_MAX, -INT32_MAX}));
}

}  // namespace
}  // namespace quantgate
