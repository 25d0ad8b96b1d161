// Operators that compute, on the real TFLite library: random models of one operator, every output
// byte against our interpreter, floats within the bound of the case. What differs names the seed
// that makes the model again.
#include <gtest/gtest.h>

#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/shrink.h"

namespace quantgate {
namespace {

constexpr uint64_t kFirstSeed = 71000;

class ArithmeticConformance : public testing::TestWithParam<OpCase> {};

TEST_P(ArithmeticConformance, ShapesAndValuesAreEqual) {
  const std::string path = FindTfliteLibrary();
  if (path.empty()) GTEST_SKIP() << "no TFLite library; scripts/fetch_tflite_runtime.sh gets it";
  const auto library = TfliteLibrary::Open(path);
  ASSERT_TRUE(library.ok()) << library.error().ToString();
  const MakeModel make = [](Choices& choices) {
    return GetParam().make(choices, GetParam().dtype);
  };
  const Check check = [&](const OneOpModel& model) {
    return Difference(model, **library, GetParam().float_tolerance);
  };
  const std::string name =
      std::string(GetParam().name) + "-" + std::string(DTypeName(GetParam().dtype));
  EXPECT_EQ(CountFailures(name, make, check, kFirstSeed, ModelsPerCase()), 0U)
      << "of " << ModelsPerCase() << " models";
}

INSTANTIATE_TEST_SUITE_P(Ops, ArithmeticConformance, testing::ValuesIn(ArithmeticCases()),
                         CaseName());

}  // namespace
}  // namespace quantgate
