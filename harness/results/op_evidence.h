// What each operator of a variant does wrong by itself, measured on a few samples: plain data.
//
// Every operator is fed the reference's activations as the variant's codes express them, x. With
// r = the reference's operator on x, v = the variant's operator on x (dequantized), and w = the
// reference's operator on x with its weights rounded as well as their granularity allows, its
// result rounded to codes that span exactly what r spans, or to those it has where the spec or its
// input decides them:
//
//   own_mse = mean((v - r)^2)     ideal_mse = mean((w - r)^2)     f = step^2 / 12
//   excess_db = 10 log10((own_mse + f) / (ideal_mse + f))
//
// where step is that of the ideal codes. What an operator reads is not held against it, and what no
// quantization can avoid neither: excess_db is 0 for an operator that does as well as it can.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantgate {

// Weights of the variant, dequantized (q), against the reference's (r), by output channel.
struct WeightEvidence {
  int tensor = -1;  // in the variant
  std::string name;
  bool per_axis = false;
  // 10 log10(sum r^2 / sum (q - r)^2), and the same of weights rounded afresh, at the same
  // granularity.
  std::optional<double> sqnr_db;
  std::optional<double> ideal_sqnr_db;
  std::vector<double> correlation;       // cosine of q and r; 1 where both are zero
  std::vector<double> gain;              // sum(q r) / sum(r^2); 1 where r is zero
  std::vector<double> scale;             // of each channel
  std::vector<double> norm;              // sqrt(sum(r^2))
  std::vector<double> largest;           // max |r|
  std::vector<int> best_match;           // channel of r that each channel of q resembles most
  std::vector<double> best_correlation;  // with that one
  // Share of |q - r|'s energy that one offset added to all weights explains, and the offset.
  double offset_share = 0;
  double offset_steps = 0;
  // Cosine of q and r with axes swapped: the best rearrangement, where one beats the plain order.
  std::string rearranged;  // "height and width swapped"
  double rearranged_correlation = 0;
  double plain_correlation = 0;  // cosine over the whole tensor
  // The sum of |code - zero point| of the heaviest channel, times the largest input code distance,
  // plus the bias, over 2^31.
  double accumulator_share = 0;
};

struct BiasEvidence {
  int tensor = -1;
  std::string name;
  std::vector<double> reference;  // by channel
  std::vector<double> variant;    // in the units kernels add it in: input scale x weight scale
  std::vector<double> unit;       // of one code, by channel
  int64_t saturated = 0;          // codes at an end of the int32 range
  double stored_scale_ratio = 1;  // stored scale over input scale x weight scale, furthest from 1
};

struct OpEvidence {
  int reference_op = -1;
  int variant_op = -1;
  std::string op_type;
  std::string tensor;  // its first output, in the variant
  int tensor_index = -1;
  int64_t values = 0;  // compared
  double own_mse = 0;
  double ideal_mse = 0;
  double clipping_mse = 0;  // mean((r limited to what the variant's codes express - r)^2)
  double signal = 0;        // mean(r^2)
  double excess_db = 0;
  // Of the reference's output; the narrow ends leave 0.05 % of the values out on either side.
  double observed_min = 0;
  double observed_max = 0;
  double narrow_min = 0;
  double narrow_max = 0;
  double representable_min = 0;
  double representable_max = 0;
  double scale = 0;
  bool fixed_output = false;  // the spec fixes the output's parameters
  // By channel of the output's last axis.
  std::vector<double> channel_mean_error;  // mean(v - r)
  std::vector<double> channel_rms;         // sqrt(mean(r^2))
  std::vector<double> channel_variant_rms;
  std::optional<WeightEvidence> weights;
  std::optional<BiasEvidence> bias;
};

// What the reference answers when its input is rearranged or normalised otherwise: whether the data
// is what the model was made for.
struct InputTrial {
  std::string kind;  // "channel-order", "layout", "normalisation"
  std::string what;  // "channels reversed (RGB and BGR)"
  int64_t n = 0;
  int64_t correct = 0;
};

struct InputTrials {
  int64_t n = 0;
  int64_t correct = 0;  // as given
  std::vector<InputTrial> trials;
};

struct OpEvidenceTable {
  int64_t samples = 0;
  std::vector<OpEvidence> ops;  // integer operators with a partner, in the order they run
};

}  // namespace quantgate
