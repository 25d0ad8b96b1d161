// Whether the variant's weights are the reference's: the same numbers, in the same order, in the
// scale that is written beside them.
#include <algorithm>
#include <cmath>

#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"

namespace quantgate {
namespace {

// Two channels are the same weights up to rounding above this cosine (weight_errors.cpp).
constexpr double kSame = 0.9;
// A gain further from 1 is no rounding: healthy 8-bit channels stay within 0.5 %.
constexpr double kGainTolerance = 0.05;
// ... unless the channel is left with so few codes that its own rounding explains it.
constexpr double kGainDeviations = 4.0;
constexpr double kOffsetShare = 0.9;
constexpr double kOffsetSteps = 1.0;

enum class WeightDefect { kNone, kOffset, kOrder, kSwappedScales, kScale, kContent, kZeroed };

struct WeightVerdict {
  WeightDefect defect = WeightDefect::kNone;
  std::vector<size_t> channels;  // the ones affected
  std::string what;              // for the message
  std::optional<MetricValue> extra;
};

// The standard error of a channel's gain that rounding to its scale brings.
double GainNoise(const WeightEvidence& w, size_t c) {
  return w.norm[c] > 0 ? w.scale[c] / std::sqrt(12.0) / w.norm[c] : 1.0;
}

bool IsScaled(const WeightEvidence& w, size_t c) {
  return w.correlation[c] >= kSame &&
         std::abs(w.gain[c] - 1) > std::max(kGainTolerance, kGainDeviations * GainNoise(w, c));
}

// All codes zero although the largest weight is worth one.
bool IsZeroed(const WeightEvidence& w, size_t c) {
  return w.correlation[c] == 0 && w.gain[c] == 0 && w.largest[c] > 0.5 * w.scale[c];
}

// Cosine low for more than rounding's reasons: two codes a side leave 0.85.
bool IsOther(const WeightEvidence& w, size_t c) {
  return w.correlation[c] < kSame && !IsZeroed(w, c) && w.largest[c] > 2 * w.scale[c];
}

std::string ListOf(const std::vector<size_t>& channels, size_t total) {
  if (channels.size() == total && total > 1) return "all " + std::to_string(total) + " channels";
  std::string text = channels.size() == 1 ? "channel " : "channels ";
  for (size_t i = 0; i < std::min<size_t>(channels.size(), 4); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(channels[i]);
  }
  return text + (channels.size() > 4 ? ", ... (" + std::to_string(channels.size()) + ")" : "");
}

// Scales that would be right, s_c / g_c, are scales of other channels: they were mixed up.
bool AreSwapped(const WeightEvidence& w, const std::vector<size_t>& scaled) {
  if (scaled.size() < 2) return false;
  for (const size_t c : scaled) {
    const double right = w.scale[c] / w.gain[c];
    const bool found = std::any_of(scaled.begin(), scaled.end(), [&](size_t d) {
      return d != c && std::abs(w.scale[d] / right - 1) < kGainTolerance / 2;
    });
    if (!found) return false;
  }
  return true;
}

std::string GainText(const WeightEvidence& w, const std::vector<size_t>& channels) {
  const auto [low, high] = std::minmax_element(
      channels.begin(), channels.end(), [&](size_t a, size_t b) { return w.gain[a] < w.gain[b]; });
  if (w.gain[*high] - w.gain[*low] > kGainTolerance * w.gain[*high]) {
    return FormatReal(w.gain[*low]) + " to " + FormatReal(w.gain[*high]) + " times";
  }
  const double places = std::log2(w.gain[*low]);
  const bool binary = std::abs(places - std::round(places)) < 0.02;
  return FormatReal(w.gain[*low]) + " times" +
         (binary ? " (a shift by " + FormatFixed(std::round(places), 0) + " bits)" : "");
}

WeightVerdict JudgeOrder(const WeightEvidence& w, const std::vector<size_t>& other) {
  if (w.rearranged_correlation > kSame) {
    return {WeightDefect::kOrder,
            other,
            "they are the reference's read with " + w.rearranged + " (cosine " +
                FormatFixed(w.rearranged_correlation, 3) + ", as they stand " +
                FormatFixed(w.plain_correlation, 3) + ")",
            {}};
  }
  std::vector<size_t> moved;
  for (const size_t c : other) {
    if (w.best_match[c] != static_cast<int>(c) && w.best_correlation[c] > kSame) moved.push_back(c);
  }
  if (moved.size() * 2 <= other.size()) return {};
  return {WeightDefect::kOrder,
          moved,
          ListOf(moved, w.gain.size()) + " hold other channels' weights: channel " +
              std::to_string(moved[0]) + " holds those of channel " +
              std::to_string(w.best_match[moved[0]]),
          {}};
}

WeightVerdict Judge(const WeightEvidence& w) {
  if (w.offset_share > kOffsetShare && std::abs(w.offset_steps) > kOffsetSteps) {
    return {WeightDefect::kOffset,
            {},
            "all are off by " + FormatFixed(w.offset_steps, 1) + " steps",
            {}};
  }
  std::vector<size_t> scaled;
  std::vector<size_t> other;
  std::vector<size_t> zeroed;
  for (size_t c = 0; c < w.gain.size(); ++c) {
    if (IsScaled(w, c)) scaled.push_back(c);
    if (IsOther(w, c)) other.push_back(c);
    if (IsZeroed(w, c)) zeroed.push_back(c);
  }
  if (!other.empty()) {
    WeightVerdict order = JudgeOrder(w, other);
    if (order.defect != WeightDefect::kNone) return order;
    const bool negated = std::all_of(other.begin(), other.end(),
                                     [&](size_t c) { return w.correlation[c] < -kSame; });
    return {WeightDefect::kContent,
            other,
            ListOf(other, w.gain.size()) + (other.size() == 1 ? " is" : " are") +
                (negated ? " negated" : " unlike the reference's") + " (cosine " +
                FormatFixed(w.correlation[other[0]], 3) + ")",
            {}};
  }
  if (!scaled.empty()) {
    const bool swapped = AreSwapped(w, scaled);
    return {swapped ? WeightDefect::kSwappedScales : WeightDefect::kScale,
            scaled,
            ListOf(scaled, w.gain.size()) + (scaled.size() == 1 ? " is " : " are ") +
                GainText(w, scaled) + " the reference's" +
                (swapped ? "; each would be right with another's scale" : ""),
            {}};
  }
  if (!zeroed.empty()) {
    return {WeightDefect::kZeroed,
            zeroed,
            ListOf(zeroed, w.gain.size()) + (zeroed.size() == 1 ? " is" : " are") + " all zero",
            {}};
  }
  return {};
}

// Equalization scales the channels of one layer and unscales the next: layers differ and the
// answers do not.
bool LooksEqualized(const FindingContext& context) {
  constexpr double kHealthyDb = 20.0;
  if (context.variant.tensors.empty()) return false;
  const std::optional<double> output = context.variant.tensors.back().sqnr_db;
  if (LostAccuracy(context.variant) || !output || *output < kHealthyDb) return false;
  int64_t layers = 0;
  for (const OpEvidence& op : context.ops->ops) {
    if (op.weights && Judge(*op.weights).defect == WeightDefect::kScale) ++layers;
  }
  return layers >= 2;
}

void Report(const FindingContext& context, WeightDefect defect, std::string_view id,
            const std::string& fix, std::vector<Finding>& findings) {
  if (context.ops == nullptr) return;
  for (const OpEvidence& op : context.ops->ops) {
    if (!op.weights) continue;
    const WeightEvidence& w = *op.weights;
    const WeightVerdict verdict = Judge(w);
    if (verdict.defect != defect) continue;
    Finding finding = MakeFinding(id, context);
    const bool equalized = defect == WeightDefect::kScale && LooksEqualized(context);
    finding.severity = equalized ? Severity::kNote : SeverityOfDefect(context, op);
    finding.tensor = w.name;
    finding.op_index = op.variant_op;
    finding.message =
        "The weights " + TensorText(w.name) + " (" + PlaceOf(op) +
        ") are not the reference's: " + verdict.what + ". The operator's own error is " +
        FormatFixed(op.excess_db, 1) + " dB above what rounding costs" +
        (equalized ? "; several layers differ and the answer does not: equalized." : ".");
    const auto channels = static_cast<int64_t>(w.gain.size());
    finding.evidence = {
        {"excess_db", op.excess_db, "dB", Direction::kLowerIsBetter, op.values},
        {"channels_affected", static_cast<double>(verdict.channels.size()), "channels",
         Direction::kLowerIsBetter, channels},
        {"weights_cosine", w.plain_correlation, "", Direction::kHigherIsBetter, channels}};
    finding.fix = fix;
    findings.push_back(std::move(finding));
  }
}

}  // namespace

bool WeightsAreSound(const WeightEvidence& weights) {
  return Judge(weights).defect == WeightDefect::kNone;
}

void LookWeightScale(const FindingContext& context, std::vector<Finding>& findings) {
  Report(context, WeightDefect::kScale, "QG034",
         "Write scale = max|w| / 127 of the channel's float weights beside the codes.", findings);
}

void LookSwappedScales(const FindingContext& context, std::vector<Finding>& findings) {
  Report(context, WeightDefect::kSwappedScales, "QG035",
         "Put the scales in the order of the output channels; look at quantized_dimension.",
         findings);
}

void LookWeightOrder(const FindingContext& context, std::vector<Finding>& findings) {
  Report(context, WeightDefect::kOrder, "QG036",
         "Store the weights in TFLite's order: [out, h, w, in] for CONV_2D, [1, h, w, out] for "
         "DEPTHWISE_CONV_2D, [out, in] for FULLY_CONNECTED.",
         findings);
}

void LookWeightContent(const FindingContext& context, std::vector<Finding>& findings) {
  Report(context, WeightDefect::kContent, "QG037",
         "Convert again from this float model; if it was trained on, compare with the model it "
         "came from.",
         findings);
}

void LookWeightZeroPoint(const FindingContext& context, std::vector<Finding>& findings) {
  Report(context, WeightDefect::kOffset, "QG038",
         "Write the zero point the codes were made with; signed weights have zero point 0.",
         findings);
}

void LookDeadChannels(const FindingContext& context, std::vector<Finding>& findings) {
  Report(context, WeightDefect::kZeroed, "QG023",
         "Quantize the weights again; where one scale serves all channels, give each its own.",
         findings);
}

void LookAccumulatorOverflow(const FindingContext& context, std::vector<Finding>& findings) {
  if (context.ops == nullptr) return;
  for (const OpEvidence& op : context.ops->ops) {
    if (!op.weights || op.weights->accumulator_share < 1) continue;
    // A bias at the end of its type is a finding of its own.
    if (op.bias && op.bias->saturated > 0) continue;
    Finding finding = MakeFinding("QG029", context);
    finding.severity =
        op.excess_db < 3.0 ? Severity::kNote : SeverityOfLayer(context.variant, Severity::kWarning);
    finding.tensor = op.tensor;
    finding.op_index = op.variant_op;
    finding.message = "The int32 sums of " + TensorText(op.tensor) + " (" + PlaceOf(op) +
                      ") can reach " + FormatReal(op.weights->accumulator_share) +
                      " times 2^31 and overflow.";
    finding.evidence = {{"accumulator_share", op.weights->accumulator_share, "of 2^31",
                         Direction::kLowerIsBetter, static_cast<int64_t>(op.weights->gain.size())}};
    finding.fix = "Widen the weights' scale, or split the layer.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace quantgate
