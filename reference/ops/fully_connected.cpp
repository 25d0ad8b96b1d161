// FULLY_CONNECTED: input flattened to [batches, depth], weights [units, depth], bias [units],
// output [batches, units] (or [..., units] with keep_num_dims).
//
//   out[b,u] = act(bias[u] + sum_d in[b,d] w[u,d])
//
// The float kernel adds one fused product after another, in the order of d, and the bias last.
#include <algorithm>
#include <cmath>
#include <type_traits>

#include "reference/model/op_options.h"
#include "reference/ops/block_dense.h"
#include "reference/ops/dense_spec.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

void DenseFloat(const DenseGeometry& g, FloatRange clamp, const KernelArgs& args) {
  const auto* bias = args.in<float>(2);
  for (int64_t b = 0; b < g.batches; ++b) {
    const float* in = args.in<float>(0) + b * g.depth;
    for (int32_t u = 0; u < g.units; ++u) {
      const float* w = args.in<float>(1) + static_cast<int64_t>(u) * g.depth;
      float sum = 0;
      for (int32_t d = 0; d < g.depth; ++d) sum = std::fma(in[d], w[d], sum);
      args.out<float>(0)[b * g.units + u] =
          std::clamp(sum + (bias != nullptr ? bias[u] : 0.0F), clamp.min, clamp.max);
    }
  }
}

template <class Code, class Weight, class Sum>
void DenseQuantized(const DenseGeometry& g, const OutputStage& stage, int32_t input_zero_point,
                    int32_t weight_zero_point, const KernelArgs& args) {
  const auto* bias = args.in<Sum>(2);
  for (int64_t b = 0; b < g.batches; ++b) {
    const Code* in = args.in<Code>(0) + b * g.depth;
    for (int32_t u = 0; u < g.units; ++u) {
      const Weight* w = args.in<Weight>(1) + static_cast<int64_t>(u) * g.depth;
      Sum sum = bias != nullptr ? bias[u] : 0;
      for (int32_t d = 0; d < g.depth; ++d) {
        sum += (in[d] - input_zero_point) * (w[d] - weight_zero_point);
      }
      int32_t code = 0;
      if constexpr (std::is_same_v<Sum, int64_t>) {
        code = stage.ApplyWide(sum, static_cast<size_t>(u));
      } else {
        code = stage.Apply(sum, static_cast<size_t>(u));
      }
      args.out<Code>(0)[b * g.units + u] = static_cast<Code>(code);
    }
  }
}

Result<DenseGeometry> MakeGeometry(PrepareContext& context, bool keep_num_dims) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 3, 1));
  const Shape& in = context.input_shape(0);
  const Shape& weights = context.input_shape(1);
  if (weights.rank() != 2 || weights.dim(1) < 1 || weights.dim(0) < 1 ||
      in.num_elements() % weights.dim(1) != 0) {
    return PrepareContext::Malformed("weights " + weights.ToString() + " do not fit input " +
                                     in.ToString());
  }
  const DenseGeometry g{in.num_elements() / weights.dim(1), weights.dim(1), weights.dim(0)};
  std::vector<int32_t> out = {static_cast<int32_t>(g.batches), g.units};
  if (keep_num_dims) {
    if (in.rank() < 1 || in.last_dim() != g.depth) {
      return PrepareContext::Malformed("keep_num_dims with input " + in.ToString() +
                                       " and weights " + weights.ToString());
    }
    out.assign(in.dims().begin(), in.dims().end());
    out.back() = g.units;
  }
  QG_ASSIGN_OR_RETURN(const Shape shape, Shape::Make(out));
  context.SetOutputShape(0, shape);
  return g;
}

template <class Code, class Weight, class Sum>
Result<Kernel> PrepareQuantized(PrepareContext& context, const DenseGeometry& g,
                                Activation activation) {
  QG_RETURN_IF_ERROR(CheckBias(context, 2, g.units, DTypeOf<Sum>::value));
  QG_ASSIGN_OR_RETURN(OutputStage stage,
                      MakeOutputStage(context, 0, g.units, activation, ScaleProduct::kFloatFirst,
                                      context.profile().gemm_rounding));
  const bool per_axis = context.profile().code_kernels == CodeKernels::kLitert;
  if (XnnpackTakesLayer(context, {.needs_bias = false, .per_axis = per_axis})) {
    UseFloatScales(context.input(0), context.input(1), context.output(0), activation, stage);
  }
  const int32_t input_zero_point = context.input(0).quant.zero_point();
  const int32_t weight_zero_point = context.input(1).quant.zero_point();
  context.Publish(DenseSpec{g, {}, {stage, input_zero_point, weight_zero_point}});
  return Kernel([=](const KernelArgs& args) {
    DenseQuantized<Code, Weight, Sum>(g, stage, input_zero_point, weight_zero_point, args);
  });
}

}  // namespace

Result<Kernel> PrepareFullyConnected(PrepareContext& context) {
  const auto options = OptionsOrDefault<schema::FullyConnectedOptionsT>(context.node());
  if (options.weights_format != schema::FullyConnectedOptionsWeightsFormat::DEFAULT) {
    return PrepareContext::Unsupported("shuffled weights");
  }
  QG_ASSIGN_OR_RETURN(const DenseGeometry g, MakeGeometry(context, options.keep_num_dims));
  const auto activation = static_cast<Activation>(options.fused_activation_function);
  QG_RETURN_IF_ERROR(CheckActivation(activation));
  const DType dtype = context.input(0).dtype;
  const DType weights = dtype == DType::kInt16 ? DType::kInt8 : dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  if (context.input(1).quant.block > 0) {
    if (dtype != DType::kFloat32) {
      return PrepareContext::Unsupported("block-wise weights with " +
                                         std::string(DTypeName(dtype)) +
                                         " activations; the kernels take float32");
    }
    return PrepareBlockDense(context, {g.batches, g.depth, g.units}, activation);
  }
  if (dtype == DType::kFloat32 && context.input(1).dtype == DType::kInt8) {
    return PrepareHybridDense(context, {g.batches, g.depth, g.units}, activation,
                              options.asymmetric_quantize_inputs);
  }
  if (context.input(1).dtype != weights) return UnsupportedTypes(context);
  switch (dtype) {
    case DType::kFloat32: {
      QG_RETURN_IF_ERROR(CheckBias(context, 2, g.units, DType::kFloat32));
      const FloatRange clamp = ActivationRange(activation);
      context.Publish(DenseSpec{g, clamp, {}});
      return Kernel([=](const KernelArgs& args) { DenseFloat(g, clamp, args); });
    }
    case DType::kInt8: return PrepareQuantized<int8_t, int8_t, int32_t>(context, g, activation);
    case DType::kUInt8: return PrepareQuantized<uint8_t, uint8_t, int32_t>(context, g, activation);
    case DType::kInt16: return PrepareQuantized<int16_t, int8_t, int64_t>(context, g, activation);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
