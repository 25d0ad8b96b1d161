// The constants of RequantView, taken at their word, give the output stage's codes.
#include "reference/accelerated/requant_table.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/reference/accelerated/differential.h"

namespace quantgate::accelerated {
namespace {

constexpr size_t kLanes = 16;

// The formula above RequantView, for one lane.
int64_t CodeOf(const RequantView& view, size_t lane, int32_t accumulator) {
  const int64_t x = static_cast<int64_t>(accumulator) << view.left[lane];
  const bool odd = lane % 2 == 1;
  const int64_t* add = odd ? view.add_odd : view.add_even;
  const int64_t* sign = odd ? view.sign_odd : view.sign_even;
  const int64_t sum = x * view.multiplier[lane] + add[lane / 2] - (x < 0 ? sign[lane / 2] : 0);
  return sum >> 32 >> view.shift[lane];
}

TEST(RequantTable, GivesTheStagesCodesAboutTheZeroPoint) {
  std::vector<int32_t> channels(kLanes);
  std::iota(channels.begin(), channels.end(), 0);
  int without_sign = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    QG_SEED(seed);
    OutputStage stage;
    stage.output_zero_point = random.Int(-128, 127);
    // Whether ties of negative numbers matter hangs on which side of the zero point codes begin.
    stage.clamp = {std::clamp(stage.output_zero_point + random.Int(-2, 2), -128, 127), 127};
    stage.rounding = kRoundings[random.Int(0, 2)];
    for (size_t lane = 0; lane < kLanes; ++lane) {
      // Powers of two have ties.
      stage.multipliers.push_back(ToFixedMultiplier(
          random.Chance(0.7) ? std::ldexp(1.0, -random.Int(1, 8)) : random.Real(0.001, 1.5)));
    }
    const RequantTable table(stage, DType::kInt8, channels, std::vector<int32_t>(kLanes, 0),
                             std::vector<int64_t>(kLanes, 2000));
    const RequantView view = table.View();
    ASSERT_TRUE(view.fast);
    without_sign += view.has_sign ? 0 : 1;
    for (size_t lane = 0; lane < kLanes; ++lane) {
      for (int32_t accumulator = -1000; accumulator <= 1000; ++accumulator) {
        const int64_t code =
            std::clamp<int64_t>(CodeOf(view, lane, accumulator) + stage.output_zero_point,
                                stage.clamp.min, stage.clamp.max);
        ASSERT_EQ(code, stage.Apply(accumulator, lane))
            << "lane " << lane << ", accumulator " << accumulator;
      }
    }
  }
  EXPECT_GT(without_sign, 100);
  EXPECT_LT(without_sign, 300);
}

}  // namespace
}  // namespace quantgate::accelerated
