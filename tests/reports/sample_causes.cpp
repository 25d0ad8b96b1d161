// The sample report's causes: findings, where the loss comes from, what repairs it.
#include "tests/reports/sample_parts.h"

namespace quantgate::sample {

std::vector<Finding> MakeFindings() {
  return {
      {"QG001",
       "input-not-quantized",
       Severity::kError,
       "uint8-input-not-quantized",
       "input",
       -1,
       "The input was not quantized: it received codes 0..1 (2 different), where the data's reals "
       "0..1 need codes 0..255; the input is off by 98.4 steps (RMS), rounding alone gives 0.29.",
       {{"input_rmse", 98.4, "LSB", Direction::kLowerIsBetter, kSamples},
        {"codes_used", 2, "codes", Direction::kNeutral, kSamples},
        {"code_max", 1, "code", Direction::kNeutral, kSamples}},
       "Feed q = clamp(round(real / 0.00392) + 0) instead of the real value cast to an integer.",
       "quantgate run configs/mnist/mnist.json --variant uint8-input-not-quantized"},
      {"QG002",
       "dummy-ranges",
       Severity::kError,
       "uint8-dummy-ranges",
       "dense2/BiasAdd",
       12,
       "9 activations share scale 0.0235 and zero point 0 (range 0..6) although they really range "
       "from 0..4.22 ('conv1/Relu') to -17.2..21.9 ('dense2/BiasAdd'): dummy ranges. 41.3 % of the "
       "values of 'dense2/BiasAdd' are clipped.",
       {{"tensors_sharing", 9, "tensors", Direction::kLowerIsBetter, 15},
        {"width_ratio", 9.27, "", Direction::kLowerIsBetter, 9},
        {"clipped_share", 0.413, "share", Direction::kLowerIsBetter, 100'000}},
       "Calibrate the ranges on real samples instead of default_ranges_min/max: `quantgate "
       "calibrate`, then `quantgate quantize`.",
       "quantgate run configs/mnist/mnist.json --variant uint8-dummy-ranges"},
      {"QG003",
       "input-normalisation",
       Severity::kWarning,
       "uint8-dummy-ranges",
       "input",
       -1,
       "The input's normalisation is wasteful: its codes express -1..0.992 (mean 128, std 128), "
       "the "
       "data lies in 0..1; 127 of 256 codes can be reached.",
       {{"range_covered", 0.498, "share", Direction::kHigherIsBetter, kSamples}},
       "Convert with an input range that fits the data: mean 0, std 255 for this data.",
       ""},
      {"QG004",
       "range-clipped",
       Severity::kNote,
       "int8-per-tensor",
       "block3/depthwise",
       6,
       "Values are clipped at 2 tensors, most at 'block3/depthwise': 0.12 % lie outside "
       "-9.21..11.2 (observed -9.4..11.3).",
       {{"clipped_low_share", 0.0004, "share", Direction::kLowerIsBetter, 15'680'000},
        {"clipped_high_share", 0.0008, "share", Direction::kLowerIsBetter, 15'680'000}},
       "Widen the range of 'block3/depthwise' to what is observed.",
       ""}};
}

// The losses of a variant in the order of its tensors, most of them at the depthwise layers.
Attribution MakeAttribution(const VariantResult& variant) {
  const double points = variant.paired->drop * 100;
  Attribution a;
  a.reference = "configs/mnist/separable.tflite";
  a.variant = variant.name + ".tflite";
  a.profile = "tflite";
  a.labelled = true;
  a.samples = 1'000;
  a.samples_given = kSamples;
  a.total = {kSamples, variant.paired->flips, variant.paired->lost, variant.paired->gained, points,
             21.4};
  const struct {
    const char* name;
    const char* what;
    double share;
    double alone;
  } sources[] = {{"input", "the input, quantized", 0.02, 0.02},
                 {"weights", "weights and biases, quantized", 0.55, 0.55},
                 {"clipping", "activations limited to what their codes express", 0.38, 0.21},
                 {"rounding", "activations rounded to their codes", 0.11, 0.08},
                 {"fixed-outputs", "outputs whose scale the spec fixes", 0, 0},
                 {"arithmetic", "integer arithmetic", -0.06, 0}};
  double so_far = 0;
  for (const auto& source : sources) {
    so_far += source.share * points;
    a.sources.push_back({source.name, source.what, source.share * points, source.alone * points,
                         so_far, 40 - 3 * static_cast<double>(a.sources.size())});
  }
  a.interaction_points = points * (1 - 0.02 - 0.55 - 0.21 - 0.08);
  for (const TensorError& row : variant.tensors) {
    if (row.op_index < 0) continue;
    OpLoss op;
    op.reference_op = op.variant_op = row.op_index;
    op.op_type = row.op_type;
    op.tensor = row.tensor;
    op.integer = true;
    const double weight = row.op_type == "DEPTHWISE_CONV_2D" ? 0.3 : 0.02;
    op.own = {1'000, 9, 7, 2, points * weight, 30};
    op.alone = {1'000, 11, 9, 2, points * weight * 1.1, 29};
    op.kept_float = {1'000, 40, 30, 5, points * (1 - weight * 0.9), 22};
    op.recovered_points = points * weight * 0.9;
    op.isolated_sqnr_db = 36 - 60 * weight;
    op.isolated_rmse_per_scale = 0.31 + weight;
    op.clipping_share = weight;
    if (row.weights) op.weights_sqnr_db = 38 - 50 * weight;
    a.ops.push_back(op);
  }
  for (size_t i = 0; i < a.ops.size(); ++i) {
    if (a.ops[i].op_type != "ADD" || i < 3) continue;
    GroupLoss& block = a.groups.emplace_back();
    for (size_t k = i - 3; k <= i; ++k) block.ops.push_back(static_cast<int>(k));
    block.tensor = a.ops[i].tensor;
    block.own = {1'000, 30, 21, 4, points * 0.35, 27};
    block.kept_float = {1'000, 24, 20, 6, points * 0.6, 25};
    block.recovered_points = points * 0.4;
  }
  for (int i = 0; i < 24; ++i) {
    const int by = i % 4 == 3 ? -1 : i % static_cast<int>(a.ops.size());
    a.flips.push_back({i * 37, i % 10, i % 10, (i + 3) % 10, 0.04 * i, by});
    if (by < 0) continue;
    OpLoss& op = a.ops[static_cast<size_t>(by)];
    ++op.first_unflips;
    op.unflips += 2;
  }
  a.unpaired = {"op 3 RELU 'conv1/bn': the variant has fused it"};
  return a;
}

Repair MakeRepair() {
  Repair repair;
  repair.reference = "configs/mnist/separable.tflite";
  repair.variant = "int8-per-tensor.tflite";
  repair.profile = "tflite";
  repair.samples = kSamples;
  repair.passes = true;
  repair.best = 4;
  repair.steps = {
      {"as-given", "the model as given", "", 0.8431, 14.71, 1'511, 104'912, 0, {}, Verdict::kFail},
      {"int8-minmax", "int8, min/max", "", 0.9781, 1.21, 140, 108'432, 0, {}, Verdict::kFail},
      {"int8-mse", "int8, MSE", "", 0.9812, 0.9, 111, 108'432, 0, {}, Verdict::kInconclusive},
      {"int8-equalized",
       "int8, equalized",
       "no pair of layers to equalize",
       0,
       0,
       0,
       0,
       0,
       {},
       Verdict::kFail},
      {"keep-1-int16x8",
       "int8 but for one layer",
       "",
       0.9889,
       0.13,
       31,
       121'008,
       0.043,
       {"block2/depthwise"},
       Verdict::kPass},
      {"keep-2-float32",
       "int8 but for two layers",
       "",
       0.9898,
       0.04,
       12,
       160'768,
       0.11,
       {"block2/depthwise", "block3/depthwise"},
       Verdict::kPass}};
  return repair;
}

}  // namespace quantgate::sample
