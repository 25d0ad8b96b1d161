// Sums behind TensorError: what is kept while a variant's tensor is compared with the reference's,
// sample after sample. Bounded memory; parts merge in the order of the samples.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "harness/comparison/error_sums.h"
#include "harness/results/tensor_error.h"
#include "reference/core/quant_params.h"

namespace quantgate {

class ErrorStats {
 public:
  // `codes_total` > 0 keeps which codes occur (256 for 8-bit types, 65536 for int16).
  explicit ErrorStats(int64_t codes_total = 0) : code_seen_(static_cast<size_t>(codes_total)) {}

  // One sample: reference values and the variant's real values, as many of each. `representable`
  // bounds clipping: values outside by more than `half_step` count as clipped.
  struct Bounds {
    double low = 0;
    double high = 0;
    double half_step = 0;
  };
  void Update(std::span<const float> reference, std::span<const float> variant,
              const Bounds* bounds);
  // The same from codes of type int8_t or uint8_t with one scale and zero point; marks them too.
  template <class Code>
  void UpdateCodes(std::span<const float> reference, std::span<const Code> codes, CodeScale scale,
                   const Bounds& bounds);
  // Marks codes as seen; `first_code` is the type's lowest. Eight equal bytes after eight others,
  // frequent after a ReLU, are passed over, and so is everything once all codes were seen.
  template <class Code>
  void MarkCodes(std::span<const Code> codes, int32_t first_code) {
    if (std::memchr(code_seen_.data(), 0, code_seen_.size()) == nullptr) return;
    constexpr size_t kAtOnce = 8 / sizeof(Code);
    uint64_t last = 0;
    size_t i = 0;
    for (; i + kAtOnce <= codes.size(); i += kAtOnce) {
      uint64_t word = 0;
      std::memcpy(&word, &codes[i], sizeof(word));
      if (i > 0 && word == last) continue;
      last = word;
      for (size_t k = 0; k < kAtOnce; ++k) Mark(codes[i + k], first_code);
    }
    for (; i < codes.size(); ++i) Mark(codes[i], first_code);
  }
  void Merge(const ErrorStats& other);

  // Fills the measured fields of `error`; its scale and identity are set by the caller before.
  void Finish(TensorError& error, int32_t first_code) const;

 private:
  void Mark(int32_t code, int32_t first_code) {
    code_seen_[static_cast<size_t>(code - first_code)] = 1;
  }
  void Add(const ErrorSums& sums, int64_t values);
  void UpdateFinite(std::span<const float> reference, std::span<const float> variant,
                    ClipLimits limits);

  int64_t samples_ = 0;
  int64_t values_ = 0;
  int64_t non_finite_ = 0;
  int64_t clipped_low_ = 0;
  int64_t clipped_high_ = 0;
  double sum_error_ = 0;
  double sum_error2_ = 0;
  double sum_reference_ = 0;
  double sum_reference2_ = 0;
  double sum_variant2_ = 0;
  double sum_product_ = 0;
  double max_abs_error_ = 0;
  double sum_of_maxima_ = 0;  // of |error|, one a sample
  double reference_min_ = 0;
  double reference_max_ = 0;
  bool bounded_ = false;
  std::vector<uint8_t> code_seen_;  // 0 or 1
};

}  // namespace quantgate
