// Shapes that values of a run decide, on the real TFLite library. First every operator that moves
// elements, its constant operands computed in the run instead; then chains of operators that run
// several times, with other shapes each time.
#include <gtest/gtest.h>

#include <set>

#include "tests/conformance/dynamic_models.h"
#include "tests/conformance/library_test.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

constexpr uint64_t kCases = 40;  // random models an operator and type, or a chain
constexpr uint64_t kFirstSeed = 71000;

using ComputedOperands = LibraryTestOf<OpCase>;

TEST_P(ComputedOperands, ShapesAndBytesAreEqual) {
  uint64_t compared = 0;
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + kCases; ++seed) {
    Choices choices(seed);
    const auto model = WithComputedOperands(GetParam().make(choices, GetParam().dtype));
    if (!model) continue;  // no constant operand
    const std::string difference = Difference(model->model, model->runs, *library_);
    if (difference == kFailed) continue;
    EXPECT_EQ(difference, "") << "seed " << seed;
    ++compared;
  }
  RecordProperty("compared", static_cast<int>(compared));
  std::printf("%llu models compared\n", static_cast<unsigned long long>(compared));
}

INSTANTIATE_TEST_SUITE_P(Ops, ComputedOperands, testing::ValuesIn(MovementCases()), CaseName());

using DynamicChains = LibraryTestOf<DynamicCase>;

TEST_P(DynamicChains, ShapesAndBytesAreEqualInEveryRun) {
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + kCases; ++seed) {
    Choices choices(seed);
    const DynamicModel model = GetParam().make(choices, GetParam().dtype);
    const std::string difference =
        Difference(model.model, model.runs, *library_, GetParam().float_tolerance);
    EXPECT_EQ(difference, "") << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, DynamicChains, testing::ValuesIn(DynamicCases()), CaseName());

}  // namespace
}  // namespace quantgate
