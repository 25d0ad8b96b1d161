#include "harness/comparison/error_stats.h"

#include <algorithm>
#include <cmath>

#include "reference/core/check.h"

namespace quantgate {

void ErrorStats::Update(std::span<const float> reference, std::span<const float> variant,
                        const Bounds* bounds) {
  QG_CHECK_EQ(reference.size(), variant.size());
  ++samples_;
  bounded_ = bounds != nullptr;
  for (size_t i = 0; i < reference.size(); ++i) {
    const double r = reference[i];
    const double v = variant[i];
    if (!std::isfinite(r) || !std::isfinite(v)) {
      ++non_finite_;
      continue;
    }
    const double e = v - r;
    reference_min_ = values_ == 0 ? r : std::min(reference_min_, r);
    reference_max_ = values_ == 0 ? r : std::max(reference_max_, r);
    ++values_;
    sum_error_ += e;
    sum_error2_ += e * e;
    sum_reference2_ += r * r;
    sum_variant2_ += v * v;
    sum_product_ += r * v;
    max_abs_error_ = std::max(max_abs_error_, std::abs(e));
    if (bounds != nullptr) {
      clipped_low_ += r < bounds->low - bounds->half_step ? 1 : 0;
      clipped_high_ += r > bounds->high + bounds->half_step ? 1 : 0;
    }
  }
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
  sum_reference2_ += other.sum_reference2_;
  sum_variant2_ += other.sum_variant2_;
  sum_product_ += other.sum_product_;
  max_abs_error_ = std::max(max_abs_error_, other.max_abs_error_);
  bounded_ = other.bounded_;
  for (size_t i = 0; i < code_seen_.size(); ++i) {
    if (other.code_seen_[i]) code_seen_[i] = true;
  }
}

void ErrorStats::Finish(TensorError& error, int32_t first_code) const {
  error.samples = samples_;
  error.non_finite = non_finite_;
  if (!code_seen_.empty()) {
    const auto used = std::count(code_seen_.begin(), code_seen_.end(), true);
    error.codes_total = static_cast<int64_t>(code_seen_.size());
    error.codes_used = used;
    if (used > 0) {
      const auto first = std::find(code_seen_.begin(), code_seen_.end(), true);
      const auto last = std::find(code_seen_.rbegin(), code_seen_.rend(), true);
      error.code_min = first_code + (first - code_seen_.begin());
      error.code_max = first_code + (code_seen_.rend() - last) - 1;
    }
  }
  if (values_ == 0) return;
  const auto n = static_cast<double>(values_);
  error.mean_error = sum_error_ / n;
  error.mse = sum_error2_ / n;
  error.max_abs_error = max_abs_error_;
  error.reference_min = reference_min_;
  error.reference_max = reference_max_;
  if (error.scale && *error.scale > 0) error.rmse_per_scale = std::sqrt(error.mse) / *error.scale;
  if (sum_reference2_ > 0 && sum_error2_ > 0) {
    error.sqnr_db = 10.0 * std::log10(sum_reference2_ / sum_error2_);
  }
  if (sum_reference2_ > 0 && sum_variant2_ > 0) {
    error.cosine = sum_product_ / std::sqrt(sum_reference2_ * sum_variant2_);
  }
  if (bounded_) {
    error.clipped_low_share = static_cast<double>(clipped_low_) / n;
    error.clipped_high_share = static_cast<double>(clipped_high_) / n;
  }
}

}  // namespace quantgate
