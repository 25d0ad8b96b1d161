// Operators that move elements, on the real TFLite library: random models of one operator, every
// output byte against our interpreter. What differs names the seed that makes the model again.
#include <gtest/gtest.h>

#include "tests/conformance/library_test.h"
#include "tests/conformance/movement_models.h"
#include "tests/conformance/shrink.h"

namespace quantgate {
namespace {

constexpr uint64_t kCases = 80;  // random models an operator and type
constexpr uint64_t kFirstSeed = 29000;

using MovementConformance = LibraryTestOf<OpCase>;

TEST_P(MovementConformance, ShapesAndBytesAreEqual) {
  ExpectEqual(GetParam(), *library_, kFirstSeed, kCases);
}

INSTANTIATE_TEST_SUITE_P(Ops, MovementConformance, testing::ValuesIn(MovementCases()), CaseName());

}  // namespace
}  // namespace quantgate
