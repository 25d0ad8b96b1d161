// A layer as a matrix product: constant weights packed for an instruction set, and the constants
// that turn its sums into outputs. Shared by convolutions and dense layers.
#pragma once

#include <optional>

#include "reference/accelerated/requant_table.h"
#include "reference/ops/conv_spec.h"

namespace quantgate::accelerated {

// Weights [columns][segments][run], a run being the factors that lie side by side in the input.
struct GemmShape {
  int32_t columns = 0;
  int32_t segments = 1;
  int32_t run = 0;
  [[nodiscard]] int64_t depth() const { return static_cast<int64_t>(segments) * run; }
};

// Weight `at` of an 8-bit constant, as the number it stands for in codes.
int32_t WeightCode(const PrepareContext& context, int64_t at);

// Start value of each channel's sum: the bias, zeros where there is none.
std::vector<int32_t> BiasOf(const PrepareContext& context, int32_t channels);
std::vector<float> FloatBiasOf(const PrepareContext& context, int32_t channels);

// True when weights and bias are constants; what changes between runs cannot be packed.
bool HasConstantWeights(const PrepareContext& context);

class IntegerGemm {
 public:
  IntegerGemm(const PrepareContext& context, const QuantizedSpec& quantized,
              const SimdKernels& simd, const GemmShape& shape);

  // Of `args`: input, offsets, rows and output. `terms`: scratch for a number a row, if needed.
  void Run(GemmArgs args, int32_t* terms) const;

  [[nodiscard]] const SimdKernels& simd() const { return simd_; }

 private:
  RequantTable MakeTable(const PrepareContext& context, const QuantizedSpec& quantized) const;

  const SimdKernels& simd_;
  GemmShape shape_;
  int32_t steps_;
  int32_t row_factor_ = 0;  // of the sum of a row's bytes
  AlignedBytes weights_;
  std::optional<RequantTable> table_;
};

class FloatGemm {
 public:
  FloatGemm(const PrepareContext& context, FloatRange clamp, const SimdKernels& simd,
            const GemmShape& shape);
  // As above, and the segments that count (past_segment 0: all); `terms` are unused.
  void Run(GemmArgs args, int32_t* terms) const;

 private:
  const SimdKernels& simd_;
  GemmShape shape_;
  AlignedBytes weights_;
  AlignedBytes bias_;
  FloatRange clamp_;
};

}  // namespace quantgate::accelerated
