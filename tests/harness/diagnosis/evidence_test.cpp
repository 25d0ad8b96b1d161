#include "harness/diagnosis/evidence.h"

#include <gtest/gtest.h>

namespace quantgate {
namespace {

TEST(TensorText, QuotesNames) {
  EXPECT_EQ(TensorText("conv1"), "'conv1'");
  EXPECT_EQ(TensorText("conv1/Relu;conv1/BiasAdd"), "'conv1/Relu;conv1/BiasAdd'");
}

TEST(TensorText, OfALongNameOfFusedOperatorsSaysTheFirst) {
  const std::string fused =
      "model/activation_25/Relu;model/batch_normalization_25/FusedBatchNormV3;"
      "model/depthwise_conv2d_12/depthwise";
  EXPECT_EQ(TensorText(fused), "'model/activation_25/Relu;...'");
  const std::string whole(200, 'x');
  EXPECT_EQ(TensorText(whole), "'" + whole + "'");
  EXPECT_EQ(TensorText(";" + whole), "';" + whole + "'");
}

// The sum of squares of an input a hundred thousand steps beyond its range is known to a few parts
// in a million: less than that of it says nothing about feeding.
TEST(FeedErrorLsb, LeavesClippingAndWhatSumsAreRoundedByOut) {
  TensorError input;
  input.scale = 0.5;
  input.rmse_per_scale = 3;
  EXPECT_NEAR(FeedErrorLsb(input), 3, 1e-4);
  input.clipping_mse = 2;  // 8 steps^2 of 9
  EXPECT_NEAR(FeedErrorLsb(input), 1, 1e-4);
  input.rmse_per_scale = 1e5;
  input.clipping_mse = 1e10 * 0.25 * (1 - 2e-6);
  EXPECT_EQ(FeedErrorLsb(input), 0);
}

}  // namespace
}  // namespace quantgate
