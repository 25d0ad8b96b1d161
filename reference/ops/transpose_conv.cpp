// TRANSPOSE_CONV: inputs output_shape [4], filter [O,h,w,C], input [N,H,W,C], optional bias [O].
//
//   out[n, y s - p + i, x s - p + j, o] += in[n,y,x,c] w[o,i,j,c], then bias and activation
//
// In codes the sums are int32 (int64 for 16-bit activations) and end in an OutputStage (eq. 9).
#include <algorithm>
#include <type_traits>

#include "reference/model/op_options.h"
#include "reference/ops/geometry.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/output_stage.h"
#include "reference/ops/shape_operand.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

struct TransposeGeometry {
  // Axes of the convolution this one transposes: its input is our output and the reverse.
  WindowAxis y;
  WindowAxis x;
  int32_t batches = 0;
  int32_t in_channels = 0;
  int32_t out_channels = 0;
  [[nodiscard]] int64_t out_elements() const {
    return static_cast<int64_t>(batches) * y.input * x.input * out_channels;
  }
};

// Adds every product to sums [N,H',W',O].
template <class In, class Weight, class Sum>
void Scatter(const TransposeGeometry& g, int32_t input_zero_point, int32_t weight_zero_point,
             const KernelArgs& args, Sum* sums) {
  const auto* filter = args.in<Weight>(1);
  const auto* input = args.in<In>(2);
  for (int32_t n = 0; n < g.batches; ++n) {
    for (int32_t iy = 0; iy < g.y.output; ++iy) {
      for (int32_t ix = 0; ix < g.x.output; ++ix, input += g.in_channels) {
        for (int32_t i = 0; i < g.y.filter; ++i) {
          const int32_t oy = g.y.origin(iy) + i;
          if (oy < 0 || oy >= g.y.input) continue;
          for (int32_t j = 0; j < g.x.filter; ++j) {
            const int32_t ox = g.x.origin(ix) + j;
            if (ox < 0 || ox >= g.x.input) continue;
            Sum* out = sums + ((static_cast<int64_t>(n) * g.y.input + oy) * g.x.input + ox) *
                                  g.out_channels;
            for (int32_t o = 0; o < g.out_channels; ++o) {
              const Weight* w =
                  filter +
                  ((static_cast<int64_t>(o) * g.y.filter + i) * g.x.filter + j) * g.in_channels;
              for (int32_t c = 0; c < g.in_channels; ++c) {
                if constexpr (std::is_same_v<In, float>) {
                  out[o] += input[c] * w[c];
                } else {
                  out[o] +=
                      static_cast<Sum>(input[c] - input_zero_point) * (w[c] - weight_zero_point);
                }
              }
            }
          }
        }
      }
    }
  }
}

Result<TransposeGeometry> MakeGeometry(PrepareContext& context,
                                       const schema::TransposeConvOptionsT& options,
                                       const std::vector<int64_t>& wanted) {
  const Shape& filter = context.input_shape(1);
  const Shape& in = context.input_shape(2);
  if (wanted.size() != 4 || filter.rank() != 4 || in.rank() != 4 || filter.dim(3) != in.dim(3) ||
      wanted[0] != in.dim(0) || wanted[3] != filter.dim(0)) {
    return PrepareContext::Malformed("filter " + filter.ToString() + " and input " + in.ToString() +
                                     " do not make the output shape asked for");
  }
  std::vector<int32_t> dims;
  for (const int64_t extent : wanted) {
    if (extent < 1 || extent > INT32_MAX)
      return PrepareContext::Malformed("output extent " + std::to_string(extent));
    dims.push_back(static_cast<int32_t>(extent));
  }
  QG_ASSIGN_OR_RETURN(const Shape out, Shape::Make(dims));
  context.SetOutputShape(0, out);
  const auto padding = static_cast<PaddingKind>(options.padding);
  TransposeGeometry g;
  g.batches = in.dim(0);
  g.in_channels = in.dim(3);
  g.out_channels = filter.dim(0);
  QG_ASSIGN_OR_RETURN(g.y, MakeWindowAxis(out.dim(1), filter.dim(1), options.stride_h, 1, padding));
  QG_ASSIGN_OR_RETURN(g.x, MakeWindowAxis(out.dim(2), filter.dim(2), options.stride_w, 1, padding));
  if (g.y.output != in.dim(1) || g.x.output != in.dim(2)) {
    return PrepareContext::Malformed("an output " + out.ToString() +
                                     " does not come from an input " + in.ToString() +
                                     " with these strides");
  }
  return g;
}

