// SOFTMAX along the last axis: out = exp(beta (x - max)) / sum exp(beta (x - max)).
//
// In codes there are two forms, chosen by the profile. With a table of floats (eq. 13):
//   table[d] = exp(-beta s_in d) for d = max code - code, 0..255, in float32
//   out = clamp(trunc(table[d] * (1 / (sum table * s_out)) + 0.5) + zp_out)
// In fixed point, for an output of scale 1/256 (eq. 13a), with E = ExpOnNegative of the difference
// scaled to Q5.26 and I the reciprocal of the sum of E in Q12.19:
//   out = clamp(code_min + round(E I 2^8))
// 16-bit codes have one form for all profiles (eq. 13b): exp over [-10, 0] and 1 / (1 + x) over
// [0, 1] are read from interpolated tables of 513 entries (InterpolatedTable), an output of scale
// 2^-15.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "reference/model/op_options.h"
#include "reference/numeric/fixed_exp.h"
#include "reference/numeric/fixed_point.h"
#include "reference/numeric/int_conversion.h"
#include "reference/numeric/interpolated_table.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

void SoftmaxFloat(int64_t rows, int32_t depth, float beta, const KernelArgs& args) {
  for (int64_t row = 0; row < rows; ++row) {
    const float* in = args.in<float>(0) + row * depth;
    float* out = args.out<float>(0) + row * depth;
    const float max = *std::max_element(in, in + depth);
    float sum = 0;
    for (int32_t i = 0; i < depth; ++i) {
      out[i] = std::exp((in[i] - max) * beta);
      sum += out[i];
    }
    for (int32_t i = 0; i < depth; ++i) out[i] /= sum;
  }
}

struct QuantizedSoftmax {
  int64_t rows = 0;
  int32_t depth = 0;
  float output_scale = 0;
  int32_t output_zero_point = 0;
  CodeRange codes{};
  std::array<float, 256> table{};
};

template <class Code>
void RunQuantized(const QuantizedSoftmax& op, const KernelArgs& args) {
  for (int64_t row = 0; row < op.rows; ++row) {
    const Code* in = args.in<Code>(0) + row * op.depth;
    Code* out = args.out<Code>(0) + row * op.depth;
    const int32_t max = *std::max_element(in, in + op.depth);
    float sum = 0;
    for (int32_t i = 0; i < op.depth; ++i) sum += op.table[static_cast<size_t>(max - in[i])];
    const float inverse = 1.0F / (sum * op.output_scale);
    for (int32_t i = 0; i < op.depth; ++i) {
      const float steps = op.table[static_cast<size_t>(max - in[i])] * inverse;
      const int32_t code = ToCode(steps + 0.5F, op.output_zero_point);
      out[i] = static_cast<Code>(std::clamp(code, op.codes.min, op.codes.max));
    }
  }
}

struct FixedSoftmax {
  int64_t rows = 0;
  int32_t depth = 0;
  FixedMultiplier scale{};  // codes below the maximum to Q5.26
  int32_t diff_min = 0;     // differences below it count as nothing
  CodeRange codes{};
};

// The integer bits of the scaled difference and of the sum.
constexpr int kDifferenceIntegerBits = 5;
constexpr int kSumIntegerBits = 12;

template <class Code>
void RunFixed(const FixedSoftmax& op, const KernelArgs& args) {
  const auto exp_of = [&](int32_t difference) {
    return ExpOnNegative(MultiplyByFixed(difference, op.scale, RoundingMode::kDoubleTiesAway));
  };
  for (int64_t row = 0; row < op.rows; ++row) {
    const Code* in = args.in<Code>(0) + row * op.depth;
    Code* out = args.out<Code>(0) + row * op.depth;
    const int32_t max = *std::max_element(in, in + op.depth);
    int32_t sum = 0;
    for (int32_t i = 0; i < op.depth; ++i) {
      if (in[i] - max >= op.diff_min) {
        sum += RoundingDivideByPowerOfTwo(exp_of(in[i] - max), kSumIntegerBits);
      }
    }
    const Reciprocal inverse = FixedReciprocal(sum, kSumIntegerBits);
    for (int32_t i = 0; i < op.depth; ++i) {
      int32_t code = op.codes.min;
      if (in[i] - max >= op.diff_min) {
        const int32_t share = RoundingDoublingHighMul(inverse.value_q31, exp_of(in[i] - max));
        const int exponent = inverse.bits_over_unit + 31 - 8;
        // Beyond 31, below half a code: hundreds of elements share the row.
        code += exponent > 31 ? 0 : RoundingDivideByPowerOfTwo(share, exponent);
      }
      out[i] = static_cast<Code>(std::clamp(code, op.codes.min, op.codes.max));
    }
  }
}

// Differences are scaled by beta s_in 2^26 to Q5.26; the largest that does not overflow it bounds
// what is summed.
template <class Code>
Kernel PrepareFixed(const PrepareContext& context, float beta) {
  const Shape& shape = context.input_shape(0);
  const double real =
      std::min(static_cast<double>(beta) * static_cast<double>(context.input(0).quant.scale()) *
                   static_cast<double>(1 << (31 - kDifferenceIntegerBits)),
               static_cast<double>(INT32_MAX));
  FixedSoftmax op{.rows = shape.outer_size(), .depth = shape.last_dim()};
  op.scale = ToFixedMultiplier(real);
  const double most = std::ldexp(static_cast<double>((1 << kDifferenceIntegerBits) - 1),
                                 31 - kDifferenceIntegerBits - op.scale.shift);
  op.diff_min = -static_cast<int32_t>(std::min(std::floor(most), double{INT32_MAX}));
  op.codes = CodeRangeOf(context.output(0).dtype);
  return [=](const KernelArgs& args) { RunFixed<Code>(op, args); };
}

