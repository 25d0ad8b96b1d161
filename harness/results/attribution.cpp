#include "harness/results/attribution.h"

#include <algorithm>

namespace quantgate {
namespace {

constexpr double kNoNoiseDb = 1e9;

}  // namespace

std::vector<const OpLoss*> RankedByCost(const Attribution& attribution) {
  std::vector<const OpLoss*> ops;
  for (const OpLoss& op : attribution.ops) {
    if (op.integer) ops.push_back(&op);
  }
  std::stable_sort(ops.begin(), ops.end(), [](const OpLoss* a, const OpLoss* b) {
    const double x = std::max(a->recovered_points, a->own.points);
    const double y = std::max(b->recovered_points, b->own.points);
    if (x != y) return x > y;
    return a->isolated_sqnr_db.value_or(kNoNoiseDb) < b->isolated_sqnr_db.value_or(kNoNoiseDb);
  });
  return ops;
}

}  // namespace quantgate
