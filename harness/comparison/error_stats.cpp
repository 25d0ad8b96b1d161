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

ClipLimits LimitsOf(const ErrorStats::Bounds* bounds) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  if (bounds == nullptr) return {-kNever, kNever};
  return {bounds->low - bounds->half_step, bounds->high + bounds->half_step};
}

}  // namespace

void ErrorStats::Update(std::span<const float> reference, std::span<const float> variant,
                        const Bounds* bounds) {
  QG_CHECK_EQ(reference.size(), variant.size());
  ++samples_;
  bounded_ = bounds != nullptr;
  if (reference.empty()) return;
  const ErrorSums sums = SumErrors(reference, variant, LimitsOf(bounds));
  if (sums.finite) return Add(sums, static_cast<int64_t>(reference.size()));
  UpdateFinite(reference, variant, LimitsOf(bounds));
}

template <class Code>
void ErrorStats::UpdateCodes(std::span<const float> reference, std::span<const Code> codes,
                             CodeScale scale, const Bounds& bounds) {
  QG_CHECK_EQ(reference.size(), codes.size());
  ++samples_;
  bounded_ = true;
  MarkCodes(codes, std::numeric_limits<Code>::min());
  if (reference.empty()) return;
  const ErrorSums sums = SumErrors(reference, codes, scale, LimitsOf(&bounds));
  if (sums.finite) return Add(sums, static_cast<int64_t>(reference.size()));
  std::vector<float> reals;
  for (const Code code : codes) reals.push_back(Dequantize(code, scale.scale, scale.zero_point));
  UpdateFinite(reference, reals, LimitsOf(&bounds));
}
template void ErrorStats::UpdateCodes(std::span<const float>, std::span<const int8_t>, CodeScale,
                                      const Bounds&);
template void ErrorStats::UpdateCodes(std::span<const float>, std::span<const uint8_t>, CodeScale,
                                      const Bounds&);

// Pairs of which either is not finite are counted and otherwise left out.
void ErrorStats::UpdateFinite(std::span<const float> reference, std::span<const float> variant,
                              ClipLimits limits) {
  std::vector<float> finite_reference;
  std::vector<float> finite_variant;
  for (size_t i = 0; i < reference.size(); ++i) {
    if (!std::isfinite(reference[i]) || !std::isfinite(variant[i])) continue;
    finite_reference.push_back(reference[i]);
    finite_variant.push_back(variant[i]);
  }
  non_finite_ += static_cast<int64_t>(reference.size() - finite_reference.size());
  if (finite_reference.empty()) return;
  Add(SumErrors(finite_reference, finite_variant, limits),
      static_cast<int64_t>(finite_reference.size()));
}

void ErrorStats::Add(const ErrorSums& sums, int64_t values) {
  const bool first = values_ == 0;
  reference_min_ = first ? sums.reference_min : std::min(reference_min_, sums.reference_min);
  reference_max_ = first ? sums.reference_max : std::max(reference_max_, sums.reference_max);
  values_ += values;
  sum_error_ += sums.error;
  sum_error2_ += sums.error2;
  sum_reference_ += sums.reference;
  sum_reference2_ += sums.reference2;
  sum_variant2_ += sums.variant2;
  sum_product_ += sums.product;
  max_abs_error_ = std::max(max_abs_error_, sums.max_abs_error);
  sum_of_maxima_ += sums.max_abs_error;
  clipped_low_ += sums.below;
  clipped_high_ += sums.above;
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
  clipped_low_ += other.clipped_low_;
  clipped_high_ += other.clipped_high_;
  sum_error_ += other.sum_error_;
  sum_error2_ += other.sum_error2_;
  sum_reference_ += other.sum_reference_;
  sum_reference2_ += other.sum_reference2_;
  sum_variant2_ += other.sum_variant2_;
  sum_product_ += other.sum_product_;
  max_abs_error_ = std::max(max_abs_error_, other.max_abs_error_);
  sum_of_maxima_ += other.sum_of_maxima_;
  bounded_ = other.bounded_;
  for (size_t i = 0; i < code_seen_.size(); ++i) {
    code_seen_[i] |= other.code_seen_[i];
  }
}

void ErrorStats::Finish(TensorError& error, int32_t first_code) const {
  error.samples = samples_;
  error.non_finite = non_finite_;
  if (!code_seen_.empty()) {
    const auto used = std::count(code_seen_.begin(), code_seen_.end(), 1);
    error.codes_total = static_cast<int64_t>(code_seen_.size());
    error.codes_used = used;
    if (used > 0) {
      const auto first = std::find(code_seen_.begin(), code_seen_.end(), 1);
      const auto last = std::find(code_seen_.rbegin(), code_seen_.rend(), 1);
      error.code_min = first_code + (first - code_seen_.begin());
      error.code_max = first_code + (code_seen_.rend() - last) - 1;
    }
  }
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
  if (sum_reference2_ > 0 && sum_variant2_ > 0) {
    error.cosine = sum_product_ / std::sqrt(sum_reference2_ * sum_variant2_);
  }
  // n times the covariance and the variances; v = r + e.
  const double sum_variant = sum_reference_ + sum_error_;
  const double covariance = sum_product_ - sum_reference_ * sum_variant / n;
  const double reference_variance = sum_reference2_ - sum_reference_ * sum_reference_ / n;
  const double variant_variance = sum_variant2_ - sum_variant * sum_variant / n;
  if (reference_variance > kNoise * sum_reference2_ && variant_variance > kNoise * sum_variant2_) {
    const double pearson = covariance / std::sqrt(reference_variance * variant_variance);
    error.pearson = std::clamp(pearson, -1.0, 1.0);
  }
  if (bounded_) {
    error.clipped_low_share = static_cast<double>(clipped_low_) / n;
    error.clipped_high_share = static_cast<double>(clipped_high_) / n;
  }
}

}  // namespace quantgate
