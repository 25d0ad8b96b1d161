// MAX_POOL_2D, AVERAGE_POOL_2D and L2_POOL_2D over [N,H,W,C]. Positions outside the input do not
// count.
//
//   max:     out = clamp(max over the window)
//   average: out = clamp(sum / count), in codes round(sum / count) with ties away from zero
//   L2:      out = clamp(sqrt(sum of squares / count)), in reals only
//
// Input and output share scale and zero point (the quantization spec demands it), so codes are
// compared and averaged as they are.
#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/model/op_options.h"
#include "reference/numeric/float_requantization.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/pool_spec.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

template <class T>
struct MaxOf {
  static constexpr PoolKind kKind = PoolKind::kMax;
  using Accumulator = T;
  static constexpr T kStart = std::numeric_limits<T>::lowest();
  static T Add(T accumulator, T value) { return std::max(accumulator, value); }
  static T Finish(T accumulator, int32_t /*count*/) { return accumulator; }
};

template <class T>
struct MeanOf {
  static constexpr PoolKind kKind = PoolKind::kAverage;
  using Accumulator = std::conditional_t<std::is_floating_point_v<T>, T, int32_t>;
  static constexpr Accumulator kStart = 0;
  static Accumulator Add(Accumulator accumulator, T value) {
    return static_cast<Accumulator>(accumulator + value);
  }
  static Accumulator Finish(Accumulator accumulator, int32_t count) {
    if constexpr (std::is_floating_point_v<T>) {
      return accumulator / static_cast<T>(count);
    } else {
      const int32_t half = accumulator >= 0 ? count / 2 : -(count / 2);
      return (accumulator + half) / count;
    }
  }
};

template <class T>
struct RootMeanSquareOf {
  static constexpr PoolKind kKind = PoolKind::kL2;
  using Accumulator = T;
  static constexpr T kStart = 0;
  static T Add(T accumulator, T value) { return accumulator + value * value; }
  static T Finish(T accumulator, int32_t count) {
    return std::sqrt(accumulator / static_cast<T>(count));
  }
};

template <class T, class Op, class Clamp>
void Pool(const PoolGeometry& g, Clamp low, Clamp high, const KernelArgs& args) {
  const T* input = args.in<T>(0);
  T* out = args.out<T>(0);
  for (int32_t n = 0; n < g.batches; ++n) {
    for (int32_t oy = 0; oy < g.y.output; ++oy) {
      const int32_t y0 = std::max(g.y.origin(oy), 0);
      const int32_t y1 = std::min(g.y.origin(oy) + g.y.filter, g.y.input);
      for (int32_t ox = 0; ox < g.x.output; ++ox) {
        const int32_t x0 = std::max(g.x.origin(ox), 0);
        const int32_t x1 = std::min(g.x.origin(ox) + g.x.filter, g.x.input);
        const int32_t count = (y1 - y0) * (x1 - x0);
        for (int32_t c = 0; c < g.channels; ++c) {
          typename Op::Accumulator accumulator = Op::kStart;
          for (int32_t y = y0; y < y1; ++y) {
            const T* row =
                input + (static_cast<int64_t>(n) * g.y.input + y) * g.x.input * g.channels;
            for (int32_t x = x0; x < x1; ++x) {
              accumulator = Op::Add(accumulator, row[static_cast<int64_t>(x) * g.channels + c]);
            }
          }
          const auto value = static_cast<Clamp>(Op::Finish(accumulator, count));
          *out++ = static_cast<T>(std::clamp(value, low, high));
        }
      }
    }
  }
}

Result<PoolGeometry> MakeGeometry(PrepareContext& context, const schema::Pool2DOptionsT& options) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  const Shape& in = context.input_shape(0);
  if (in.rank() != 4) {
    return PrepareContext::Malformed("input " + in.ToString() + " must have rank 4");
  }
  PoolGeometry g;
  g.batches = in.dim(0);
  g.channels = in.dim(3);
  const auto padding = static_cast<PaddingKind>(options.padding);
  QG_ASSIGN_OR_RETURN(
      g.y, MakeWindowAxis(in.dim(1), options.filter_height, options.stride_h, 1, padding));
  QG_ASSIGN_OR_RETURN(
      g.x, MakeWindowAxis(in.dim(2), options.filter_width, options.stride_w, 1, padding));
  QG_ASSIGN_OR_RETURN(const Shape out,
                      Shape::Make(std::array{g.batches, g.y.output, g.x.output, g.channels}));
  context.SetOutputShape(0, out);
  return g;
}

