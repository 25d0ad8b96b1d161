// Sums behind TensorError: what is kept while a variant's tensor is compared with the reference's,
// sample after sample. Bounded memory; parts merge in the order of the samples.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "harness/comparison/code_set.h"
#include "harness/comparison/error_sums.h"
#include "harness/results/tensor_error.h"
#include "reference/core/quant_params.h"

namespace quantgate {

// A tensor of the reference with the sums over it, made once for all variants.
class ReferenceTensor {
 public:
  ReferenceTensor() = default;
  explicit ReferenceTensor(std::span<const float> reals) : reals_(reals) {}

  [[nodiscard]] std::span<const float> reals() const { return reals_; }
  // Of at least one value.
  [[nodiscard]] const ReferenceSums& sums() const {
    if (!sums_) sums_ = SumReference(reals_);
    return *sums_;
  }
  // SumErrors against a variant's values.
  [[nodiscard]] ErrorSums SumErrorsOf(std::span<const float> variant) const {
    return SumErrors(reals_, variant);
  }
  // The same of codes; where sums() are not known yet, they come of the same pass.
  template <class Code>
  [[nodiscard]] ErrorSums SumErrorsOf(std::span<const Code> codes, CodeScale scale) const {
    return SumErrors(reals_, codes, scale, sums_ ? nullptr : &sums_.emplace());
  }

 private:
  std::span<const float> reals_;
  mutable std::optional<ReferenceSums> sums_;
};

class ErrorStats {
 public:
  // `codes_total` > 0 keeps which codes occur (256 for 8-bit types, 65536 for int16).
  explicit ErrorStats(int64_t codes_total = 0) : codes_(codes_total) {}

  // One sample: reference values and the variant's real values, as many of each. `representable`
  // bounds clipping: values outside by more than `half_step` count as clipped.
  struct Bounds {
    double low = 0;
    double high = 0;
    double half_step = 0;
  };
  void Update(const ReferenceTensor& reference, std::span<const float> variant,
              const Bounds* bounds);
  // The same from codes of type int8_t or uint8_t with one scale and zero point (at most kMostSteps
  // from any code); marks them too.
  template <class Code>
  void UpdateCodes(const ReferenceTensor& reference, std::span<const Code> codes, CodeScale scale,
                   const Bounds& bounds);
  // Marks codes as seen.
  template <class Code>
  void MarkCodes(std::span<const Code> codes) {
    codes_.Add(codes);
  }
  void Merge(const ErrorStats& other);

  // Fills the measured fields of `error`; its scale and identity are set by the caller before.
  void Finish(TensorError& error, int32_t first_code) const;

 private:
  void Add(const ReferenceTensor& reference, const ErrorSums& sums, const Bounds* bounds);
  void Add(const Clipped& clipped);
  void AddFinite(std::span<const float> reference, std::span<const float> variant,
                 const Bounds* bounds);

  int64_t samples_ = 0;
  int64_t values_ = 0;
  int64_t non_finite_ = 0;
  Clipped clipped_;
  double sum_error_ = 0;
  double sum_error2_ = 0;
  double sum_reference_ = 0;
  double sum_reference2_ = 0;
  double sum_variant_ = 0;
  double sum_variant2_ = 0;
  double max_abs_error_ = 0;
  double sum_of_maxima_ = 0;  // of |error|, one a sample
  double reference_min_ = 0;
  double reference_max_ = 0;
  bool bounded_ = false;
  CodeSet codes_;
};

}  // namespace quantgate
