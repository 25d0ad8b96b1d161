// What is missing and what is malicious.
#include <limits>

#include "tests/reports/sample_report.h"

namespace quantgate {

const std::vector<std::string>& HostileNames() {
  static const std::vector<std::string> names = {"</script><script>window.hacked=1</script>",
                                                 "<!--<script>",
                                                 "\"onmouseover=\"window.hacked=1\" x='",
                                                 "line\xE2\x80\xA8separator\xE2\x80\xA9here",
                                                 "\x1b[31mred\x1b[0m\x07",
                                                 "::error::annotation%0A",
                                                 "=cmd|' /C calc'!A0",
                                                 "%QUANTGATE_REPORT%",
                                                 "not utf-8 \xff\xfe",
                                                 "<img src=x onerror=window.hacked=1>",
                                                 "\xE2\x80\xAEgnp.exe"};
  return names;
}

RunReport HostileReport() {
  RunReport report;
  const std::vector<std::string>& names = HostileNames();
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  std::string all;
  for (const std::string& name : names) all += name + " ";
  report.context = {all, all, all, all, all, all};
  report.dataset = {all, all, all, 3, 2, names, all, all, kNaN, kNaN};
  report.reference.name = names[0];
  report.verdict = Verdict::kInconclusive;
  for (const std::string& name : names) {
    VariantResult variant;
    variant.name = name;
    variant.description = variant.scheme = variant.runtime = variant.profile = name;
    variant.model = {name, name, 0, 0, name};
    variant.inputs = {{name, name, name, kNaN, std::nullopt}};
    variant.verdict = Verdict::kInconclusive;
    variant.rules = {
        {name, name, kNaN, std::nullopt, name, Verdict::kInconclusive, name, kNaN, kNaN, kNaN, 12}};
    variant.classes = {{0, 3, 2, 1, 1, 0}};
    variant.baseline = BaselineComparison{name, name, false, name, 0.5, 7, std::nullopt};
    variant.unmatched_tensors = {name};
    // Edges to nowhere, to itself and to an output of two operators.
    variant.graph = {{0, -7}, {99}, {{0, name, {0, 5, -3}, {1}}, {7, name, {1, 2}, {2, 1}}}};
    TensorError row;
    row.tensor = row.reference_tensor = row.op_type = row.matched_by = name;
    row.mean_error = row.mse = row.max_abs_error = row.error_stddev = kNaN;
    row.non_finite = 5;
    row.histogram = TensorHistogram{0, kNaN, 0, {1, 0, 2}, {}};
    row.channels = ChannelRanges{name, 1'000, 1, {kNaN, 1}, {kNaN}, {}};
    row.weights = ChannelRanges{name, 0, 1, {}, {}, {kNaN}};
    variant.tensors = {row};
    variant.attribution.emplace();
    variant.attribution->variant = variant.attribution->profile = name;
    variant.attribution->sources = {{name, name, kNaN, kNaN, kNaN, std::nullopt}};
    OpLoss& op = variant.attribution->ops.emplace_back();
    op.op_type = op.tensor = name;
    op.integer = true;
    op.own.points = op.recovered_points = kNaN;
    variant.attribution->unpaired = {name};
    variant.attribution->groups.push_back({{0, 7, 99}, name, {}, {}, kNaN});
    variant.attribution->flips.push_back({3, -1, 0, 1, kNaN, 99});
    variant.flipped = {{1, 7, -1, 0, kNaN, kNaN}};
    variant.drift = DriftReport{name, name, 3, {}, 0};
    CodeDifference difference{.tensor = name, .op_type = name, .elements = 0, .different = 1};
    difference.largest = difference.first_value = kNaN;
    variant.drift->tensors = {difference};
    report.variants.push_back(variant);
    report.findings.push_back({name,
                               name,
                               Severity::kNote,
                               name,
                               name,
                               -1,
                               name,
                               {{name, kNaN, name, Direction::kNeutral, 0}},
                               name,
                               name});
  }
  report.history = {{all,
                     all,
                     all,
                     Verdict::kFail,
                     all,
                     all,
                     3,
                     {{names[0], Verdict::kPass, all, kNaN, kNaN, kNaN, 0, all, {}}}}};
  report.history.front().variants.front().tensors = {{names[0], names[0], kNaN}};
  report.repair = Repair{all, all, all, 0, {}, 7, false, all};
  report.repair->steps = {{all, all, "", kNaN, kNaN, 0, 0, kNaN, names, Verdict::kFail},
                          {names[0], all, all, 0, 0, 0, 0, 0, {}, Verdict::kInconclusive}};
  report.calibration_check.emplace();
  report.calibration_check->estimators = names;
  TensorCalibration& range = report.calibration_check->tensors.emplace_back();
  range.tensor = names[0];
  range.tensor_index = 0;
  range.estimates = {{kNaN, 1}, {2, 1}};
  report.variants.back().tensors.clear();
  report.variants.back().error = all;
  report.variants.back().verdict = Verdict::kFail;
  return report;
}

}  // namespace quantgate
