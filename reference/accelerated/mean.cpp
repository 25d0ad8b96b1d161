// MEAN of floats over axes that lie side by side before others: a pool with one window.
#include <limits>

#include "reference/accelerated/rows.h"
#include "reference/ops/reduction.h"

namespace quantgate::accelerated {
namespace {

// The input as [outer, reduced, inner].
struct Block {
  int64_t outer = 1;
  int32_t reduced = 1;
  int32_t inner = 1;
};

std::optional<Block> BlockOf(const Reduction& reduction) {
  if (reduction.input.num_elements() > std::numeric_limits<int32_t>::max()) return std::nullopt;
  Block block;
  bool behind = false;  // the reduced axes
  for (int axis = 0; axis < reduction.input.rank(); ++axis) {
    const int32_t size = reduction.input.dim(axis);
    if (reduction.reduced[static_cast<size_t>(axis)]) {
      if (behind) return std::nullopt;
      block.reduced *= size;
    } else if (block.reduced > 1 || behind) {
      behind = true;
      block.inner *= size;
    } else {
      block.outer *= size;
    }
  }
  return block;
}

}  // namespace

Offer TryMean(const PrepareContext& context, const SimdKernels& simd) {
  const auto* reduction = context.spec<Reduction>();
  if (reduction == nullptr || context.input(0).dtype != DType::kFloat32) return std::nullopt;
  const std::optional<Block> block = BlockOf(*reduction);
  if (!block) return std::nullopt;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  return AcceleratedKernel{[block = *block, &simd](const KernelArgs& args) {
                             FloatPool pool{.first = args.in<float>(0),
                                            .rows = 1,
                                            .columns = block.reduced,
                                            .channels = block.inner,
                                            .is_max = false,
                                            .min = -kInfinity,
                                            .max = kInfinity,
                                            .out = args.out<float>(0)};
                             for (int64_t i = 0; i < block.outer; ++i, pool.out += block.inner) {
                               simd.pool_floats(pool);
                               pool.first += int64_t{block.reduced} * block.inner;
                             }
                           },
                           0};
}

}  // namespace quantgate::accelerated
