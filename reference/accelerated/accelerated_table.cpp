#include "reference/accelerated/accelerated_table.h"

#include <array>

#include "reference/accelerated/rows.h"

namespace quantgate {
namespace {

constexpr std::array kRows = {
    AcceleratedDef{"convolution", "windows of a padded image times packed weights",
                   OpCode::kCONV_2D, accelerated::TryConvolution},
    AcceleratedDef{"dense", "rows times packed weights", OpCode::kFULLY_CONNECTED,
                   accelerated::TryDense},
    AcceleratedDef{"depthwise", "an output row as one line, or pixels of whole vectors",
                   OpCode::kDEPTHWISE_CONV_2D, accelerated::TryDepthwise},
    AcceleratedDef{"average-pool", "all channels of a window at once", OpCode::kAVERAGE_POOL_2D,
                   accelerated::TryPool},
    AcceleratedDef{"max-pool", "all channels of a window at once", OpCode::kMAX_POOL_2D,
                   accelerated::TryPool},
    AcceleratedDef{"mean", "a pool of one window, for floats", OpCode::kMEAN, accelerated::TryMean},
    AcceleratedDef{"add", "equal shapes, a vector at a time", OpCode::kADD,
                   accelerated::TryAddition},
    AcceleratedDef{"sub", "equal shapes, a vector at a time", OpCode::kSUB,
                   accelerated::TryAddition},
};

}  // namespace

std::span<const AcceleratedDef> AllAccelerated() { return kRows; }

std::optional<AcceleratedKernel> MakeAccelerated(const PrepareContext& context,
                                                 const accelerated::SimdKernels& simd) {
  for (const AcceleratedDef& row : kRows) {
    if (row.code != context.node().code) continue;
    if (auto kernel = row.try_make(context, simd)) return kernel;
  }
  return std::nullopt;
}

}  // namespace quantgate
