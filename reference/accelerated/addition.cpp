// ADD and SUB of equal shapes: floats, and codes (eq. 10).
#include <algorithm>
#include <cmath>
#include <optional>

#include "reference/accelerated/requant_table.h"
#include "reference/accelerated/rows.h"
#include "reference/ops/binary_spec.h"

namespace quantgate::accelerated {
namespace {

constexpr int64_t kLargestCode = 255;  // by magnitude, zero point subtracted or not

// The rescaling of numbers up to `bound`, themselves shifted left by `headroom_bits` before.
std::optional<AddConstants::Rescale> MakeRescale(FixedMultiplier multiplier, RoundingMode rounding,
                                                 int headroom_bits, int64_t bound) {
  const HighForm form = MakeHighForm(multiplier, rounding, bound << headroom_bits);
  if (!form.exact) return std::nullopt;
  return AddConstants::Rescale{form.multiplier, form.shift, form.left + headroom_bits, form.add,
                               form.sign};
}

// With R a multiplier's real number and h the headroom,
//   (x_a - z_a) 2^h R_a R_out +- (x_b - z_b) 2^h R_b R_out
// is what eq. 10 computes but for its roundings: those of the inputs cost at most one each (a half
// by each of two roundings), times R_out; the output's first rounding a half of what the second one
// sees as 2^-right. The floats' own roundings, of the three constants and of two fused products,
// are of numbers up to the sum of all terms' magnitudes and cost 2^-24 of it at most, five times.
AddEstimate EstimateOf(const QuantizedBinary& op) {
  const double out = ToReal(op.out);
  const double a = std::ldexp(ToReal(op.a) * out, op.headroom_bits);
  const double b =
      std::ldexp(ToReal(op.b) * out, op.headroom_bits) * (op.kind == BinaryKind::kSub ? -1 : 1);
  const double offset = -a * op.zero_point_a - b * op.zero_point_b;
  const double magnitude = 2.0 * kLargestCode * (std::abs(a) + std::abs(b));
  const double error =
      2 * out + std::ldexp(0.5, std::min(op.out.shift, 0)) + std::ldexp(5 * magnitude, -24);
  // One value in ten would be near a tie. Also keeps the estimates far below 2^22, where floats
  // begin to have no fraction.
  constexpr double kWorthIt = 0.05;
  if (error > kWorthIt) return {};
  return {static_cast<float>(a), static_cast<float>(b), static_cast<float>(offset),
          static_cast<float>(0.5 - error)};
}

AcceleratedKernel OfFloats(const BinarySpec& spec, int64_t count, const SimdKernels& simd) {
  return {[subtract = spec.kind == BinaryKind::kSub, clamp = spec.clamp, count,
           &simd](const KernelArgs& args) {
            simd.add_floats(args.in<float>(0), args.in<float>(1), count, subtract, clamp,
                            args.out<float>(0));
          },
          0};
}

Offer OfCodes(const QuantizedBinary& op, bool is_signed, int64_t count, const SimdKernels& simd) {
  const auto a = MakeRescale(op.a, op.rounding, op.headroom_bits, kLargestCode);
  const auto b = MakeRescale(op.b, op.rounding, op.headroom_bits, kLargestCode);
  // Both inputs are scaled by at most a half.
  const auto out = MakeRescale(op.out, op.rounding, 0, (kLargestCode << op.headroom_bits) + 2);
  if (!a || !b || !out) return std::nullopt;
  const AddConstants constants{.a = *a,
                               .b = *b,
                               .out = *out,
                               .estimate = simd.fused_floats ? EstimateOf(op) : AddEstimate{},
                               .zero_point_a = op.zero_point_a,
                               .zero_point_b = op.zero_point_b,
                               .zero_point_out = op.zero_point_out,
                               .min = op.clamp.min,
                               .max = op.clamp.max,
                               .subtract = op.kind == BinaryKind::kSub,
                               .is_signed = is_signed};
  return AcceleratedKernel{[constants, count, &simd](const KernelArgs& args) {
                             simd.add_codes(args.in<std::byte>(0), args.in<std::byte>(1), count,
                                            constants, args.out<std::byte>(0));
                           },
                           0};
}

}  // namespace

Offer TryAddition(const PrepareContext& context, const SimdKernels& simd) {
  const auto* spec = context.spec<BinarySpec>();
  if (spec == nullptr || context.input_shape(0) != context.input_shape(1)) return std::nullopt;
  const int64_t count = context.output_shape(0).num_elements();
  switch (context.input(0).dtype) {
    case DType::kFloat32: return OfFloats(*spec, count, simd);
    case DType::kInt8: return OfCodes(spec->quantized, true, count, simd);
    case DType::kUInt8: return OfCodes(spec->quantized, false, count, simd);
    default: return std::nullopt;
  }
}

}  // namespace quantgate::accelerated
