#include "harness/calibration/fingerprint.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/random.h"

namespace quantgate {
namespace {

TEST(Fingerprint, AnyChangedBitChangesIt) {
  QG_SEED(20250130U);
  std::set<uint64_t> seen;
  std::vector<float> values = random.Floats(37, -1, 1);
  EXPECT_EQ(FingerprintOf(values), FingerprintOf(values));
  seen.insert(FingerprintOf(values));
  for (float& value : values) {
    const float before = value;
    for (const float change : {1e-6F, 1.0F, -2.0F}) {
      value = before + change;
      EXPECT_TRUE(seen.insert(FingerprintOf(values)).second);
    }
    value = before;
  }
  std::swap(values[3], values[11]);
  EXPECT_TRUE(seen.insert(FingerprintOf(values)).second);
}

TEST(Fingerprint, TheLengthCounts) {
  std::set<uint64_t> seen;
  for (size_t size = 0; size < 50; ++size) {
    EXPECT_TRUE(seen.insert(FingerprintOf(std::vector<float>(size, 0.0F))).second) << size;
  }
}

TEST(SequenceFingerprint, PartsMakeTheWhole) {
  QG_SEED(20250131U);
  for (int i = 0; i < 100; ++i) {
    SequenceFingerprint whole;
    SequenceFingerprint parts[3];
    for (auto& part : parts) {
      for (int k = random.Int(0, 40); k > 0; --k) {
        const uint64_t sample = (uint64_t{random.Bits()} << 32) | random.Bits();
        whole.Append(sample);
        part.Append(sample);
      }
    }
    SequenceFingerprint merged = parts[0];
    parts[1].Append(parts[2]);
    merged.Append(parts[1]);
    EXPECT_EQ(merged, whole);
    SequenceFingerprint read;
    ASSERT_TRUE(SequenceFingerprint::FromHex(whole.ToHex(), whole.size(), read));
    EXPECT_EQ(read, whole);
  }
}

TEST(SequenceFingerprint, TheOrderCounts) {
  SequenceFingerprint a;
  SequenceFingerprint b;
  a.Append(1);
  a.Append(2);
  b.Append(2);
  b.Append(1);
  EXPECT_FALSE(a == b);
}

TEST(SequenceFingerprint, OtherTextIsRefused) {
  SequenceFingerprint read;
  EXPECT_FALSE(SequenceFingerprint::FromHex("", 1, read));
  EXPECT_FALSE(SequenceFingerprint::FromHex(std::string(32, 'g'), 1, read));
  EXPECT_FALSE(SequenceFingerprint::FromHex(std::string(32, 'f'), 1, read));  // not below 2^61 - 1
  EXPECT_FALSE(SequenceFingerprint::FromHex(std::string(32, '0'), -1, read));
}

}  // namespace
}  // namespace quantgate
