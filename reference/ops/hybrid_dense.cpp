// out[b,u] = act(bias[u] + (sum_d q[b,d] w[u,d] - z[b] sum_d w[u,d]) s[b] s_w[u])          (eq. 25)
// with q, s and z the row's codes, scale and zero point (row_quantization.h). The integer sum is
// exact; the last products and sum are float32.
#include "reference/ops/hybrid_dense.h"

#include <algorithm>

#include "reference/ops/op_checks.h"
#include "reference/ops/output_stage.h"
#include "reference/ops/row_quantization.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

struct HybridDense {
  DenseGeometry g;
  FloatRange clamp;
  RowRule rule = RowRule::kSymmetric;
  std::vector<float> weight_scales;  // one, or one a unit

  void Run(const KernelArgs& args) const {
    auto* codes = reinterpret_cast<int8_t*>(args.scratch);
    const auto* bias = args.in<float>(2);
    for (int64_t b = 0; b < g.batches; ++b) {
      const std::span<const float> values(args.in<float>(0) + b * g.depth,
                                          static_cast<size_t>(g.depth));
      const RowQuantization row = QuantizeRow(rule, values, codes);
      for (int32_t u = 0; u < g.units; ++u) {
        const int8_t* w = args.in<int8_t>(1) + static_cast<int64_t>(u) * g.depth;
        int32_t sum = 0;
        for (int32_t d = 0; d < g.depth; ++d) sum += (codes[d] - row.zero_point) * w[d];
        const float real =
            ScaledSum(rule, sum, row.scale,
                      weight_scales[weight_scales.size() == 1 ? 0 : static_cast<size_t>(u)]);
        const float value = (bias != nullptr ? bias[u] : 0.0F) + real;
        args.out<float>(0)[b * g.units + u] = std::clamp(value, clamp.min, clamp.max);
      }
    }
  }
};

}  // namespace

Result<Kernel> PrepareHybridDense(PrepareContext& context, const DenseGeometry& geometry,
                                  Activation activation, bool asymmetric) {
  QG_RETURN_IF_ERROR(CheckBias(context, 2, geometry.units, DType::kFloat32));
  const QuantParams& weights = context.input(1).quant;
  const bool fits =
      weights.scales.size() == 1 || (weights.per_axis() && weights.axis == 0 &&
                                     weights.scales.size() == static_cast<size_t>(geometry.units));
  if (!fits) return PrepareContext::Malformed("int8 weights need one scale, or one a unit");
  for (const int32_t zero_point : weights.zero_points) {
    if (zero_point != 0) return PrepareContext::Malformed("int8 weights must have zero point 0");
  }
  context.RequestScratch(static_cast<size_t>(geometry.depth));
  const RowRule rule = XnnpackTakesHybrid(context) ? RowRule::kXnnpack
                       : asymmetric                ? RowRule::kAsymmetric
                                                   : RowRule::kSymmetric;
  HybridDense op{geometry, ActivationRange(activation), rule, weights.scales};
  return Kernel([op](const KernelArgs& args) { op.Run(args); });
}

}  // namespace quantgate