// Of codes; floats take any.
Status CheckBeta(float beta) {
  if (std::isfinite(beta) && beta >= 0) return OkStatus();
  return PrepareContext::Malformed("beta " + std::to_string(beta) + " is negative or not finite");
}

template <class Code>
Result<Kernel> PrepareQuantized(const PrepareContext& context, float beta) {
  QG_RETURN_IF_ERROR(CheckBeta(beta));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  if (context.profile().softmax == SoftmaxForm::kFixedPoint) {
    return PrepareFixed<Code>(context, beta);
  }
  const Shape& shape = context.input_shape(0);
  QuantizedSoftmax op{.rows = shape.outer_size(), .depth = shape.last_dim()};
  op.output_scale = context.output(0).quant.scale();
  op.output_zero_point = context.output(0).quant.zero_point();
  op.codes = CodeRangeOf(context.output(0).dtype);
  const float step = -context.input(0).quant.scale() * beta;
  for (size_t d = 0; d < op.table.size(); ++d) {
    op.table[d] = std::exp(step * static_cast<float>(d));
  }
  return Kernel([=](const KernelArgs& args) { RunQuantized<Code>(op, args); });
}

struct WideSoftmax {
  int64_t rows = 0;
  int32_t depth = 0;
  FixedMultiplier scale{};  // codes below the maximum to steps of 10 / 65535
  InterpolatedTable exp;
  InterpolatedTable reciprocal;
};

void RunWide(const WideSoftmax& op, const KernelArgs& args) {
  for (int64_t row = 0; row < op.rows; ++row) {
    const int16_t* in = args.in<int16_t>(0) + row * op.depth;
    int16_t* out = args.out<int16_t>(0) + row * op.depth;
    const int32_t max = *std::max_element(in, in + op.depth);
    uint32_t sum = 0;  // of exponentials, Q16.15
    for (int32_t i = 0; i < op.depth; ++i) {
      const int32_t steps = MultiplyByFixed(in[i] - max, op.scale, RoundingMode::kDoubleTiesAway);
      // At most 0, where the scale is not so large that the product wraps.
      out[i] = op.exp.At(std::clamp(steps + INT16_MAX, int32_t{INT16_MIN}, int32_t{INT16_MAX}));
      sum += static_cast<uint32_t>(out[i]);
    }
    // sum = 2^k (1 + x) with 0 <= x < 1.
    const int zeros = std::countl_zero(sum);
    const auto normal =
        static_cast<int32_t>(((static_cast<int64_t>(sum) << zeros) + (1 << 14)) >> 15);
    constexpr int32_t kCentre = (1 << 15) + (1 << 16);
    const int16_t inverse = op.reciprocal.At(std::min(normal - kCentre, int32_t{INT16_MAX}));
    const int shift = 31 - zeros;
    for (int32_t i = 0; i < op.depth; ++i) {
      const int32_t rounded = (out[i] * inverse + (1 << (shift - 1))) >> shift;
      out[i] = static_cast<int16_t>(std::clamp<int32_t>(rounded, 0, INT16_MAX));
    }
  }
}

Result<Kernel> PrepareWide(const PrepareContext& context, float beta) {
  QG_RETURN_IF_ERROR(CheckBeta(beta));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& out = context.output(0).quant;
  if (out.zero_point() != 0 || std::abs(out.scale() - 0x1p-15F) > 0x1p-15F * 0.001F) {
    return PrepareContext::Unsupported("an int16 output of scale " + std::to_string(out.scale()) +
                                       " and zero point " + std::to_string(out.zero_point()) +
                                       ": 1/32768 and 0 are needed");
  }
  const Shape& shape = context.input_shape(0);
  constexpr double kStep = 10.0 / 65535.0;
  // The real kernel has the product in float32, and the quotient in double.
  const double scale = static_cast<double>(context.input(0).quant.scale() * beta);
  const WideSoftmax op{.rows = shape.outer_size(),
                       .depth = shape.last_dim(),
                       .scale = ToFixedMultiplier(scale / kStep),
                       .exp = InterpolatedTable([](double x) { return std::exp(x); }, -10, 0),
                       .reciprocal = InterpolatedTable([](double x) { return 1 / (1 + x); }, 0, 1)};
  return Kernel([=](const KernelArgs& args) { RunWide(op, args); });
}

}  // namespace

Result<Kernel> PrepareSoftmax(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  const Shape& shape = context.input_shape(0);
  if (shape.rank() < 1 || shape.last_dim() < 1) {
    return PrepareContext::Malformed("input " + shape.ToString() + " has no last axis to sum over");
  }
  context.SetOutputShape(0, shape);
  const auto* options = OptionsAs<schema::SoftmaxOptionsT>(context.node());
  if (options == nullptr) return PrepareContext::Malformed("no SoftmaxOptions");
  const float beta = options->beta;
  const DType dtype = context.input(0).dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  switch (dtype) {
    case DType::kFloat32: {
      const int64_t rows = shape.outer_size();
      const int32_t depth = shape.last_dim();
      return Kernel([=](const KernelArgs& args) { SoftmaxFloat(rows, depth, beta, args); });
    }
    case DType::kInt8: return PrepareQuantized<int8_t>(context, beta);
    case DType::kUInt8: return PrepareQuantized<uint8_t>(context, beta);
    case DType::kInt16: return PrepareWide(context, beta);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
