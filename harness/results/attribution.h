// Where a variant's loss comes from: by source and by operator. Plain data.
//
// Points are hundredths of the share of samples: of top-1 accuracy with labels, of predictions that
// differ from the reference's without; or, where the output is no classification, of the relative
// error of the first output, sqrt(sum (v - r)^2 / sum r^2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantgate {

// What a model loses against the reference on the same samples.
struct TaskLoss {
  int64_t n = 0;
  int64_t flips = 0;   // predictions that differ
  int64_t lost = 0;    // right by the reference, wrong here; 0 without labels
  int64_t gained = 0;  // the other way round
  double points = 0;   // (lost - gained) / n, or flips / n without labels, times 100
  std::optional<double> output_sqnr_db;  // of the first output; absent without error or signal
};

// One source of error on its way from the float model to the variant.
struct LossSource {
  std::string name;                      // "weights", stable
  std::string what;                      // a sentence
  double points = 0;                     // lost more than with the sources before it
  double alone_points = 0;               // lost with this source only
  double points_so_far = 0;              // lost with this source and all before it
  std::optional<double> output_sqnr_db;  // with this source and all before it
};

// An operator that both models have.
struct OpLoss {
  int reference_op = -1;
  int variant_op = -1;
  std::string op_type;
  std::string tensor;    // its first output, named in the variant
  bool integer = false;  // the variant computes it with codes
  // The reference with this operator as in the variant: what it reads is coded as well.
  TaskLoss alone;
  // The reference with this operator's weights and output as in the variant, in float arithmetic,
  // so that what it reads is not held against it.
  TaskLoss own;
  TaskLoss kept_float;          // the variant with this operator as in the reference
  double recovered_points = 0;  // of the variant's loss, by keeping the operator float
  // With the first operators of the reference in float, up to and with this one, the rest as in the
  // variant; and the other way round, from this one on.
  TaskLoss float_through;
  TaskLoss float_from;
  // The operator alone, fed the reference's activations in the variant's codes: its output against
  // the reference's.
  std::optional<double> isolated_sqnr_db;
  std::optional<double> isolated_rmse_per_scale;
  // Share of that squared error which lies where the reference is outside what codes can express.
  std::optional<double> clipping_share;
  std::optional<double> weights_sqnr_db;  // dequantized weights against the float ones
  // Samples whose prediction the variant flips and which keeping this operator float turns back;
  // and those of them that no operator before it turns back.
  int64_t unflips = 0;
  int64_t first_unflips = 0;
};

// Operators that one tensor enters and one leaves, with a join among them: a residual block.
struct GroupLoss {
  std::vector<int> ops;  // positions in `ops`
  std::string tensor;    // that leaves it, named in the variant
  TaskLoss own;          // as OpLoss has them, of all its operators together
  TaskLoss kept_float;
  double recovered_points = 0;
};

// A sample whose prediction differs from the reference's.
struct ExplainedFlip {
  int64_t sample = 0;
  int label = -1;  // -1: none
  int reference_class = -1;
  int variant_class = -1;
  double margin = 0;     // by how much the reference's answer won
  int restored_by = -1;  // position in `ops` of the first operator that turns it back; -1: none
};

inline constexpr size_t kMaxExplainedFlips = 1000;

struct Attribution {
  std::string reference;  // files as given
  std::string variant;
  std::string profile;
  bool labelled = false;
  bool classifies = true;     // false: points are of the output's relative error
  int64_t samples = 0;        // used
  int64_t samples_given = 0;  // in the dataset
  TaskLoss total;             // the variant
  std::vector<LossSource> sources;
  double interaction_points = 0;  // the total less what each source loses alone
  std::vector<OpLoss> ops;        // in the order of the reference
  std::vector<GroupLoss> groups;
  // The first kMaxExplainedFlips of the samples used, when operators were measured.
  std::vector<ExplainedFlip> flips;
  std::vector<std::string> unpaired;           // operators of the reference left out, and why
  std::vector<std::string> unmatched_tensors;  // of the variant
};

// The integer operators, the costliest first: by the larger of what keeping them float recovers and
// what they lose by themselves, then by their own noise.
std::vector<const OpLoss*> RankedByCost(const Attribution& attribution);

}  // namespace quantgate
