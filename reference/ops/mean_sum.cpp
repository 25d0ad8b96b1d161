// MEAN and SUM over a set of axes.
//
// In codes there are several forms of MEAN, as in TFLite. Over axes {1,2} of a rank-4 tensor with
// kept dimensions (eq. 14 and eq. 14b), n elements falling together:
//   uint8: out = clamp(R(sum, s_in / (n s_out)) + zp_out - round(zp_in s_in / s_out))
//   int8, int16: out = clamp(round(R(sum - n zp_in, s_in / s_out) / n) + zp_out)
// and otherwise, in float32 (eq. 15):
//   out = clamp(round(sum / n * s_in / s_out - zp_in * s_in / s_out) + zp_out)
// or, when input and output share their parameters, trunc(sum / n). SUM is
//   out = round(sum * s_in / s_out - n zp_in s_in / s_out) + zp_out
// without a clamp (it wraps), or the bare sum of codes when they share theirs. SUM of int16 has the
// last form alone. Integers without parameters: trunc(sum / n), in 64 bits.
#include <algorithm>
#include <cmath>

#include "reference/model/op_options.h"
#include "reference/numeric/float_requantization.h"
#include "reference/numeric/int_conversion.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/reduction.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

void MeanFloat(const Reduction& reduction, const KernelArgs& args) {
  auto* out = args.out<float>(0);
  std::fill_n(out, reduction.outputs, 0.0F);
  const auto* in = args.in<float>(0);
  reduction.ForEach([&](int64_t i, int64_t o) { out[o] += in[i]; });
  for (int64_t o = 0; o < reduction.outputs; ++o) out[o] /= static_cast<float>(reduction.count);
}

// Both forms end in a function from the int32 sum of codes to an output code.
template <class Code, class Finish>
Kernel MeanQuantized(const Reduction& reduction, const Finish& finish) {
  return [=](const KernelArgs& args) {
    auto* sums = reinterpret_cast<int32_t*>(args.scratch);
    std::fill_n(sums, reduction.outputs, 0);
    const auto* in = args.in<Code>(0);
    reduction.ForEach([&](int64_t i, int64_t o) { sums[o] += in[i]; });
    for (int64_t o = 0; o < reduction.outputs; ++o) {
      args.out<Code>(0)[o] = static_cast<Code>(finish(sums[o]));
    }
  };
}

// As the model writes them: the real runtime does not take -3 and -2 for its spatial form.
bool NamesAxesOneAndTwo(const PrepareContext& context) {
  const auto axes = ConstantIntegers(context, 1);
  return axes.ok() && (*axes == std::vector<int64_t>{1, 2} || *axes == std::vector<int64_t>{2, 1});
}

// The delegate's global pooling: rank 4, over rows and columns, kept or not.
bool XnnpackTakesMean(const PrepareContext& context, const Reduction& reduction) {
  if (reduction.input.rank() != 4 || !NamesAxesOneAndTwo(context)) return false;
  return XnnpackTakes(context, 0, 1) &&
         context.input(0).quant.scale() / context.output(0).quant.scale() < 256.0F;
}

template <class Code>
Result<Kernel> PrepareQuantized(PrepareContext& context, const Reduction& reduction,
                                bool keep_dims) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  context.RequestScratch(static_cast<size_t>(reduction.outputs) * sizeof(int32_t));
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  const CodeRange codes = CodeRangeOf(context.output(0).dtype);
  const int32_t zero_out = out.zero_point();
  const auto count = static_cast<float>(reduction.count);
  if (XnnpackTakesMean(context, reduction)) {
    const float scale = in.scale() / (out.scale() * count);
    const int32_t zero_sum = static_cast<int32_t>(reduction.count) * in.zero_point();
    return MeanQuantized<Code>(reduction, [=](int32_t sum) {
      return RequantizeFloat(sum - zero_sum, scale, zero_out, codes);
    });
  }
  const bool spatial = keep_dims && reduction.input.rank() == 4 && NamesAxesOneAndTwo(context);
  if (spatial && !std::is_same_v<Code, uint8_t>) {
    const FixedMultiplier multiplier =
        ToFixedMultiplier(static_cast<double>(in.scale()) / static_cast<double>(out.scale()));
    const auto elements = static_cast<int32_t>(reduction.count);
    const int32_t zero_sum = elements * in.zero_point();
    const RoundingMode rounding = context.profile().elementwise_rounding;
    return MeanQuantized<Code>(reduction, [=](int32_t sum) {
      const int32_t scaled = MultiplyByFixed(sum - zero_sum, multiplier, rounding);
      const int32_t half = scaled > 0 ? elements / 2 : -(elements / 2);
      return std::clamp((scaled + half) / elements + zero_out, codes.min, codes.max);
    });
  }
  if (spatial) {
    const float zero = static_cast<float>(in.zero_point()) * in.scale() / out.scale();
    const int32_t shift = ToInt32(zero > 0 ? zero + 0.5F : zero - 0.5F);
    const FixedMultiplier multiplier =
        ToFixedMultiplier(static_cast<double>(in.scale() / (count * out.scale())));
    const RoundingMode rounding = context.profile().elementwise_rounding;
    return MeanQuantized<Code>(reduction, [=](int32_t sum) {
      return std::clamp(MultiplyByFixed(sum, multiplier, rounding) + zero_out - shift, codes.min,
                        codes.max);
    });
  }
  if (in == out) {
    const auto divisor = static_cast<int32_t>(reduction.count);
    return MeanQuantized<Code>(reduction, [=](int32_t sum) { return sum / divisor; });
  }
  const float scale = in.scale() / out.scale();
  const float bias = static_cast<float>(-in.zero_point()) * scale;
  return MeanQuantized<Code>(reduction, [=](int32_t sum) {
    const float mean = static_cast<float>(sum) / count;
    const float steps = std::round(mean * scale + bias) + static_cast<float>(zero_out);
    return ToInt32(std::clamp(steps, static_cast<float>(codes.min), static_cast<float>(codes.max)));
  });
}

