#include "reference/numeric/int_conversion.h"

#include <gtest/gtest.h>

#include <cmath>

namespace quantgate {
namespace {

TEST(ToInt32, WhatDoesNotFitIsTheSmallest) {
  EXPECT_EQ(ToInt32(-7.9F), -7);
  EXPECT_EQ(ToInt32(2147483520.0F), 2147483520);  // the largest float below 2^31
  EXPECT_EQ(ToInt32(-0x1p31F), INT32_MIN);
  for (const float x : {0x1p31F, -0x1.1p31F, 3e38F, -3e38F, INFINITY, -INFINITY, NAN}) {
    EXPECT_EQ(ToInt32(x), INT32_MIN) << x;
  }
}

TEST(ToCode, WrapsAtTheEnds) {
  EXPECT_EQ(ToCode(7.9F, -128), -121);
  EXPECT_EQ(ToCode(INFINITY, -1), INT32_MAX);
  EXPECT_EQ(ToCode(2147483520.0F, 255), INT32_MIN + 127);  // 128 are left up to 2^31
}

}  // namespace
}  // namespace quantgate
