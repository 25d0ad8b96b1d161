// Eq. 25 with a window in place of a row: each sample of the batch is coded as a whole, q = codes
// with scale s and zero point z, and
//   out[o] = act(bias[o] + s s_w[o] sum (q - z) w[o])
// The border counts as zero. CONV_2D with one weight scale codes symmetrically, everything else
// asymmetrically, whatever the options say. Source: TFLite's hybrid kernels.
//
// Where XNNPACK runs the layer (xnnpack_rules.h), it codes by its own rule, and with a window of
// one pixel that moves by one and has all channels it codes every pixel as a row of its own: the
// layer is a dense one there.
#include "reference/ops/hybrid_conv.h"

#include <algorithm>

#include "reference/ops/op_checks.h"
#include "reference/ops/output_stage.h"
#include "reference/ops/row_quantization.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

struct HybridConv {
  ConvGeometry g;
  bool depthwise = false;
  FloatRange clamp;
  RowRule rule = RowRule::kAsymmetric;
  bool by_pixel = false;             // otherwise a sample is coded as a whole
  std::vector<float> weight_scales;  // one, or one an output channel

  [[nodiscard]] size_t sample_size() const {
    return static_cast<size_t>(g.y.input) * static_cast<size_t>(g.x.input) *
           static_cast<size_t>(g.in_channels);
  }

  // First input channel of output channel `o`, and its weight at tap (i, j, channel c of it).
  [[nodiscard]] int32_t FirstChannel(int32_t o) const {
    if (depthwise) return o / (g.out_channels / g.in_channels);
    const int32_t groups = g.in_channels / g.filter_channels;
    return o / (g.out_channels / groups) * g.filter_channels;
  }
  [[nodiscard]] int64_t WeightAt(int32_t o, int32_t i, int32_t j, int32_t c) const {
    const int64_t tap = static_cast<int64_t>(i) * g.x.filter + j;
    if (depthwise) return tap * g.out_channels + o;
    return (static_cast<int64_t>(o) * g.y.filter * g.x.filter + tap) * g.filter_channels + c;
  }

  [[nodiscard]] int32_t Sum(const int8_t* codes, int32_t zero_point, const int8_t* weights,
                            int32_t oy, int32_t ox, int32_t o) const {
    int32_t sum = 0;
    for (int32_t i = 0; i < g.y.filter; ++i) {
      const int32_t iy = g.y.origin(oy) + i * g.y.dilation;
      if (iy < 0 || iy >= g.y.input) continue;
      for (int32_t j = 0; j < g.x.filter; ++j) {
        const int32_t ix = g.x.origin(ox) + j * g.x.dilation;
        if (ix < 0 || ix >= g.x.input) continue;
        const int8_t* pixel = codes + g.input_offset(0, iy, ix) + FirstChannel(o);
        for (int32_t c = 0; c < g.filter_channels; ++c) {
          sum += (pixel[c] - zero_point) * weights[WeightAt(o, i, j, c)];
        }
      }
    }
    return sum;
  }

  // out[0..out_channels) at (oy, ox), of codes that `row` gives a meaning.
  void Pixel(const KernelArgs& args, const RowQuantization& row, int32_t oy, int32_t ox,
             float* out) const {
    const auto* codes = reinterpret_cast<const int8_t*>(args.scratch);
    const auto* bias = args.in<float>(2);
    for (int32_t o = 0; o < g.out_channels; ++o) {
      const int32_t sum = Sum(codes, row.zero_point, args.in<int8_t>(1), oy, ox, o);
      const float real =
          ScaledSum(rule, sum, row.scale,
                    weight_scales[weight_scales.size() == 1 ? 0 : static_cast<size_t>(o)]);
      out[o] = std::clamp(real + (bias != nullptr ? bias[o] : 0.0F), clamp.min, clamp.max);
    }
  }

  void Run(const KernelArgs& args) const {
    auto* codes = reinterpret_cast<int8_t*>(args.scratch);
    for (int32_t n = 0; n < g.batches; ++n) {
      const float* sample = args.in<float>(0) + g.input_offset(n, 0, 0);
      RowQuantization row;
      if (!by_pixel) row = QuantizeRow(rule, {sample, sample_size()}, codes);
      for (int32_t oy = 0; oy < g.y.output; ++oy) {
        for (int32_t ox = 0; ox < g.x.output; ++ox) {
          if (by_pixel) {
            const int64_t at = g.input_offset(0, oy, ox);
            row = QuantizeRow(rule, {sample + at, static_cast<size_t>(g.in_channels)}, codes + at);
          }
          Pixel(args, row, oy, ox, args.out<float>(0) + g.output_offset(n, oy, ox));
        }
      }
    }
  }
};

bool IsDense(const ConvGeometry& g) {
  const auto steps_by_one = [](const WindowAxis& axis) {
    return axis.filter == 1 && axis.stride == 1;
  };
  return steps_by_one(g.y) && steps_by_one(g.x) && g.filter_channels == g.in_channels;
}

}  // namespace

Result<Kernel> PrepareHybridConv(PrepareContext& context, const ConvGeometry& geometry,
                                 Activation activation, bool depthwise) {
  QG_RETURN_IF_ERROR(CheckBias(context, 2, geometry.out_channels, DType::kFloat32));
  const QuantParams& weights = context.input(1).quant;
  const auto channels = static_cast<size_t>(geometry.out_channels);
  const bool single = weights.scales.size() == 1 && (!depthwise || channels == 1);
  const bool per_channel = weights.scales.size() == channels && weights.axis == (depthwise ? 3 : 0);
  if (!single && !per_channel) {
    return PrepareContext::Unsupported(
        "float activations with int8 weights need a scale an output channel");
  }
  for (const int32_t zero_point : weights.zero_points) {
    if (zero_point != 0) return PrepareContext::Malformed("int8 weights must have zero point 0");
  }
  const bool xnnpack = !depthwise && XnnpackTakesHybrid(context);
  HybridConv op;
  op.g = geometry;
  op.depthwise = depthwise;
  op.clamp = ActivationRange(activation);
  op.rule = xnnpack                                  ? RowRule::kXnnpack
            : depthwise || weights.scales.size() > 1 ? RowRule::kAsymmetric
                                                     : RowRule::kSymmetric;
  op.by_pixel = xnnpack && IsDense(geometry);
  op.weight_scales = weights.scales;
  context.RequestScratch(op.sample_size());
  return Kernel([op](const KernelArgs& args) { op.Run(args); });
}

}  // namespace quantgate
