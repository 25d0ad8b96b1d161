// How one tensor of a variant differs from the tensor of the reference model it stands for, over
// all elements of all samples: plain data. With r the reference value, v the variant's real value
// (scale * (code - zero_point) when quantized) and e = v - r:
//
//   mean_error = mean(e)   mse = mean(e^2)   max_abs_error = max |e|
//   rmse_per_scale = sqrt(mse) / scale          (rounding alone gives 1/sqrt(12) = 0.289)
//   error_stddev = sqrt(mse - mean_error^2)
//   mean_max_abs_error = mean over the samples of max |e| within the sample
//   sqnr_db = 10 log10(sum r^2 / sum e^2)       cosine = sum(r v) / sqrt(sum r^2 sum v^2)
//   effective_bits = (sqnr_db - 1.76) / 6.02    (of an ideal converter with that SQNR for a sine)
//   kl_divergence = sum p ln(p / q), p and q the shares of r and v by bin of `histogram`, with half
//   a count added to each bin of either; in nats
//   pearson = cov(r, v) / sqrt(var(r) var(v)), means over all elements
//   clipped_low_share  = share of elements with r below the smallest representable value less
//                        half a step; clipped_high_share likewise above the largest.
//   clipping_mse = mean((l - r)^2), l being the representable value nearest to r, for elements that
//                  count as clipped, and 0 for the others: what of mse no code could avoid
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/results/tensor_details.h"
#include "reference/core/dtype.h"

namespace quantgate {

struct TensorError {
  std::string tensor;            // name in the variant
  std::string reference_tensor;  // name in the reference model
  int tensor_index = -1;         // in the variant
  int op_index = -1;             // operator of the variant that made it; -1 for a graph input
  std::string op_type;           // "CONV_2D"; "INPUT" for a graph input
  std::string matched_by;        // "map", "name", "weights" or "structure"
  DType dtype = DType::kFloat32;
  int64_t elements = 0;  // per sample
  int64_t samples = 0;
  std::optional<double> scale;  // per-tensor parameters, when quantized
  std::optional<int64_t> zero_point;

  double mean_error = 0;
  double error_stddev = 0;
  double max_abs_error = 0;
  double mean_max_abs_error = 0;
  double mse = 0;
  std::optional<double> rmse_per_scale;  // absent for a tensor that is not quantized
  std::optional<double> sqnr_db;         // absent when the reference or the error is all zero
  std::optional<double> effective_bits;  // with sqnr_db
  std::optional<double> cosine;          // absent when either side is all zero
  std::optional<double> kl_divergence;   // absent without a histogram
  std::optional<double> pearson;         // absent when either side is constant
  std::optional<double> clipped_low_share;
  std::optional<double> clipped_high_share;
  std::optional<double> clipping_mse;
  std::optional<int64_t> codes_used;   // different codes seen
  std::optional<int64_t> codes_total;  // codes the type has
  std::optional<int64_t> code_min;     // lowest and highest code seen
  std::optional<int64_t> code_max;
  double reference_min = 0;  // observed on the reference
  double reference_max = 0;
  std::optional<double> representable_min;  // of the variant's type and parameters
  std::optional<double> representable_max;
  // Integer kernel against the double-precision answer from the same input codes, in codes; absent
  // where it was not asked for or no oracle covers the operator.
  std::optional<double> oracle_max_lsb;
  std::optional<double> oracle_mean_lsb;
  int64_t non_finite = 0;  // NaN or infinite elements, left out of every number above
  std::optional<TensorHistogram> histogram;  // absent where nothing finite was seen
  std::optional<ChannelRanges> channels;     // of the reference's values, by its last axis
  std::optional<ChannelRanges> weights;      // of the operator's quantized weights, dequantized

  // clipping_mse over mse; absent where nothing is clipped.
  [[nodiscard]] std::optional<double> clipping_power_share() const {
    if (!clipping_mse || *clipping_mse == 0 || mse <= 0) return std::nullopt;
    return std::min(1.0, *clipping_mse / mse);
  }
  // Clipped on either side; absent as those are.
  [[nodiscard]] std::optional<double> clipped_share() const {
    if (!clipped_low_share && !clipped_high_share) return std::nullopt;
    return clipped_low_share.value_or(0) + clipped_high_share.value_or(0);
  }
};

}  // namespace quantgate
