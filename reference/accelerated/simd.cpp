// Compiles the kernels once for every instruction set and chooses among them. Instruction sets
// without a kernel here (and machines with none) offer null: operators then run plain.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "reference/accelerated/simd.cpp"
// Also vector lengths unknown to the compiler, which arrays of vectors cannot have.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#define HWY_WANT_AVX3_DL
#include "reference/accelerated/simd.h"

#include <algorithm>

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
#include "reference/accelerated/addition-inl.h"
#include "reference/accelerated/depthwise-inl.h"
#include "reference/accelerated/depthwise_in_place-inl.h"
#include "reference/accelerated/elementwise-inl.h"
#include "reference/accelerated/gemm_float-inl.h"
#include "reference/accelerated/gemm_integer-inl.h"
#include "reference/accelerated/pooling-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
const SimdKernels* Kernels() { return nullptr; }
#else
const SimdKernels* Kernels() {
  static const SimdKernels kernels = {
      .name = hwy::TargetName(HWY_TARGET),
      .lanes = kLanes,
      .integer = kCodeBytes == 1 ? Operand::kBytes : Operand::kWords,
      .max_group = kMaxGroup,
      .quad_pack = kBlockVectors == 4,
      .depthwise_vectors = kBlockVectors,
      .depthwise_float_vectors = kFloatBlockVectors,
      .fused_floats = HWY_TARGET != HWY_SSE4,
      .gemm = &Gemm,
      .gemm_float = &GemmFloat,
      .depthwise = &Depthwise,
      .depthwise_float = &DepthwiseFloat,
      .depthwise_in_place = &DepthwiseInPlace,
      .convert = &Convert,
      .sum_windows = &SumWindows,
      .add_codes = &AddCodes,
      .add_floats = &AddFloats,
      .max_bytes = &MaxBytes,
      .max_of_windows = &MaxOfWindows,
      .accumulate = &AccumulateCodes,
      .pool_floats = &PoolFloats,
  };
  return &kernels;
}
#endif

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quantgate::accelerated {

HWY_EXPORT(Kernels);

const SimdKernels* BestSimd() { return HWY_DYNAMIC_DISPATCH(Kernels)(); }

std::vector<const SimdKernels*> AllSimd() {
  std::vector<const SimdKernels*> all;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    if (const SimdKernels* kernels = HWY_DYNAMIC_DISPATCH(Kernels)()) all.push_back(kernels);
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return all;
}

int FactorsPerStep(Operand operand) {
  switch (operand) {
    case Operand::kBytes: return 4;
    case Operand::kWords: return 2;
    case Operand::kFloats: return 1;
  }
  return 1;
}

int FactorBytes(Operand operand) { return 4 / FactorsPerStep(operand); }

namespace {

// Lanes of vectors interleaved by `ways` in blocks of four, as packing leaves them in order.
int Interleaved(int ways, int vector, int lane) {
  return lane / 4 * 4 * ways + vector * 4 + lane % 4;
}

}  // namespace

int ColumnOfLane(const SimdKernels& simd, int group_size, int vector, int lane) {
  if (simd.quad_pack && group_size == 4) return Interleaved(4, vector, lane);
  const int pair = vector / 2 * 2;
  if (pair + 1 < group_size) return pair * simd.lanes + Interleaved(2, vector - pair, lane);
  return vector * simd.lanes + lane;
}

}  // namespace quantgate::accelerated
#endif
