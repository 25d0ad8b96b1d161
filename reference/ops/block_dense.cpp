// A row x of the input is coded as q with a scale s and a zero point z of its own
// (row_quantization.h). With c_k the sum of q w over block k of a unit's weights, which is exact,
// t_k the block's scale and B its bias,
//
//   y = act(s ((sum_k c_k t_k) - z W) + B),   W = sum_k t_k sum of w over block k          (eq. 32)
//
// Everything but the integer sums is float32, and two families of kernels differ in the order:
//
//   built-in   q by QuantizeRowAsymmetric; the sums over k from 0 in their order, then the
//              subtraction, the product with s and the sum with B
//   XNNPACK    q by QuantizeRowXnnpack; t_k rounded to bfloat16; the sum over k starts from -W z;
//              W a sum over pairs of weights instead of blocks
//
// LiteRT's built-in kernel leaves out the activation, which is taken for a defect and not followed.
// XNNPACK takes blocks of a multiple of 32 and is followed in its portable form, which is what runs
// as WebAssembly; its x86 and ARM kernels sum W over 4 to 32 weights at a time.
#include "reference/ops/block_dense.h"

#include <algorithm>

#include "reference/numeric/element.h"
#include "reference/ops/output_stage.h"
#include "reference/ops/row_quantization.h"

namespace quantgate {
namespace {

struct BlockDense {
  DenseGeometry g;
  FloatRange clamp;
  bool xnnpack = false;
  int32_t block = 0;
  std::vector<float> scales;       // [units, depth / block]
  std::vector<float> weight_sums;  // W of each unit

  void Run(const KernelArgs& args) const {
    auto* codes = reinterpret_cast<int8_t*>(args.scratch);
    const auto* bias = args.in<float>(2);
    for (int64_t b = 0; b < g.batches; ++b) {
      const std::span<const float> values(args.in<float>(0) + b * g.depth,
                                          static_cast<size_t>(g.depth));
      const RowQuantization row =
          xnnpack ? QuantizeRowXnnpack(values, codes) : QuantizeRowAsymmetric(values, codes);
      for (int32_t u = 0; u < g.units; ++u) {
        const int8_t* w = args.in<int8_t>(1) + static_cast<int64_t>(u) * g.depth;
        const float real = Unit(u, codes, row, w) + (bias != nullptr ? bias[u] : 0.0F);
        args.out<float>(0)[b * g.units + u] = std::clamp(real, clamp.min, clamp.max);
      }
    }
  }

  [[nodiscard]] float Unit(int32_t u, const int8_t* codes, const RowQuantization& row,
                           const int8_t* w) const {
    const auto zero_point = static_cast<float>(row.zero_point);
    const float zeros = weight_sums[static_cast<size_t>(u)] * zero_point;
    const float* scale = scales.data() + static_cast<int64_t>(u) * (g.depth / block);
    float sum = xnnpack ? -zeros : 0.0F;
    for (int32_t from = 0; from < g.depth; from += block) {
      int64_t products = 0;
      for (int32_t d = from; d < from + block; ++d) products += codes[d] * w[d];
      sum += static_cast<float>(products) * *scale++;
    }
    return (xnnpack ? sum : sum - zeros) * row.scale;
  }

  // W of each unit; `w` are the weights [units, depth].
  void SumWeights(const int8_t* w) {
    const int32_t step = xnnpack ? 2 : block;
    for (int32_t u = 0; u < g.units; ++u, w += g.depth) {
      float sum = 0;
      for (int32_t from = 0; from < g.depth; from += step) {
        int64_t part = 0;
        for (int32_t d = from; d < from + step; ++d) part += w[d];
        const auto at = static_cast<size_t>(u * int64_t{g.depth / block} + from / block);
        sum += static_cast<float>(part) * scales[at];
      }
      weight_sums.push_back(sum);
    }
  }
};

}  // namespace

Result<Kernel> PrepareBlockDense(PrepareContext& context, const DenseGeometry& geometry,
                                 Activation activation) {
  QG_RETURN_IF_ERROR(CheckBias(context, 2, geometry.units, DType::kFloat32));
  const auto weights = context.input_constant(1);
  if (weights.empty()) return PrepareContext::Unsupported("block-wise weights that are computed");
  BlockDense op;
  op.g = geometry;
  op.clamp = ActivationRange(activation);
  op.block = context.input(1).quant.block;
  op.xnnpack = context.profile().code_kernels != CodeKernels::kBuiltin && op.block % 32 == 0;
  op.scales = context.input(1).quant.scales;
  if (op.xnnpack) {
    std::transform(op.scales.begin(), op.scales.end(), op.scales.begin(), RoundToBfloat16);
  }
  op.SumWeights(reinterpret_cast<const int8_t*>(weights.data()));
  context.RequestScratch(static_cast<size_t>(geometry.depth));
  return Kernel([op = std::move(op)](const KernelArgs& args) { op.Run(args); });
}

}  // namespace quantgate