Kernel FloatKernel(const TransposeGeometry& g, FloatRange clamp) {
  return [=](const KernelArgs& args) {
    auto* out = args.out<float>(0);
    const auto* bias = args.in<float>(3);
    std::fill_n(out, g.out_elements(), 0.0F);
    Scatter<float, float, float>(g, 0, 0, args, out);
    for (int64_t i = 0; i < g.out_elements(); ++i) {
      const float shift = bias != nullptr ? bias[i % g.out_channels] : 0.0F;
      out[i] = std::clamp(out[i] + shift, clamp.min, clamp.max);
    }
  };
}

// With SAME padding the delegate wants windows that reach the next one, otherwise ones that fit.
bool XnnpackTakesTransposed(const PrepareContext& context, const TransposeGeometry& g) {
  const bool same = OptionsOrDefault<schema::TransposeConvOptionsT>(context.node()).padding ==
                    schema::Padding::SAME;
  for (const WindowAxis& axis : {g.y, g.x}) {
    if (axis.filter < (same ? axis.stride : 0) || (!same && axis.filter > axis.input)) return false;
  }
  return XnnpackTakesLayer(
      context, {.input = 2, .weights = 1, .bias = 3, .needs_bias = false, .per_axis = false});
}

template <class Code, class Weight, class Sum>
Result<Kernel> PrepareQuantized(PrepareContext& context, const TransposeGeometry& g,
                                Activation activation) {
  QG_RETURN_IF_ERROR(CheckBias(context, 3, g.out_channels, DTypeOf<Sum>::value));
  const ScaleProduct product =
      std::is_same_v<Code, uint8_t> ? ScaleProduct::kFloatFirst : ScaleProduct::kDouble;
  QG_ASSIGN_OR_RETURN(
      OutputStage stage,
      MakeOutputStage(context, context.input(2), context.input(1), 0, g.out_channels, activation,
                      product, context.profile().elementwise_rounding));
  if (XnnpackTakesTransposed(context, g)) {
    UseFloatScales(context.input(2), context.input(1), context.output(0), activation, stage);
  }
  context.RequestScratch(static_cast<size_t>(g.out_elements()) * sizeof(Sum));
  const int32_t input_zero_point = context.input(2).quant.zero_point();
  const int32_t weight_zero_point = context.input(1).quant.zero_point();
  return Kernel([=](const KernelArgs& args) {
    auto* sums = reinterpret_cast<Sum*>(args.scratch);
    const auto* bias = args.in<Sum>(3);
    std::fill_n(sums, g.out_elements(), Sum{0});
    Scatter<Code, Weight, Sum>(g, input_zero_point, weight_zero_point, args, sums);
    for (int64_t i = 0; i < g.out_elements(); ++i) {
      const auto channel = static_cast<size_t>(i % g.out_channels);
      const Sum sum = sums[i] + (bias != nullptr ? bias[channel] : 0);
      int32_t code = 0;
      if constexpr (std::is_same_v<Sum, int64_t>) {
        code = stage.ApplyWide(sum, channel);
      } else {
        code = stage.Apply(sum, channel);
      }
      args.out<Code>(0)[i] = static_cast<Code>(code);
    }
  });
}

Result<Kernel> KernelOfType(PrepareContext& context, const TransposeGeometry& g,
                            Activation activation) {
  switch (context.input(2).dtype) {
    case DType::kFloat32:
      QG_RETURN_IF_ERROR(CheckBias(context, 3, g.out_channels, DType::kFloat32));
      return FloatKernel(g, ActivationRange(activation));
    case DType::kInt8: return PrepareQuantized<int8_t, int8_t, int32_t>(context, g, activation);
    case DType::kUInt8: return PrepareQuantized<uint8_t, uint8_t, int32_t>(context, g, activation);
    case DType::kInt16: return PrepareQuantized<int16_t, int8_t, int64_t>(context, g, activation);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace

Result<Kernel> PrepareTransposeConv(PrepareContext& context) {
  const auto options = OptionsOrDefault<schema::TransposeConvOptionsT>(context.node());
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 4, 1));
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> wanted, ReadShapeOperand(context, 0));
  QG_ASSIGN_OR_RETURN(const TransposeGeometry g, MakeGeometry(context, options, wanted));
  const auto activation = static_cast<Activation>(options.fused_activation_function);
  const DType dtype = context.input(2).dtype;
  const DType weights = dtype == DType::kInt16 ? DType::kInt8 : dtype;
  if (context.input(1).dtype != weights || context.output(0).dtype != dtype) {
    return UnsupportedTypes(context);
  }
  return KernelOfType(context, g, activation);
}

}  // namespace quantgate
