// Operators that move elements, on the real TFLite library: random models of one operator, every
// output byte against our interpreter. What differs names the seed that makes the model again.
#include <gtest/gtest.h>

#include "tests/conformance/movement_models.h"
#include "tests/conformance/shrink.h"

namespace quantgate {
namespace {

constexpr uint64_t kCases = 80;  // random models an operator and type
constexpr uint64_t kFirstSeed = 29000;

class MovementConformance : public testing::TestWithParam<OpCase> {};

TEST_P(MovementConformance, ShapesAndBytesAreEqual) {
  const std::string path = FindTfliteLibrary();
  if (path.empty()) GTEST_SKIP() << "no TFLite library; scripts/fetch_tflite_runtime.sh gets it";
  const auto library = TfliteLibrary::Open(path);
  ASSERT_TRUE(library.ok()) << library.error().ToString();
  const MakeModel make = [](Choices& choices) {
    return GetParam().make(choices, GetParam().dtype);
  };
  const Check check = [&](const OneOpModel& model) { return Difference(model, **library); };
  const std::string name =
      std::string(GetParam().name) + "-" + std::string(DTypeName(GetParam().dtype));
  EXPECT_EQ(CountFailures(name, make, check, kFirstSeed, kCases), 0U)
      << "of " << kCases << " models";
}

INSTANTIATE_TEST_SUITE_P(Ops, MovementConformance, testing::ValuesIn(MovementCases()), CaseName());

}  // namespace
}  // namespace quantgate
