// The profile `xnnpack` on the real TFLite library with the XNNPACK delegate: random models of one
// operator on 8-bit codes, every output byte against our interpreter. What the delegate leaves to
// the built-in kernels must come out as they compute it.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/library_test.h"
#include "tests/conformance/movement_models.h"
#include "tests/conformance/shrink.h"
#include "tests/conformance/xnnpack_defects.h"

namespace quantgate {
namespace {

constexpr uint64_t kFirstSeed = 83000;

std::vector<OpCase> CodeCases() {
  std::vector<OpCase> cases = Joined({&ArithmeticCases, &MovementCases});
  std::erase_if(cases, [](const OpCase& of) {
    return of.dtype != DType::kInt8 && of.dtype != DType::kUInt8;
  });
  return cases;
}

using XnnpackConformance = LibraryTestOf<OpCase>;

TEST_P(XnnpackConformance, CodesAreEqual) {
  const OpCase& of = GetParam();
  uint64_t refused = 0;
  uint64_t wrapped = 0;
  uint64_t delegated = 0;
  const auto make = [&](Choices& choices) { return of.make(choices, of.dtype); };
  const auto check = [&](const OneOpModel& model) -> std::string {
    if (PaddingWraps(model.model().main(), model.model().main().ops[0])) {
      ++wrapped;
      return "";
    }
    bool is_delegated = false;
    std::string difference =
        Difference(model, *library_, of.float_tolerance,
                   {FindProfile("xnnpack"), TfliteDelegate::kXnnpack, &is_delegated});
    if (difference == kRefused) {
      ++refused;
      return "";
    }
    delegated += is_delegated ? 1 : 0;
    if (difference.empty()) return "";
    return (is_delegated ? "delegated: " : "") + difference;
  };
  const uint64_t different =
      CountFailures(std::string("xnnpack_") + of.name, make, check, kFirstSeed, ModelsPerCase());
  EXPECT_EQ(different, 0U) << "of " << ModelsPerCase() << " models";
  // The flag for int8 is the profile's; the delegate leaves uint8 to the built-in kernels.
  if (of.dtype == DType::kUInt8) {
    EXPECT_EQ(delegated, 0U);
  }
  RecordProperty("delegated", static_cast<int>(delegated));
  std::cout << of.name << " of " << DTypeName(of.dtype) << ": " << ModelsPerCase() << " models, "
            << delegated << " delegated, " << refused << " refused by the library, " << wrapped
            << " left out (padding wraps)\n";
}

INSTANTIATE_TEST_SUITE_P(Ops, XnnpackConformance, testing::ValuesIn(CodeCases()), CaseName());

}  // namespace
}  // namespace quantgate
