// FULLY_CONNECTED: rows of the input times packed weights.
#include <limits>
#include <numeric>

#include "reference/accelerated/packed_gemm.h"
#include "reference/accelerated/rows.h"
#include "reference/ops/dense_spec.h"

namespace quantgate::accelerated {
namespace {

constexpr int32_t kNoOffset = 0;

std::vector<int32_t> RowOffsets(const DenseGeometry& g, int32_t factor_bytes) {
  std::vector<int32_t> offsets;
  for (int64_t row = 0; row < g.batches; ++row) {
    offsets.push_back(static_cast<int32_t>(row * g.depth * factor_bytes));
  }
  return offsets;
}

struct IntegerDense {
  DenseGeometry g;
  IntegerGemm gemm;
  std::vector<int32_t> row_offsets;
  bool is_signed = false;
  int32_t input_zero_point = 0;

  [[nodiscard]] size_t operand_bytes() const {
    const auto elements = static_cast<size_t>(g.batches * g.depth);
    // A step of the last row may read a few bytes behind it.
    return (elements * static_cast<size_t>(FactorBytes(gemm.simd().integer)) + 127) / 64 * 64;
  }
  [[nodiscard]] size_t scratch_bytes() const {
    return operand_bytes() + row_offsets.size() * sizeof(int32_t);
  }
  void Run(const KernelArgs& args) const {
    gemm.simd().convert(args.in<std::byte>(0), g.batches * g.depth, is_signed, input_zero_point,
                        args.scratch);
    GemmArgs product;
    product.input = args.scratch;
    product.row_offsets = row_offsets.data();
    product.segment_offsets = &kNoOffset;
    product.rows = g.batches;
    product.output = args.out<std::byte>(0);
    gemm.Run(product, reinterpret_cast<int32_t*>(args.scratch + operand_bytes()));
  }
};

struct FloatDense {
  DenseGeometry g;
  FloatGemm gemm;
  std::vector<int32_t> row_offsets;

  void Run(const KernelArgs& args) const {
    GemmArgs product;
    product.input = args.in<std::byte>(0);
    product.row_offsets = row_offsets.data();
    product.segment_offsets = &kNoOffset;
    product.rows = g.batches;
    product.output = args.out<std::byte>(0);
    gemm.Run(product, nullptr);
  }
};

}  // namespace

Offer TryDense(const PrepareContext& context, const SimdKernels& simd) {
  const auto* spec = context.spec<DenseSpec>();
  if (spec == nullptr || !HasConstantWeights(context)) return std::nullopt;
  const DenseGeometry& g = spec->geometry;
  if (g.batches * g.depth > std::numeric_limits<int32_t>::max() / 8) return std::nullopt;
  const GemmShape shape{g.units, 1, g.depth};
  const DType dtype = context.input(0).dtype;
  if (dtype == DType::kFloat32) {
    if (!simd.fused_floats) return std::nullopt;
    const auto dense = std::make_shared<const FloatDense>(
        FloatDense{g, FloatGemm(context, spec->clamp, simd, shape), RowOffsets(g, 4)});
    return AcceleratedKernel{[dense](const KernelArgs& args) { dense->Run(args); }, 0};
  }
  if (dtype != DType::kInt8 && dtype != DType::kUInt8) return std::nullopt;
  const auto dense = std::make_shared<const IntegerDense>(
      IntegerDense{g, IntegerGemm(context, spec->quantized, simd, shape),
                   RowOffsets(g, FactorBytes(simd.integer)), dtype == DType::kInt8,
                   spec->quantized.input_zero_point});
  return AcceleratedKernel{[dense](const KernelArgs& args) { dense->Run(args); },
                           dense->scratch_bytes()};
}

}  // namespace quantgate::accelerated
