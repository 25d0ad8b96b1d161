// Fast twins of the plain kernels: the same bytes, sooner. A row looks at what an operator's
// prepare published and makes a kernel when it covers that case; the plain kernel runs otherwise.
// tests/reference/accelerated compares every row with the plain kernel on every instruction set.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "reference/accelerated/simd.h"
#include "reference/ops/op_def.h"

namespace quantgate {

struct AcceleratedKernel {
  Kernel kernel;
  size_t scratch_bytes = 0;  // instead of what the plain kernel asked for
  // Where samples that run together cost less than one by one, because weights are fetched once for
  // all of them; null elsewhere.
  JointKernel joint = nullptr;
  size_t joint_scratch_bytes = 0;  // for kMostJointSamples
};

struct AcceleratedDef {
  std::string_view name;
  std::string_view summary;
  OpCode code;
  std::optional<AcceleratedKernel> (*try_make)(const PrepareContext& context,
                                               const accelerated::SimdKernels& simd);
};

std::span<const AcceleratedDef> AllAccelerated();

// The first row's kernel that covers an operator whose plain prepare succeeded.
std::optional<AcceleratedKernel> MakeAccelerated(const PrepareContext& context,
                                                 const accelerated::SimdKernels& simd);

}  // namespace quantgate
