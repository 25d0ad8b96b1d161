// What the pools' prepare found out, for whoever makes a faster kernel of the same function.
#pragma once

#include "reference/numeric/activation_range.h"
#include "reference/ops/geometry.h"

namespace quantgate {

struct PoolGeometry {
  WindowAxis y;
  WindowAxis x;
  int32_t batches = 0;
  int32_t channels = 0;
};

enum class PoolKind { kMax, kAverage, kL2 };

struct PoolSpec {
  PoolKind kind = PoolKind::kMax;
  PoolGeometry geometry;
  FloatRange clamp;  // float32
  CodeRange codes;   // int8, uint8, int16
};

}  // namespace quantgate
