// Whether the model's input contract, real = scale * (code - zero_point), was kept.
#include <algorithm>

#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"

namespace quantgate {
namespace {

// Less than this share of the input's codes covered by the data's range is called wasteful: a bit
// and more of resolution is lost below one half; 0.75 leaves room for data that rarely reaches its
// ends.
constexpr double kWastefulCoverage = 0.75;

// Steps by which the data may stick out of the representable range before it is called clipped.
constexpr double kClipToleranceLsb = 1.5;

void LookNotQuantized(const FindingContext& context, const TensorError* input,
                      std::vector<Finding>& findings) {
  if (!input->scale || !input->code_min || !input->representable_min) return;
  if (!IsFedWrong(*input)) return;
  const double scale = *input->scale;
  const auto zero = static_cast<double>(*input->zero_point);
  // The code of a real as far as there are codes: 1 / 0.0078125 + 128 = 256 is 255 in uint8.
  const auto code_of = [&](double real) {
    return std::clamp(real, *input->representable_min, *input->representable_max) / scale + zero;
  };
  Finding finding = MakeFinding("QG001", context);
  finding.severity = SeverityByEffect(context.variant, Severity::kWarning);
  finding.tensor = input->tensor;
  finding.message =
      "The input was not quantized: it received codes " + std::to_string(*input->code_min) + ".." +
      std::to_string(*input->code_max) + " (" + std::to_string(*input->codes_used) +
      " different), where the data's reals " + FormatReal(input->reference_min) + ".." +
      FormatReal(input->reference_max) + " need codes " +
      FormatFixed(code_of(input->reference_min), 0) + ".." +
      FormatFixed(code_of(input->reference_max), 0) + "; the input is off by " +
      FormatFixed(FeedErrorLsb(*input), 1) + " steps (RMS), rounding alone gives 0.29.";
  finding.evidence = {
      {"input_rmse", FeedErrorLsb(*input), "LSB", Direction::kLowerIsBetter, input->samples},
      {"codes_used", static_cast<double>(*input->codes_used), "codes", Direction::kNeutral,
       input->samples},
      {"code_min", static_cast<double>(*input->code_min), "code", Direction::kNeutral,
       input->samples},
      {"code_max", static_cast<double>(*input->code_max), "code", Direction::kNeutral,
       input->samples}};
  finding.fix = "Feed q = clamp(round(real / " + FormatScale(scale) + ") + " +
                std::to_string(*input->zero_point) +
                ") instead of the real value cast to an integer.";
  findings.push_back(std::move(finding));
}

void LookNormalisation(const FindingContext& context, const TensorError* input,
                       std::vector<Finding>& findings) {
  if (!input->scale || !input->representable_min) return;
  const double scale = *input->scale;
  const double low = *input->representable_min;
  const double high = *input->representable_max;
  const auto [data_low, data_high] = RangeFed(context, *input);
  if (!(data_high > data_low)) return;
  const double covered = (std::min(high, data_high) - std::max(low, data_low)) / (high - low);
  const bool clips =
      data_low < low - kClipToleranceLsb * scale || data_high > high + kClipToleranceLsb * scale;
  if (covered >= kWastefulCoverage && !clips) return;
  // So far off that one normalisation is missing or done twice: a finding of its own.
  const double ratio = (high - low) / (data_high - data_low);
  if (ratio >= kLostNormalisation || ratio <= 1 / kLostNormalisation) return;
  Finding finding = MakeFinding("QG003", context);
  finding.severity =
      clips ? SeverityByEffect(context.variant, Severity::kWarning) : Severity::kWarning;
  finding.tensor = input->tensor;
  const double codes = static_cast<double>(input->codes_total.value_or(256));
  const double mean = static_cast<double>(*input->zero_point);
  const std::string contract =
      input->dtype == DType::kUInt8
          ? " (mean " + FormatReal(mean) + ", std " + FormatReal(1.0 / scale) + ")"
          : "";
  const std::string reached = clips ? FormatFixed(100 * input->clipped_share().value_or(0), 1) +
                                          " % of its values are cut off."
                                    : FormatFixed(std::max(covered, 0.0) * codes, 0) + " of " +
                                          FormatFixed(codes, 0) + " codes can be reached.";
  finding.message = "The input's normalisation is " + std::string(clips ? "wrong" : "wasteful") +
                    ": its codes express " + FormatReal(low) + ".." + FormatReal(high) + contract +
                    ", the data lies in " + FormatReal(data_low) + ".." + FormatReal(data_high) +
                    "; " + reached;
  finding.evidence = {{"range_covered", std::max(covered, 0.0), "share", Direction::kHigherIsBetter,
                       context.dataset.samples},
                      {"data_min", data_low, "", Direction::kNeutral, context.dataset.samples},
                      {"data_max", data_high, "", Direction::kNeutral, context.dataset.samples}};
  const double fit_scale = (data_high - data_low) / (codes - 1);
  finding.fix = std::string(clips ? "Normalise the data as in training, or convert" : "Convert") +
                " with an input range that fits the data";
  if (input->dtype == DType::kUInt8) {
    finding.fix += ": mean " + FormatReal(data_low == 0 ? 0.0 : -data_low / fit_scale) + ", std " +
                   FormatReal(1.0 / fit_scale) + " for this data";
  }
  finding.fix += ".";
  findings.push_back(std::move(finding));
}

}  // namespace

void LookInputNotQuantized(const FindingContext& context, std::vector<Finding>& findings) {
  for (const TensorError* input : InputRows(context.variant)) {
    LookNotQuantized(context, input, findings);
  }
}

void LookInputNormalisation(const FindingContext& context, std::vector<Finding>& findings) {
  for (const TensorError* input : InputRows(context.variant)) {
    LookNormalisation(context, input, findings);
  }
}

}  // namespace quantgate
