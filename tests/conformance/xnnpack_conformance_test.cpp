#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {
TEST(Probe, All) {
  const auto library = TfliteLibrary::Open(FindTfliteLibrary());
  ASSERT_TRUE(library.ok());
  const char* asked = std::getenv("QUANTGATE_CONFORMANCE_CASES");
  const uint64_t cases = asked ? std::strtoull(asked, nullptr, 10) : 100;
  auto run = [&](auto make, DType dtype, const char* name, double tol) {
    if (dtype != DType::kInt8 && dtype != DType::kUInt8 && dtype != DType::kFloat32) return;
    int took = 0, diff = 0, refused = 0, diff_not = 0; std::string first;
    for (uint64_t seed = 71000; seed < 71000 + cases; ++seed) {
      Choices choices(seed);
      const OneOpModel model = make(choices, dtype);
      bool delegated = false;
      const std::string d = Difference(model, **library, tol, {FindProfile("xnnpack"), TfliteDelegate::kXnnpack, &delegated});
      if (d.find("the TFLite library") != std::string::npos) { ++refused; if (first.empty()) first = std::to_string(seed) + " " + d; continue; }
      took += delegated;
      if (!d.empty()) { (delegated ? diff : diff_not)++; if (first.empty() || delegated) first = std::to_string(seed) + " " + d; }
    }
    if (took || refused || diff_not) std::cout << name << " " << DTypeName(dtype) << " took " << took << " diff " << diff << " refused " << refused << " notdeleg diff " << diff_not << "  " << first << "\n";
  };
  for (const auto& c : ArithmeticCases()) run(c.make, c.dtype, c.name, c.float_tolerance);
  for (const auto& c : MovementCases()) run(c.make, c.dtype, c.name, 1e-5);
}
}  // namespace
}  // namespace quantgate
