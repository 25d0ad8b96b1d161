#include "reference/interpreter/arena_plan.h"

#include <algorithm>
#include <numeric>

namespace quantgate {
namespace {

bool AliveTogether(const ArenaRequest& a, const ArenaRequest& b) {
  return a.first_op <= b.last_op && b.first_op <= a.last_op;
}

struct Placed {
  size_t begin;
  size_t end;
  size_t request;
};

}  // namespace

ArenaPlan PlanArena(const std::vector<ArenaRequest>& requests) {
  std::vector<size_t> order(requests.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return requests[a].bytes > requests[b].bytes; });
  ArenaPlan plan;
  plan.offsets.resize(requests.size());
  std::vector<Placed> placed;  // sorted by begin
  for (size_t i : order) {
    const size_t bytes = ArenaPlan::Aligned(requests[i].bytes);
    size_t offset = 0;
    for (const Placed& other : placed) {
      if (!AliveTogether(requests[i], requests[other.request])) continue;
      if (offset + bytes <= other.begin) break;
      offset = std::max(offset, other.end);
    }
    plan.offsets[i] = offset;
    plan.total_bytes = std::max(plan.total_bytes, offset + bytes);
    const Placed entry{offset, offset + bytes, i};
    placed.insert(
        std::upper_bound(placed.begin(), placed.end(), entry,
                         [](const Placed& a, const Placed& b) { return a.begin < b.begin; }),
        entry);
  }
  return plan;
}

}  // namespace quantgate
