#include "harness/calibration/exact_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "tests/support/random.h"

namespace quantgate {
namespace {

// Floats of all magnitudes there are.
std::vector<float> AnyFloats(Random& random, int count) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) {
    values.push_back(std::ldexp(random.Float(-1, 1), random.Int(-149, 127)));
  }
  return values;
}

ExactSum SumOf(const std::vector<float>& values) {
  ExactSum sum;
  for (const float value : values) sum.Add(static_cast<double>(value));
  return sum;
}

TEST(ExactSum, SmallSumsAreWhatTheyAre) {
  EXPECT_EQ(ExactSum().Value(), 0);
  EXPECT_EQ(SumOf({1.5F, -0.25F}).Value(), 1.25);
  EXPECT_EQ(SumOf({-3, 1}).Value(), -2);
  // In doubles, or floats, the one would be lost beside 2^100.
  EXPECT_EQ(SumOf({0x1p100F, 1, -0x1p100F}).Value(), 1);
  EXPECT_EQ(SumOf({0x1p-149F, 0x1p127F, -0x1p127F}).Value(), 0x1p-149);
}

TEST(ExactSum, TheOrderAndTheGroupingDoNotMatter) {
  QG_SEED(20250101U);
  for (int i = 0; i < 100; ++i) {
    std::vector<float> values = AnyFloats(random, random.Int(1, 200));
    const std::string whole = SumOf(values).ToHex();
    std::shuffle(values.begin(), values.end(), std::mt19937(random.Bits()));
    EXPECT_EQ(SumOf(values).ToHex(), whole);
    const auto cut = static_cast<std::ptrdiff_t>(random.Int(0, static_cast<int>(values.size())));
    ExactSum first = SumOf({values.begin(), values.begin() + cut});
    first.Add(SumOf({values.begin() + cut, values.end()}));
    EXPECT_EQ(first.ToHex(), whole);
  }
}

TEST(ExactSum, AgreesWithLongDoubleWhereThatIsExact) {
  QG_SEED(20250102U);
  for (int i = 0; i < 200; ++i) {
    ExactSum sum;
    long double expected = 0;
    for (int k = 0; k < 50; ++k) {
      const double value = std::ldexp(random.Int(-1000000, 1000000), random.Int(-10, 10));
      sum.Add(value);
      expected += static_cast<long double>(value);
    }
    EXPECT_EQ(sum.Value(), static_cast<double>(expected));
  }
}

TEST(ExactSum, HexRoundTrip) {
  QG_SEED(20250103U);
  for (int i = 0; i < 200; ++i) {
    const ExactSum sum = SumOf(AnyFloats(random, random.Int(0, 5)));
    const auto read = ExactSum::FromHex(sum.ToHex());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->ToHex(), sum.ToHex());
    EXPECT_EQ(read->Value(), sum.Value());
  }
}

TEST(ExactSum, HexIsWrittenInUnitsOfTwoToTheMinus160) {
  EXPECT_EQ(ExactSum().ToHex(), "0");
  EXPECT_EQ(SumOf({0x1p-149F}).ToHex(), "800");  // 2^11
  EXPECT_EQ(SumOf({-0x1p-149F}).ToHex(), "-800");
}

TEST(ExactSum, OtherTextIsRefused) {
  for (const char* text : {"", "-", "0x1", "A", "g", " 1", "1 "}) {
    EXPECT_FALSE(ExactSum::FromHex(text)) << text;
  }
  EXPECT_FALSE(ExactSum::FromHex(std::string(500, 'f')));
}

}  // namespace
}  // namespace quantgate
