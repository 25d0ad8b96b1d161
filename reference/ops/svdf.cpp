// SVDF: a dense layer over an input and the inputs before it, its weights a sum of `rank` products
// of one vector over the input (feature) and one over time. Each filter remembers the last `memory`
// feature sums; of input [batches, inputs]:
//
//   state[f] <- shifted by one, the last one  sum_i feature[f, i] in[i]
//   out[u] = act(bias[u] + sum_{f in unit u} sum_t time[f, t] state[f, t])
//
// In codes (int8 input and features, int16 time and state):
//
//   last state = clamp16(R(sum feature (q - z_in), s_in s_feature / s_state))
//   out = clamp(R(bias + sum time state, s_state s_time / s_out) + z_out)               (eq. 29)
#include <algorithm>

#include "reference/model/op_options.h"
#include "reference/numeric/fixed_point.h"
#include "reference/ops/float_activation.h"
#include "reference/ops/float_matrix.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

constexpr size_t kFeature = 1;
constexpr size_t kTime = 2;
constexpr size_t kBias = 3;
constexpr size_t kState = 4;

struct SvdfGeometry {
  int32_t batches = 0;
  int32_t inputs = 0;
  int32_t filters = 0;
  int32_t memory = 0;
  int32_t rank = 1;

  [[nodiscard]] int32_t units() const { return filters / rank; }
};

// The filters' states of one batch row, each moved on by one step; the last place is stale.
template <class T>
T* Shifted(const SvdfGeometry& g, const KernelArgs& args, int32_t batch) {
  const int64_t size = int64_t{g.filters} * g.memory;
  T* state = args.state<T>(kState) + batch * size;
  for (int32_t f = 0; f < g.filters; ++f) {
    T* of_filter = state + int64_t{f} * g.memory;
    std::copy(of_filter + 1, of_filter + g.memory, of_filter);
  }
  return state;
}

struct FloatSvdf {
  SvdfGeometry g;
  FloatMatrix feature;
  std::vector<float> time;  // of int8 time weights; empty: read the input
  int activation = 0;

  void Run(const KernelArgs& args) const {
    auto* sums = reinterpret_cast<float*>(args.scratch);
    auto* codes = reinterpret_cast<int8_t*>(sums + g.filters);
    const float* weights = time.empty() ? args.in<float>(kTime) : time.data();
    const auto* bias = args.in<float>(kBias);
    for (int32_t batch = 0; batch < g.batches; ++batch) {
      float* state = Shifted<float>(g, args, batch);
      std::fill_n(sums, g.filters, 0.0F);
      feature.Accumulate(args, args.in<float>(0) + int64_t{batch} * g.inputs, sums, codes);
      for (int32_t f = 0; f < g.filters; ++f) {
        const int64_t begin = int64_t{f} * g.memory;
        state[begin + g.memory - 1] = sums[f];
        sums[f] = 0;
        for (int64_t t = begin; t < begin + g.memory; ++t) sums[f] += weights[t] * state[t];
      }
      args.TellState(kState, state, int64_t{g.filters} * g.memory);
      for (int32_t u = 0; u < g.units(); ++u) {
        float sum = bias != nullptr ? bias[u] : 0.0F;
        for (int32_t r = 0; r < g.rank; ++r) sum += sums[u * g.rank + r];
        args.out<float>(0)[int64_t{batch} * g.units() + u] = ApplyStepActivation(activation, sum);
      }
    }
  }
};

struct IntegerSvdf {
  SvdfGeometry g;
  RoundingMode rounding = RoundingMode::kDoubleTiesAway;
  int32_t input_zero_point = 0;
  int32_t output_zero_point = 0;
  FixedMultiplier to_state;
  FixedMultiplier to_output;

  [[nodiscard]] int16_t FeatureSum(const KernelArgs& args, int32_t batch, int32_t filter) const {
    const int8_t* in = args.in<int8_t>(0) + int64_t{batch} * g.inputs;
    const int8_t* weights = args.in<int8_t>(kFeature) + int64_t{filter} * g.inputs;
    int32_t sum = 0;
    for (int32_t i = 0; i < g.inputs; ++i) sum += weights[i] * (in[i] - input_zero_point);
    const int32_t code = MultiplyByFixed(sum, to_state, rounding);
    return static_cast<int16_t>(std::clamp<int32_t>(code, INT16_MIN, INT16_MAX));
  }

  void Run(const KernelArgs& args) const {
    const auto* bias = args.in<int32_t>(kBias);
    const auto* time = args.in<int16_t>(kTime);
    for (int32_t batch = 0; batch < g.batches; ++batch) {
      int16_t* state = Shifted<int16_t>(g, args, batch);
      for (int32_t f = 0; f < g.filters; ++f) {
        state[int64_t{f + 1} * g.memory - 1] = FeatureSum(args, batch, f);
      }
      const int64_t span = int64_t{g.rank} * g.memory;  // states of one unit
      for (int32_t u = 0; u < g.units(); ++u) {
        int32_t sum = bias != nullptr ? bias[u] : 0;
        for (int64_t t = u * span; t < (u + 1) * span; ++t) sum += time[t] * state[t];
        const int32_t code = MultiplyByFixed(sum, to_output, rounding) + output_zero_point;
        args.out<int8_t>(0)[int64_t{batch} * g.units() + u] =
            static_cast<int8_t>(std::clamp(code, -128, 127));
      }
    }
  }
};