// TFLite allows the scales to differ by no more than 1e-6.
Status CheckSharedParams(const QuantParams& in, const QuantParams& out) {
  if (std::abs(in.scale() - out.scale()) <= 1e-6F && in.zero_point() == out.zero_point()) {
    return OkStatus();
  }
  return PrepareContext::Unsupported("input and output must share scale and zero point");
}

// The delegate wants windows without gaps between them.
bool XnnpackTakesMaxPool(const PrepareContext& context, const PoolGeometry& g) {
  return g.y.stride <= g.y.filter && g.x.stride <= g.x.filter && XnnpackTakes(context, 0, 1);
}

template <class Code, template <class> class Op>
Result<Kernel> PrepareQuantized(PrepareContext& context, const PoolGeometry& g,
                                Activation activation) {
  const TensorInfo& output = context.output(0);
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(output));
  QG_RETURN_IF_ERROR(CheckSharedParams(context.input(0).quant, output.quant));
  const float scale = output.quant.scale();
  const int32_t zero_point = output.quant.zero_point();
  CodeRange clamp = ActivationCodes(activation, scale, zero_point, output.dtype);
  if (Op<Code>::kKind == PoolKind::kMax && XnnpackTakesMaxPool(context, g)) {
    clamp = ActivationCodesTiesEven(ActivationRange(activation), scale, zero_point, output.dtype);
  }
  context.Publish(PoolSpec{Op<Code>::kKind, g, {}, clamp});
  return Kernel([=](const KernelArgs& args) {
    Pool<Code, Op<Code>, int32_t>(g, clamp.min, clamp.max, args);
  });
}

template <template <class> class Op>
Result<Kernel> PreparePool(PrepareContext& context) {
  const auto options = OptionsOrDefault<schema::Pool2DOptionsT>(context.node());
  QG_ASSIGN_OR_RETURN(const PoolGeometry g, MakeGeometry(context, options));
  const auto activation = static_cast<Activation>(options.fused_activation_function);
  QG_RETURN_IF_ERROR(CheckActivation(activation));
  const DType dtype = context.input(0).dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  switch (dtype) {
    case DType::kFloat32: {
      const FloatRange clamp = ActivationRange(activation);
      context.Publish(PoolSpec{Op<float>::kKind, g, clamp, {}});
      return Kernel([=](const KernelArgs& args) {
        Pool<float, Op<float>, float>(g, clamp.min, clamp.max, args);
      });
    }
    case DType::kInt8: return PrepareQuantized<int8_t, Op>(context, g, activation);
    case DType::kUInt8: return PrepareQuantized<uint8_t, Op>(context, g, activation);
    case DType::kInt16: return PrepareQuantized<int16_t, Op>(context, g, activation);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace

Result<Kernel> PrepareMaxPool2D(PrepareContext& context) { return PreparePool<MaxOf>(context); }

Result<Kernel> PrepareAveragePool2D(PrepareContext& context) {
  return PreparePool<MeanOf>(context);
}

Result<Kernel> PrepareL2Pool2D(PrepareContext& context) {
  if (context.num_inputs() > 0 && context.has_input(0) &&
      context.input(0).dtype != DType::kFloat32) {
    return UnsupportedTypes(context);
  }
  const auto options = OptionsOrDefault<schema::Pool2DOptionsT>(context.node());
  QG_ASSIGN_OR_RETURN(const PoolGeometry g, MakeGeometry(context, options));
  if (context.output(0).dtype != DType::kFloat32) return UnsupportedTypes(context);
  const FloatRange clamp =
      ActivationRange(static_cast<Activation>(options.fused_activation_function));
  return Kernel([=](const KernelArgs& args) {
    Pool<float, RootMeanSquareOf<float>, float>(g, clamp.min, clamp.max, args);
  });
}

}  // namespace quantgate
