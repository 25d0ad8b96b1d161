// CONV_2D and DEPTHWISE_CONV_2D. Layouts: input [N,H,W,C], CONV_2D filter [O,h,w,C/groups],
// depthwise filter [1,h,w,O] with O = C * depth_multiplier, bias [O], output [N,H',W',O].
//
//   out[n,y,x,o] = act(bias[o] + sum_{i,j,c} in[n, y s - p + i d, x s - p + j d, c] w[o,i,j,c])
//
// Positions outside the input add nothing: a zero in reals, the input's zero point in codes. The
// float kernels add one fused product after another, in the order i, j, c, and the bias last. The
// quantized kernels sum (input - input_zero_point)(weight - weight_zero_point) in int32 (int64 for
// 16-bit activations) and end in an OutputStage (eq. 9).
#include <algorithm>
#include <cmath>
#include <type_traits>

#include "reference/model/op_options.h"
#include "reference/ops/conv_spec.h"
#include "reference/ops/hybrid_conv.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

struct ConvOptions {
  PaddingKind padding;
  int32_t stride_h, stride_w, dilation_h, dilation_w;
  Activation activation;
};

template <class Table>
ConvOptions ParseOptions(const OpNode& node) {
  const Table table = OptionsOrDefault<Table>(node);
  return {static_cast<PaddingKind>(table.padding),
          table.stride_h,
          table.stride_w,
          table.dilation_h_factor,
          table.dilation_w_factor,
          static_cast<Activation>(table.fused_activation_function)};
}

// The part of a window that lies inside the input: taps [first, last) of the filter.
struct TapRange {
  int32_t first;
  int32_t last;
};
TapRange InsideTaps(const WindowAxis& axis, int32_t origin) {
  const int64_t outside = std::max<int64_t>(-static_cast<int64_t>(origin), 0);
  const auto first = static_cast<int32_t>((outside + axis.dilation - 1) / axis.dilation);
  const int64_t room = static_cast<int64_t>(axis.input) - origin + axis.dilation - 1;
  const auto last = static_cast<int32_t>(std::min<int64_t>(axis.filter, room / axis.dilation));
  return {first, std::max(first, last)};
}

// Calls visit(tap_y, tap_x, input_offset of the pixel) for every tap of a window inside the input.
template <class Visit>
void ForEachTap(const ConvGeometry& g, int32_t n, int32_t oy, int32_t ox, const Visit& visit) {
  const int32_t y0 = g.y.origin(oy);
  const int32_t x0 = g.x.origin(ox);
  const TapRange ty = InsideTaps(g.y, y0);
  const TapRange tx = InsideTaps(g.x, x0);
  for (int32_t i = ty.first; i < ty.last; ++i) {
    for (int32_t j = tx.first; j < tx.last; ++j) {
      visit(i, j, g.input_offset(n, y0 + i * g.y.dilation, x0 + j * g.x.dilation));
    }
  }
}

// Calls visit(n, oy, ox) for every output position.
template <class Visit>
void ForEachPosition(const ConvGeometry& g, const Visit& visit) {
  for (int32_t n = 0; n < g.batches; ++n) {
    for (int32_t oy = 0; oy < g.y.output; ++oy) {
      for (int32_t ox = 0; ox < g.x.output; ++ox) visit(n, oy, ox);
    }
  }
}

void ConvFloat(const ConvGeometry& g, FloatRange clamp, const KernelArgs& args) {
  const auto* input = args.in<float>(0);
  const auto* filter = args.in<float>(1);
  const auto* bias = args.in<float>(2);
  auto* output = args.out<float>(0);
  const int32_t groups = g.in_channels / g.filter_channels;
  const int32_t outputs_per_group = g.out_channels / groups;
  ForEachPosition(g, [&](int32_t n, int32_t oy, int32_t ox) {
    float* out = output + g.output_offset(n, oy, ox);
    for (int32_t o = 0; o < g.out_channels; ++o) {
      const int32_t first_channel = o / outputs_per_group * g.filter_channels;
      float sum = 0;
      ForEachTap(g, n, oy, ox, [&](int32_t i, int32_t j, int64_t pixel) {
        const float* in = input + pixel + first_channel;
        const float* w = filter + ((static_cast<int64_t>(o) * g.y.filter + i) * g.x.filter + j) *
                                      g.filter_channels;
        for (int32_t c = 0; c < g.filter_channels; ++c) sum = std::fma(in[c], w[c], sum);
      });
      out[o] = std::clamp(sum + (bias != nullptr ? bias[o] : 0.0F), clamp.min, clamp.max);
    }
  });
}

// The types of a quantized convolution: 8-bit activations gather in int32, 16-bit ones in int64.
template <class CodeType, class WeightType, class SumType>
struct ConvTypes {
  using Code = CodeType;
  using Weight = WeightType;
  using Sum = SumType;  // of the bias too
  static int32_t Finish(const OutputStage& stage, Sum sum, int32_t channel) {
    if constexpr (std::is_same_v<Sum, int64_t>) {
      return stage.ApplyWide(sum, static_cast<size_t>(channel));
    } else {
      return stage.Apply(sum, static_cast<size_t>(channel));
    }
  }
};
using ConvInt8 = ConvTypes<int8_t, int8_t, int32_t>;
using ConvUInt8 = ConvTypes<uint8_t, uint8_t, int32_t>;
using ConvInt16 = ConvTypes<int16_t, int8_t, int64_t>;