Result<SvdfGeometry> MakeGeometry(PrepareContext& context, int32_t rank) {
  const Shape& in = context.input_shape(0);
  const Shape& feature = context.input_shape(kFeature);
  const Shape& time = context.input_shape(kTime);
  if (in.rank() != 2 || feature.rank() != 2 || time.rank() != 2 || rank < 1 ||
      feature.dim(0) % rank != 0 || time.dim(1) < 1) {
    return PrepareContext::Malformed("input " + in.ToString() + ", features " + feature.ToString() +
                                     ", time weights " + time.ToString() + " and rank " +
                                     std::to_string(rank) + " do not fit");
  }
  const SvdfGeometry g{in.dim(0), in.dim(1), feature.dim(0), time.dim(1), rank};
  QG_RETURN_IF_ERROR(CheckMatrix(context, kFeature, g.filters, g.inputs));
  QG_RETURN_IF_ERROR(CheckMatrix(context, kTime, g.filters, g.memory));
  if (context.has_input(kBias)) QG_RETURN_IF_ERROR(CheckVector(context, kBias, g.units()));
  QG_RETURN_IF_ERROR(CheckState(context, kState, int64_t{g.batches} * g.filters * g.memory));
  QG_ASSIGN_OR_RETURN(const Shape shape, Shape::Make(std::vector<int32_t>{g.batches, g.units()}));
  context.SetOutputShape(0, shape);
  return g;
}

bool HasTypes(const PrepareContext& context, DType bias, DType state, DType output) {
  return (!context.has_input(kBias) || context.input(kBias).dtype == bias) &&
         context.input(kState).dtype == state && context.output(0).dtype == output;
}

Result<Kernel> PrepareFloat(PrepareContext& context, const SvdfGeometry& g, int activation,
                            bool asymmetric) {
  QG_RETURN_IF_ERROR(CheckStepActivation(activation));
  if (!HasTypes(context, DType::kFloat32, DType::kFloat32, DType::kFloat32)) {
    return UnsupportedTypes(context);
  }
  FloatSvdf op{g, {}, {}, activation};
  QG_ASSIGN_OR_RETURN(op.feature,
                      MakeFloatMatrix(context, kFeature, g.filters, g.inputs, asymmetric));
  const TensorInfo& time = context.input(kTime);
  if (time.dtype == DType::kInt8 && !context.input_constant(kTime).empty()) {
    QG_RETURN_IF_ERROR(CheckPerTensor(time));
    for (const std::byte code : context.input_constant(kTime)) {
      op.time.push_back(static_cast<float>(static_cast<int8_t>(code)) * time.quant.scale());
    }
  } else if (time.dtype != DType::kFloat32) {
    return UnsupportedTypes(context);
  }
  context.RequestScratch(static_cast<size_t>(g.filters) * sizeof(float) +
                         static_cast<size_t>(g.inputs));
  return Kernel([op](const KernelArgs& args) { op.Run(args); });
}

Result<Kernel> PrepareInteger(PrepareContext& context, const SvdfGeometry& g,
                              Activation activation) {
  if (context.input(kFeature).dtype != DType::kInt8 ||
      context.input(kTime).dtype != DType::kInt16 ||
      !HasTypes(context, DType::kInt32, DType::kInt16, DType::kInt8)) {
    return UnsupportedTypes(context);
  }
  if (activation != Activation::kRelu) {
    return PrepareContext::Unsupported("int8 SVDF with an activation other than RELU");
  }
  for (const size_t input : {size_t{0}, kFeature, kTime, kState}) {
    QG_RETURN_IF_ERROR(CheckPerTensor(context.input(input)));
  }
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const auto scale = [&](size_t input) { return context.input(input).quant.scale(); };
  IntegerSvdf op;
  op.g = g;
  op.rounding = context.profile().elementwise_rounding;
  op.input_zero_point = context.input(0).quant.zero_point();
  op.output_zero_point = context.output(0).quant.zero_point();
  op.to_state = ToFixedMultiplier(scale(0) * scale(kFeature) / scale(kState));
  op.to_output = ToFixedMultiplier(scale(kState) * scale(kTime) / context.output(0).quant.scale());
  return Kernel([op](const KernelArgs& args) { op.Run(args); });
}

}  // namespace

Result<Kernel> PrepareSvdf(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 5, 1));
  const auto options = OptionsOrDefault<schema::SVDFOptionsT>(context.node());
  QG_ASSIGN_OR_RETURN(const SvdfGeometry g, MakeGeometry(context, options.rank));
  const auto activation = static_cast<int>(options.fused_activation_function);
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return PrepareFloat(context, g, activation, options.asymmetric_quantize_inputs);
    case DType::kInt8: return PrepareInteger(context, g, static_cast<Activation>(activation));
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
