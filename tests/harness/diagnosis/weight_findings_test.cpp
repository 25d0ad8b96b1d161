#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/diagnosis/sample_variant.h"
#include "tests/support/bytes.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

Evidence WithWeights(const std::vector<int8_t>& codes) {
  Evidence evidence = CleanEvidence();
  const auto buffer = static_cast<size_t>(evidence.model.subgraphs[0].tensors[1].buffer);
  evidence.model.buffers[buffer] = ConstBytes(ToBytes(codes));
  return evidence;
}

TEST(UnbalancedChannels, AStarvedChannelIsFound) {
  const auto finding = Look(WithWeights({127, 100, 2, -1}), "QG005");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->tensor, "fc/w");
  EXPECT_EQ(finding->op_index, 0);
  EXPECT_THAT(finding->message, HasSubstr("64 times the smallest"));  // 127 / 2
  EXPECT_THAT(finding->message, HasSubstr("1 of 2 channels"));
}

TEST(UnbalancedChannels, BalancedWeightsAreFine) {
  EXPECT_FALSE(Look(CleanEvidence(), "QG005"));
  EXPECT_FALSE(Look(WithWeights({127, 0, 0, -8}), "QG005"));  // 15.9 times
}

TEST(UnbalancedChannels, AChannelOfZerosIsNotStarved) {
  EXPECT_FALSE(Look(WithWeights({127, 100, 0, 0}), "QG005"));
  EXPECT_FALSE(Look(WithWeights({0, 0, 0, 0}), "QG005"));
}

TEST(UnbalancedChannels, PerAxisWeightsHaveTheirOwnScales) {
  Evidence evidence = WithWeights({127, 100, 2, -1});
  evidence.model.subgraphs[0].tensors[1].quant = {{0.01F, 0.01F}, {0, 0}, 0};
  EXPECT_FALSE(Look(evidence, "QG005"));
}

// The layer's output must be bad, and worse than its input, before the weights are to blame.
TEST(UnbalancedChannels, IsAnErrorOnlyWhereItHurts) {
  Evidence evidence = WithWeights({127, 100, 2, -1});
  LoseAccuracy(evidence.variant);
  EXPECT_EQ(Look(evidence, "QG005")->severity, Severity::kNote);
  evidence.variant.tensors[3].sqnr_db = 12;  // 'fc'
  EXPECT_EQ(Look(evidence, "QG005")->severity, Severity::kError);
}

}  // namespace
}  // namespace quantgate
