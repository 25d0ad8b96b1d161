#include "reference/core/suggest.h"

#include <gtest/gtest.h>

#include <array>

namespace quantgate {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"psnr", "sqnr_db", "top1", "cosine"};

TEST(Suggest, ASlipOfTheFingerIsRecognised) {
  EXPECT_EQ(ClosestName("psrn", kNames), "psnr");  // two neighbours swapped
  EXPECT_EQ(ClosestName("cosin", kNames), "cosine");
  EXPECT_EQ(ClosestName("ccosine", kNames), "cosine");
  EXPECT_EQ(SuggestName("psrn", kNames), "did you mean 'psnr'?");
}

TEST(Suggest, ANameFarFromAllGetsTheList) {
  EXPECT_EQ(ClosestName("accuracy", kNames), "");
  EXPECT_EQ(SuggestName("accuracy", kNames), "known: psnr, sqnr_db, top1, cosine");
}

TEST(Suggest, NothingKnownSuggestsNothing) { EXPECT_EQ(ClosestName("x", {}), ""); }

}  // namespace
}  // namespace quantgate
