#include "reference/interpreter/arena_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/random.h"

namespace quantgate {
namespace {

bool LivesOverlap(const ArenaRequest& a, const ArenaRequest& b) {
  for (int op = a.first_op; op <= a.last_op; ++op) {
    if (op >= b.first_op && op <= b.last_op) return true;
  }
  return false;
}

bool PlacesOverlap(const ArenaPlan& plan, const std::vector<ArenaRequest>& requests, size_t a,
                   size_t b) {
  return plan.offsets[a] < plan.offsets[b] + requests[b].bytes &&
         plan.offsets[b] < plan.offsets[a] + requests[a].bytes;
}

std::vector<ArenaRequest> AnyRequests(Random& random) {
  std::vector<ArenaRequest> requests(static_cast<size_t>(random.Int(0, 40)));
  for (ArenaRequest& request : requests) {
    request.bytes = static_cast<size_t>(random.Int(0, random.Chance(0.5) ? 100 : 5000));
    request.first_op = random.Int(-1, 20);
    request.last_op = request.first_op + random.Int(0, random.Chance(0.8) ? 4 : 20);
  }
  return requests;
}

TEST(ArenaPlan, WhatLivesTogetherNeverSharesBytes) {
  QG_SEED(20240801U);
  for (int i = 0; i < 500; ++i) {
    const auto requests = AnyRequests(random);
    const ArenaPlan plan = PlanArena(requests);
    ASSERT_EQ(plan.offsets.size(), requests.size());
    for (size_t a = 0; a < requests.size(); ++a) {
      ASSERT_EQ(plan.offsets[a] % ArenaPlan::kAlignment, 0U);
      ASSERT_LE(plan.offsets[a] + requests[a].bytes, plan.total_bytes);
      for (size_t b = a + 1; b < requests.size(); ++b) {
        ASSERT_FALSE(LivesOverlap(requests[a], requests[b]) && PlacesOverlap(plan, requests, a, b))
            << a << " and " << b;
      }
    }
  }
}

TEST(ArenaPlan, WhatDoesNotLiveTogetherShares) {
  // A chain of three: the first and the third fit into the same place.
  const ArenaPlan plan = PlanArena({{1000, 0, 1}, {1000, 1, 2}, {1000, 2, 3}});
  EXPECT_EQ(plan.offsets[0], plan.offsets[2]);
  EXPECT_EQ(plan.total_bytes, 2048U);  // two times 1000, each rounded up to 64
}

TEST(ArenaPlan, NothingNeedsNothing) {
  EXPECT_EQ(PlanArena({}).total_bytes, 0U);
  EXPECT_EQ(PlanArena({{0, 0, 9}, {0, 0, 9}}).total_bytes, 0U);
}

TEST(ArenaPlan, NeverMoreThanSideBySide) {
  QG_SEED(20240802U);
  for (int i = 0; i < 200; ++i) {
    const auto requests = AnyRequests(random);
    size_t side_by_side = 0;
    for (const ArenaRequest& request : requests) side_by_side += (request.bytes + 63) / 64 * 64;
    EXPECT_LE(PlanArena(requests).total_bytes, side_by_side);
  }
}

}  // namespace
}  // namespace quantgate
