// Operators that compute, on the real TFLite library: random models of one operator, every output
// byte against our interpreter, floats within the bound of the case. What differs names the seed
// that makes the model again.
#include <gtest/gtest.h>

#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/library_test.h"
#include "tests/conformance/shrink.h"

namespace quantgate {
namespace {

constexpr uint64_t kFirstSeed = 71000;

using ArithmeticConformance = LibraryTestOf<OpCase>;

TEST_P(ArithmeticConformance, ShapesAndValuesAreEqual) {
  ExpectEqual(GetParam(), *library_, kFirstSeed, ModelsPerCase());
}

INSTANTIATE_TEST_SUITE_P(Ops, ArithmeticConformance, testing::ValuesIn(ArithmeticCases()),
                         CaseName());

}  // namespace
}  // namespace quantgate