template <class Types>
void ConvQuantized(const ConvGeometry& g, const OutputStage& stage, int32_t input_zero_point,
                   int32_t weight_zero_point, const KernelArgs& args) {
  using Code = typename Types::Code;
  using Weight = typename Types::Weight;
  using Sum = typename Types::Sum;
  const auto* input = args.in<Code>(0);
  const auto* filter = args.in<Weight>(1);
  const auto* bias = args.in<Sum>(2);
  auto* output = args.out<Code>(0);
  const int32_t groups = g.in_channels / g.filter_channels;
  const int32_t outputs_per_group = g.out_channels / groups;
  ForEachPosition(g, [&](int32_t n, int32_t oy, int32_t ox) {
    Code* out = output + g.output_offset(n, oy, ox);
    for (int32_t o = 0; o < g.out_channels; ++o) {
      const int32_t first_channel = o / outputs_per_group * g.filter_channels;
      Sum sum = bias != nullptr ? bias[o] : 0;
      ForEachTap(g, n, oy, ox, [&](int32_t i, int32_t j, int64_t pixel) {
        const Code* in = input + pixel + first_channel;
        const Weight* w = filter + ((static_cast<int64_t>(o) * g.y.filter + i) * g.x.filter + j) *
                                       g.filter_channels;
        for (int32_t c = 0; c < g.filter_channels; ++c) {
          sum += (in[c] - input_zero_point) * (w[c] - weight_zero_point);
        }
      });
      out[o] = static_cast<Code>(Types::Finish(stage, sum, o));
    }
  });
}

void DepthwiseFloat(const ConvGeometry& g, FloatRange clamp, const KernelArgs& args) {
  const auto* input = args.in<float>(0);
  const auto* filter = args.in<float>(1);
  const auto* bias = args.in<float>(2);
  auto* output = args.out<float>(0);
  const int32_t depth_multiplier = g.out_channels / g.in_channels;
  ForEachPosition(g, [&](int32_t n, int32_t oy, int32_t ox) {
    float* out = output + g.output_offset(n, oy, ox);
    std::fill_n(out, g.out_channels, 0.0F);
    ForEachTap(g, n, oy, ox, [&](int32_t i, int32_t j, int64_t pixel) {
      const float* w = filter + (static_cast<int64_t>(i) * g.x.filter + j) * g.out_channels;
      for (int32_t o = 0; o < g.out_channels; ++o) {
        out[o] = std::fma(input[pixel + o / depth_multiplier], w[o], out[o]);
      }
    });
    for (int32_t o = 0; o < g.out_channels; ++o) {
      out[o] = std::clamp(out[o] + (bias != nullptr ? bias[o] : 0.0F), clamp.min, clamp.max);
    }
  });
}

template <class Types>
void DepthwiseQuantized(const ConvGeometry& g, const OutputStage& stage, int32_t input_zero_point,
                        int32_t weight_zero_point, const KernelArgs& args) {
  using Code = typename Types::Code;
  using Weight = typename Types::Weight;
  using Sum = typename Types::Sum;
  const auto* input = args.in<Code>(0);
  const auto* filter = args.in<Weight>(1);
  const auto* bias = args.in<Sum>(2);
  auto* output = args.out<Code>(0);
  auto* sums = reinterpret_cast<Sum*>(args.scratch);  // [out_channels]
  const int32_t depth_multiplier = g.out_channels / g.in_channels;
  ForEachPosition(g, [&](int32_t n, int32_t oy, int32_t ox) {
    for (int32_t o = 0; o < g.out_channels; ++o) sums[o] = bias != nullptr ? bias[o] : 0;
    ForEachTap(g, n, oy, ox, [&](int32_t i, int32_t j, int64_t pixel) {
      const Weight* w = filter + (static_cast<int64_t>(i) * g.x.filter + j) * g.out_channels;
      for (int32_t o = 0; o < g.out_channels; ++o) {
        sums[o] +=
            (input[pixel + o / depth_multiplier] - input_zero_point) * (w[o] - weight_zero_point);
      }
    });
    Code* out = output + g.output_offset(n, oy, ox);
    for (int32_t o = 0; o < g.out_channels; ++o) {
      out[o] = static_cast<Code>(Types::Finish(stage, sums[o], o));
    }
  });
}

