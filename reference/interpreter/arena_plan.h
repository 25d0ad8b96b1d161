// Where each tensor lives in one block of memory: tensors whose lives do not overlap share it.
#pragma once

#include <cstddef>
#include <vector>

namespace quantgate {

struct ArenaRequest {
  size_t bytes = 0;
  int first_op = 0;  // first and last operator index during which the bytes must not be reused
  int last_op = 0;
};

struct ArenaPlan {
  static constexpr size_t kAlignment = 64;
  // The next multiple of it.
  static size_t Aligned(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }
  std::vector<size_t> offsets;  // one a request, multiples of kAlignment
  size_t total_bytes = 0;
};

// Greedy by size: the largest request first, each at the lowest offset where it meets no other that
// is alive at the same time.
ArenaPlan PlanArena(const std::vector<ArenaRequest>& requests);

}  // namespace quantgate
