#include "reference/numeric/profile.h"

#include <gtest/gtest.h>

#include <set>

namespace quantgate {
namespace {

TEST(Profile, EveryRowIsFoundByItsOwnName) {
  std::set<std::string_view> names;
  for (const Profile& profile : AllProfiles()) {
    EXPECT_EQ(FindProfile(profile.name), &profile);
    EXPECT_FALSE(profile.summary.empty());
    names.insert(profile.name);
  }
  EXPECT_EQ(names.size(), AllProfiles().size());
  EXPECT_EQ(FindProfile("no-such-target"), nullptr);
}

// Measured on real models: the dense path breaks ties upward, the depthwise path away from zero.
TEST(Profile, TheDefaultIsTheRealRuntimes) {
  EXPECT_EQ(DefaultProfile().name, "tflite");
  EXPECT_EQ(DefaultProfile().gemm_rounding, RoundingMode::kDoubleTiesUp);
  EXPECT_EQ(DefaultProfile().depthwise_rounding, RoundingMode::kDoubleTiesAway);
}

}  // namespace
}  // namespace quantgate