Result<ConvGeometry> MakeGeometry(PrepareContext& context, const ConvOptions& options,
                                  bool depthwise) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 3, 1));
  const Shape& in = context.input_shape(0);
  const Shape& filter = context.input_shape(1);
  if (in.rank() != 4 || filter.rank() != 4) {
    return PrepareContext::Malformed("input " + in.ToString() + " and filter " + filter.ToString() +
                                     " must both have rank 4");
  }
  ConvGeometry g;
  g.batches = in.dim(0);
  g.in_channels = in.dim(3);
  g.out_channels = depthwise ? filter.dim(3) : filter.dim(0);
  g.filter_channels = depthwise ? 1 : filter.dim(3);
  if (g.in_channels < 1 || g.filter_channels < 1 || g.out_channels < 1) {
    return PrepareContext::Malformed("filter " + filter.ToString() + " and input " + in.ToString() +
                                     " must have channels");
  }
  const bool channels_fit = depthwise
                                ? filter.dim(0) == 1 && g.out_channels % g.in_channels == 0
                                : g.in_channels % g.filter_channels == 0 &&
                                      g.out_channels % (g.in_channels / g.filter_channels) == 0;
  if (!channels_fit) {
    return PrepareContext::Malformed("filter " + filter.ToString() + " does not fit input " +
                                     in.ToString());
  }
  QG_ASSIGN_OR_RETURN(g.y, MakeWindowAxis(in.dim(1), filter.dim(1), options.stride_h,
                                          options.dilation_h, options.padding));
  QG_ASSIGN_OR_RETURN(g.x, MakeWindowAxis(in.dim(2), filter.dim(2), options.stride_w,
                                          options.dilation_w, options.padding));
  QG_ASSIGN_OR_RETURN(const Shape out,
                      Shape::Make(std::array{g.batches, g.y.output, g.x.output, g.out_channels}));
  context.SetOutputShape(0, out);
  return g;
}

template <class Types>
Result<Kernel> PrepareQuantizedConv(PrepareContext& context, const ConvGeometry& g,
                                    Activation activation, bool depthwise) {
  using Sum = typename Types::Sum;
  QG_RETURN_IF_ERROR(CheckBias(context, 2, g.out_channels, DTypeOf<Sum>::value));
  const Profile& profile = context.profile();
  const ScaleProduct product =
      std::is_same_v<Types, ConvUInt8> ? ScaleProduct::kFloatFirst : ScaleProduct::kDouble;
  QG_ASSIGN_OR_RETURN(
      OutputStage stage,
      MakeOutputStage(context, depthwise ? 3 : 0, g.out_channels, activation, product,
                      depthwise ? profile.depthwise_rounding : profile.gemm_rounding));
  if (XnnpackTakesLayer(context, {})) {
    UseFloatScales(context.input(0), context.input(1), context.output(0), activation, stage);
  }
  const int32_t input_zero_point = context.input(0).quant.zero_point();
  const int32_t weight_zero_point = context.input(1).quant.zero_point();
  context.Publish(ConvSpec{depthwise, g, {}, {stage, input_zero_point, weight_zero_point}});
  if (!depthwise) {
    return Kernel([=](const KernelArgs& args) {
      ConvQuantized<Types>(g, stage, input_zero_point, weight_zero_point, args);
    });
  }
  context.RequestScratch(static_cast<size_t>(g.out_channels) * sizeof(Sum));
  return Kernel([=](const KernelArgs& args) {
    DepthwiseQuantized<Types>(g, stage, input_zero_point, weight_zero_point, args);
  });
}

Result<Kernel> PrepareConvolution(PrepareContext& context, const ConvOptions& options,
                                  bool depthwise) {
  QG_RETURN_IF_ERROR(CheckActivation(options.activation));
  QG_ASSIGN_OR_RETURN(const ConvGeometry g, MakeGeometry(context, options, depthwise));
  const DType dtype = context.input(0).dtype;
  const DType weights = dtype == DType::kInt16 ? DType::kInt8 : dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  if (dtype == DType::kFloat32 && context.input(1).dtype == DType::kInt8) {
    return PrepareHybridConv(context, g, options.activation, depthwise);
  }
  if (context.input(1).dtype != weights) return UnsupportedTypes(context);
  switch (dtype) {
    case DType::kFloat32: {
      QG_RETURN_IF_ERROR(CheckBias(context, 2, g.out_channels, DType::kFloat32));
      const FloatRange clamp = ActivationRange(options.activation);
      context.Publish(ConvSpec{depthwise, g, clamp, {}});
      if (depthwise) {
        return Kernel([=](const KernelArgs& args) { DepthwiseFloat(g, clamp, args); });
      }
      return Kernel([=](const KernelArgs& args) { ConvFloat(g, clamp, args); });
    }
    case DType::kInt8:
      return PrepareQuantizedConv<ConvInt8>(context, g, options.activation, depthwise);
    case DType::kUInt8:
      return PrepareQuantizedConv<ConvUInt8>(context, g, options.activation, depthwise);
    case DType::kInt16:
      return PrepareQuantizedConv<ConvInt16>(context, g, options.activation, depthwise);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace

Result<Kernel> PrepareConv2D(PrepareContext& context) {
  return PrepareConvolution(context, ParseOptions<schema::Conv2DOptionsT>(context.node()), false);
}

Result<Kernel> PrepareDepthwiseConv2D(PrepareContext& context) {
  return PrepareConvolution(context, ParseOptions<schema::DepthwiseConv2DOptionsT>(context.node()),
                            true);
}

}  // namespace quantgate
