#include "harness/comparison/error_stats.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/core/check.h"
#include "reference/numeric/affine.h"

namespace quantgate {

namespace {

// A full-scale sine in codes of b bits has an SQNR of 6.02 b + 1.76 dB.
constexpr double kDbABit = 6.02;
constexpr double kDbOfASine = 1.76;
// A variance below this share of the mean square is what rounding of the sums leaves of none.
constexpr double kNoise = 1e-12;

// Marks of codes as a report tells them.
void TellCodes(const CodeSet& codes, int32_t first_code, TensorError& error) {
  error.codes_total = codes.total();
  int64_t used = 0;
  for (int64_t i = 0; i < codes.total(); ++i) {
    if (!codes.Contains(i)) continue;
    if (used++ == 0) error.code_min = first_code + i;
    error.code_max = first_code + i;
  }
  error.codes_used = used;
}

}  // namespace

void ErrorStats::Update(const ReferenceTensor& reference, std::span<const float> variant,
                        const Bounds* bounds) {
  QG_CHECK_EQ(reference.reals().size(), variant.size());
  ++samples_;
  bounded_ = bounds != nullptr;
  if (variant.empty()) return;
  const ErrorSums sums = reference.SumErrorsOf(variant);
  if (sums.finite) return Add(reference, sums, bounds);
  AddFinite(reference.reals(), variant, bounds);
}

template <class Code>
void ErrorStats::UpdateCodes(const ReferenceTensor& reference, std::span<const Code> codes,
                             CodeScale scale, const Bounds& bounds) {
  QG_CHECK_EQ(reference.reals().size(), codes.size());
  ++samples_;
  bounded_ = true;
  MarkCodes(codes);
  if (codes.empty()) return;
  const ErrorSums sums = reference.SumErrorsOf(codes, scale);
  if (sums.finite) return Add(reference, sums, &bounds);
  std::vector<float> reals;
  for (const Code code : codes) reals.push_back(Dequantize(code, scale.scale, scale.zero_point));
  AddFinite(reference.reals(), reals, &bounds);
}
template void ErrorStats::UpdateCodes(const ReferenceTensor&, std::span<const int8_t>, CodeScale,
                                      const Bounds&);
template void ErrorStats::UpdateCodes(const ReferenceTensor&, std::span<const uint8_t>, CodeScale,
                                      const Bounds&);

// Pairs of which either is not finite are counted and otherwise left out.
void ErrorStats::AddFinite(std::span<const float> reference, std::span<const float> variant,
                           const Bounds* bounds) {
  std::vector<float> finite_reference;
  std::vector<float> finite_variant;
  for (size_t i = 0; i < reference.size(); ++i) {
    if (!std::isfinite(reference[i]) || !std::isfinite(variant[i])) continue;
    finite_reference.push_back(reference[i]);
    finite_variant.push_back(variant[i]);
  }
  non_finite_ += static_cast<int64_t>(reference.size() - finite_reference.size());
  if (finite_reference.empty()) return;
  const ReferenceTensor finite(finite_reference);
  ErrorSums sums = finite.SumErrorsOf(finite_variant);
  for (size_t i = 0; !sums.finite && i < finite_variant.size(); ++i) {
    // A difference of floats may leave their range.
    const double e =
        static_cast<double>(finite_variant[i]) - static_cast<double>(finite_reference[i]);
    sums.max_abs_error = i == 0 ? std::abs(e) : std::max(sums.max_abs_error, std::abs(e));
  }
  Add(finite, sums, bounds);
}

void ErrorStats::Add(const ReferenceTensor& reference, const ErrorSums& sums,
                     const Bounds* bounds) {
  const bool first = values_ == 0;
  const ReferenceSums& of = reference.sums();
  reference_min_ = first ? of.min : std::min(reference_min_, of.min);
  reference_max_ = first ? of.max : std::max(reference_max_, of.max);
  values_ += static_cast<int64_t>(reference.reals().size());
  sum_error_ += sums.error;
  sum_error2_ += sums.error2;
  sum_reference_ += of.sum;
  sum_reference2_ += of.sum2;
  sum_variant_ += sums.variant;
  sum_variant2_ += sums.variant2;
  max_abs_error_ = std::max(max_abs_error_, sums.max_abs_error);
  sum_of_maxima_ += sums.max_abs_error;
  if (bounds == nullptr) return;
  const ClipLimits limits{bounds->low, bounds->high, bounds->half_step};
  if (of.min >= limits.low - limits.tolerance && of.max <= limits.high + limits.tolerance) return;
  Add(CountClipped(reference.reals(), limits));
}

void ErrorStats::Add(const Clipped& clipped) {
  clipped_.below += clipped.below;
  clipped_.above += clipped.above;
  clipped_.excess2 += clipped.excess2;
}

void ErrorStats::Merge(const ErrorStats& other) {
  if (other.samples_ == 0) return;
  if (other.values_ > 0) {
    const bool first = values_ == 0;
    reference_min_ = first ? other.reference_min_ : std::min(reference_min_, other.reference_min_);
    reference_max_ = first ? other.reference_max_ : std::max(reference_max_, other.reference_max_);
  }
  samples_ += other.samples_;
  values_ += other.values_;
  non_finite_ += other.non_finite_;
  Add(other.clipped_);
  sum_error_ += other.sum_error_;
  sum_error2_ += other.sum_error2_;
  sum_reference_ += other.sum_reference_;
  sum_reference2_ += other.sum_reference2_;
  sum_variant_ += other.sum_variant_;
  sum_variant2_ += other.sum_variant2_;
  max_abs_error_ = std::max(max_abs_error_, other.max_abs_error_);
  sum_of_maxima_ += other.sum_of_maxima_;
  bounded_ = other.bounded_;
  codes_.Merge(other.codes_);
}

void ErrorStats::Finish(TensorError& error, int32_t first_code) const {
  error.samples = samples_;
  error.non_finite = non_finite_;
  if (codes_.total() > 0) TellCodes(codes_, first_code, error);
  if (values_ == 0) return;
  const auto n = static_cast<double>(values_);
  error.mean_error = sum_error_ / n;
  error.mse = sum_error2_ / n;
  error.error_stddev = std::sqrt(std::max(0.0, error.mse - error.mean_error * error.mean_error));
  error.max_abs_error = max_abs_error_;
  error.mean_max_abs_error = sum_of_maxima_ / static_cast<double>(samples_);
  error.reference_min = reference_min_;
  error.reference_max = reference_max_;
  if (error.scale && *error.scale > 0) error.rmse_per_scale = std::sqrt(error.mse) / *error.scale;
  if (sum_reference2_ > 0 && sum_error2_ > 0) {
    error.sqnr_db = 10.0 * std::log10(sum_reference2_ / sum_error2_);
    error.effective_bits = (*error.sqnr_db - kDbOfASine) / kDbABit;
  }
  // e^2 = r^2 + v^2 - 2 r v.
  const double sum_product = (sum_reference2_ + sum_variant2_ - sum_error2_) / 2;
  if (sum_reference2_ > 0 && sum_variant2_ > 0) {
    error.cosine = std::clamp(sum_product / std::sqrt(sum_reference2_ * sum_variant2_), -1.0, 1.0);
  }
  // n times the covariance and the variances.
  const double covariance = sum_product - sum_reference_ * sum_variant_ / n;
  const double reference_variance = sum_reference2_ - sum_reference_ * sum_reference_ / n;
  const double variant_variance = sum_variant2_ - sum_variant_ * sum_variant_ / n;
  if (reference_variance > kNoise * sum_reference2_ && variant_variance > kNoise * sum_variant2_) {
    const double pearson = covariance / std::sqrt(reference_variance * variant_variance);
    error.pearson = std::clamp(pearson, -1.0, 1.0);
  }
  if (bounded_) {
    error.clipped_low_share = static_cast<double>(clipped_.below) / n;
    error.clipped_high_share = static_cast<double>(clipped_.above) / n;
    error.clipping_mse = clipped_.excess2 / n;
  }
}

}  // namespace quantgate