template <class T>
Kernel PlainMean(PrepareContext& context, const Reduction& reduction) {
  context.RequestScratch(static_cast<size_t>(reduction.outputs) * sizeof(int64_t));
  return [=](const KernelArgs& args) {
    auto* sums = reinterpret_cast<int64_t*>(args.scratch);
    std::fill_n(sums, reduction.outputs, int64_t{0});
    const auto* in = args.in<T>(0);
    reduction.ForEach([&](int64_t i, int64_t o) { sums[o] += in[i]; });
    for (int64_t o = 0; o < reduction.outputs; ++o) {
      args.out<T>(0)[o] = static_cast<T>(sums[o] / reduction.count);
    }
  };
}

template <class T>
Kernel PlainSum(const Reduction& reduction) {
  return [=](const KernelArgs& args) {
    T* out = args.out<T>(0);
    std::fill_n(out, reduction.outputs, T{0});
    reduction.ForEach(
        [&](int64_t i, int64_t o) { out[o] = static_cast<T>(out[o] + args.in<T>(0)[i]); });
  };
}

template <class Code>
Result<Kernel> PrepareQuantizedSum(PrepareContext& context, const Reduction& reduction) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  if (in == out) return PlainSum<Code>(reduction);
  context.RequestScratch(static_cast<size_t>(reduction.outputs) * sizeof(int32_t));
  const float scale = in.scale() / out.scale();
  const float bias =
      static_cast<float>(-in.zero_point()) * scale * static_cast<float>(reduction.count);
  return MeanQuantized<Code>(reduction, [=, zero_out = out.zero_point()](int32_t sum) {
    // Not clamped: a sum beyond the codes wraps, as it does in the real runtime.
    return ToCode(std::round(static_cast<float>(sum) * scale + bias), zero_out);
  });
}

}  // namespace

Result<Kernel> PrepareMean(PrepareContext& context) {
  const bool keep_dims = OptionsOrDefault<schema::ReducerOptionsT>(context.node()).keep_dims;
  QG_ASSIGN_OR_RETURN(const Reduction reduction, MakeReduction(context, keep_dims));
  if (reduction.count < 1) return PrepareContext::Malformed("mean over no elements");
  const DType dtype = context.input(0).dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  switch (dtype) {
    case DType::kFloat32:
      context.Publish(reduction);
      return Kernel([=](const KernelArgs& args) { MeanFloat(reduction, args); });
    case DType::kInt8: return PrepareQuantized<int8_t>(context, reduction, keep_dims);
    case DType::kUInt8: return PrepareQuantized<uint8_t>(context, reduction, keep_dims);
    case DType::kInt16: return PrepareQuantized<int16_t>(context, reduction, keep_dims);
    case DType::kInt32: return PlainMean<int32_t>(context, reduction);
    case DType::kInt64: return PlainMean<int64_t>(context, reduction);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareSum(PrepareContext& context) {
  const bool keep_dims = OptionsOrDefault<schema::ReducerOptionsT>(context.node()).keep_dims;
  QG_ASSIGN_OR_RETURN(const Reduction reduction, MakeReduction(context, keep_dims));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  switch (context.input(0).dtype) {
    case DType::kFloat32: return PlainSum<float>(reduction);
    case DType::kInt32: return PlainSum<int32_t>(reduction);
    case DType::kInt64: return PlainSum<int64_t>(reduction);
    case DType::kInt8: return PrepareQuantizedSum<int8_t>(context, reduction);
    case DType::kUInt8: return PrepareQuantizedSum<uint8_t>(context, reduction);
    case DType::kInt16:
      if (context.input(0).quant == context.output(0).quant) return PlainSum<int16_t>(reduction);
      return PrepareContext::Unsupported("int16 codes that are rescaled");
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
