#include "harness/comparison/code_set.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/random.h"

namespace quantgate {
namespace {

// Any sequence of additions and merges against a std::set; lengths about those of vectors.
template <class Code>
void ExpectASet(int64_t total, int first) {
  QG_SEED(static_cast<uint32_t>(total + first));
  for (int round = 0; round < 100; ++round) {
    CodeSet codes(total);
    std::set<int64_t> expected;
    const int last = static_cast<int>(first + total - 1);
    for (int part = random.Int(0, 4); part >= 0; --part) {
      const int low = random.Int(first, last);
      const auto some = random.Codes<Code>(random.Int(0, 200), low, random.Int(low, last));
      CodeSet other(total);
      (random.Chance(0.5) ? codes : other).Add(std::span<const Code>(some));
      codes.Merge(other);
      for (const Code code : some) expected.insert(code - first);
    }
    EXPECT_EQ(codes.total(), total);
    for (int64_t i = 0; i < total; ++i) {
      ASSERT_EQ(codes.Contains(i), expected.contains(i)) << "code " << first + i;
    }
  }
}

TEST(CodeSet, HoldsTheCodesThatWereAdded) {
  ExpectASet<int8_t>(256, -128);
  ExpectASet<uint8_t>(256, 0);
  ExpectASet<int16_t>(65536, -32768);
}

}  // namespace
}  // namespace quantgate
