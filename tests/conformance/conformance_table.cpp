// Prints, as a Markdown table, what random models of one operator say of our interpreter against
// the real library: operator by type by profile. scripts/conformance_table.sh runs it.
//
//   conformance_table LIBRARY CASES
#include <cstdlib>
#include <iostream>
#include <map>

#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/movement_models.h"
#include "tests/conformance/xnnpack_defects.h"

namespace quantgate {
namespace {

constexpr uint64_t kFirstSeed = 1;

struct Count {
  uint64_t equal = 0;
  uint64_t different = 0;
  uint64_t not_counted = 0;  // refused, or left to the other kernels
};

Count Run(const OpCase& row, TfliteLibrary& library, uint64_t cases, bool xnnpack) {
  Count count;
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + cases; ++seed) {
    Choices choices(seed);
    const OneOpModel model = row.make(choices, row.dtype);
    bool delegated = false;
    Sides sides;
    if (xnnpack) {
      if (PaddingWraps(model.model().main(), model.model().main().ops[0])) {
        ++count.not_counted;
        continue;
      }
      sides = {FindProfile("xnnpack"), TfliteDelegate::kXnnpack, &delegated};
    }
    const std::string difference = Difference(model, library, row.float_tolerance, sides);
    if (difference == kRefused || (xnnpack && !delegated)) {
      ++count.not_counted;
    } else {
      ++(difference.empty() ? count.equal : count.different);
    }
  }
  return count;
}

std::string Cell(const Count& count, const OpCase& row) {
  if (count.equal + count.different == 0) return "not taken";
  std::string text = std::to_string(count.equal);
  if (count.different > 0) return text + ", " + std::to_string(count.different) + " differ";
  const bool exact = row.dtype != DType::kFloat32 || row.float_tolerance == 0;
  if (exact) return text + " exact";
  char tolerance[32];
  std::snprintf(tolerance, sizeof(tolerance), " within %.0e", row.float_tolerance);
  return text + tolerance;
}

int Print(TfliteLibrary& library, uint64_t cases) {
  std::cout << "| operator | type | `tflite` | `xnnpack` |\n|---|---|---:|---:|\n";
  uint64_t all = 0;
  uint64_t different = 0;
  const std::vector<OpCase> rows = Joined({&ArithmeticCases, &MovementCases});
  for (const OpCase& row : rows) {
    const Count builtin = Run(row, library, cases, false);
    const bool codes = row.dtype == DType::kInt8 || row.dtype == DType::kUInt8;
    const Count delegate = codes ? Run(row, library, cases, true) : Count{};
    std::cout << "| " << row.name << " | " << DTypeName(row.dtype) << " | " << Cell(builtin, row)
              << " | " << (codes ? Cell(delegate, row) : "not checked") << " |\n";
    all += builtin.equal + builtin.different + delegate.equal + delegate.different;
    different += builtin.different + delegate.different;
  }
  std::cout << "\n"
            << all << " random models of " << rows.size() << " operators by type, seeds from "
            << kFirstSeed << "; " << different << " differences. TensorFlow Lite "
            << library.version() << ".\n";
  return different == 0 ? 0 : 1;
}

}  // namespace
}  // namespace quantgate

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: conformance_table LIBRARY CASES\n";
    return 2;
  }
  const auto library = quantgate::TfliteLibrary::Open(argv[1]);
  if (!library.ok()) {
    std::cerr << library.error().ToString() << "\n";
    return 3;
  }
  return quantgate::Print(**library, std::strtoull(argv[2], nullptr, 10));
}
