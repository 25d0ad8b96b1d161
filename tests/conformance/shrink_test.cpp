#include "tests/conformance/shrink.h"

#include <gtest/gtest.h>

#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

OneOpModel AnyAbs(Choices& choices) {
  OneOpModel op(OpCode::kABS, nullptr);
  const auto dims = choices.Extents(static_cast<int>(choices.Integer(1, 5)), 1, 9);
  op.AddInput(DType::kFloat32, dims, {}, choices.Values(DType::kFloat32, Elements(dims)));
  op.AddOutput(DType::kFloat32, {});
  return op;
}

// Fails for every model with more than five elements.
std::string TooLarge(const OneOpModel& op) {
  return op.values()[0].size() > 5 * sizeof(float) ? "too large" : "";
}

TEST(Shrink, FindsTheSmallestModelThatFails) {
  int shrunk_models = 0;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Choices choices(seed);
    if (TooLarge(AnyAbs(choices)).empty()) continue;
    ++shrunk_models;
    const Shrunk shrunk = Shrink(&AnyAbs, &TooLarge, choices.draws());
    EXPECT_EQ(shrunk.difference, "too large");
    // Six elements (as [6] or as [2,3]) of the lowest value: one less, and it would not fail.
    EXPECT_EQ(shrunk.model.values()[0].size(), 6 * sizeof(float));
    EXPECT_LE(shrunk.draws, 3U);
  }
  EXPECT_GT(shrunk_models, 20);
}

TEST(Shrink, ReplayedDrawsMakeTheSameModel) {
  Choices choices(7);
  const OneOpModel first = AnyAbs(choices);
  Choices replay(choices.draws());
  const OneOpModel again = AnyAbs(replay);
  EXPECT_EQ(first.values(), again.values());
  EXPECT_EQ(choices.draws(), replay.draws());
}

TEST(Shrink, StopsAtItsBudget) {
  uint64_t seed = 1;
  std::vector<uint64_t> draws;
  for (; draws.empty(); ++seed) {
    Choices choices(seed);
    if (!TooLarge(AnyAbs(choices)).empty()) draws = choices.draws();
  }
  int calls = 0;
  const Check counted = [&](const OneOpModel& op) {
    ++calls;
    return TooLarge(op);
  };
  const Shrunk shrunk = Shrink(&AnyAbs, counted, draws, 10);
  EXPECT_LE(calls, 11);  // and once for the answer
  EXPECT_EQ(shrunk.difference, "too large");
}

}  // namespace
}  // namespace quantgate
