#include "harness/cli/calibrate_sweep.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>

#include "harness/cli/progress.h"
#include "harness/cli/report_files.h"
#include "harness/driver/run.h"
#include "reference/core/suggest.h"
#include "reports/report_table.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

std::string Fixed(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

// The SQNR of the graph's first output; "-" when there is none.
std::string OutputSqnr(const VariantResult& variant) {
  for (const TensorError& row : variant.tensors) {
    if (!variant.outputs.empty() && row.tensor == variant.outputs.front().name && row.sqnr_db) {
      return Fixed("%.2f dB", *row.sqnr_db);
    }
  }
  return "-";
}

// The lowest and the mean SQNR of all computed tensors.
std::vector<std::string> TensorSqnr(const VariantResult& variant) {
  double sum = 0;
  double least = 0;
  int count = 0;
  for (const TensorError& row : variant.tensors) {
    if (row.op_index < 0 || !row.sqnr_db) continue;
    least = count == 0 ? *row.sqnr_db : std::min(least, *row.sqnr_db);
    sum += *row.sqnr_db;
    ++count;
  }
  if (count == 0) return {"-", "-"};
  return {Fixed("%.2f dB", sum / count), Fixed("%.2f dB", least)};
}

std::string SweepTable(const RunReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const VariantResult& variant : report.variants) {
    if (!variant.error.empty()) {
      rows.push_back({variant.name, "failed", "", "", "", "", ""});
      continue;
    }
    const bool labelled = variant.accuracy.n > 0;
    const auto sqnr = TensorSqnr(variant);
    rows.push_back({variant.name, labelled ? Fixed("%.2f %%", 100 * variant.accuracy.top1) : "-",
                    labelled && variant.paired ? Fixed("%.2f", 100 * variant.paired->drop) : "-",
                    variant.paired ? std::to_string(variant.paired->flips) : "-",
                    OutputSqnr(variant), sqnr[0], sqnr[1]});
  }
  return TextTable({{"estimator", Align::kLeft},
                    {"top-1", Align::kRight},
                    {"drop, points", Align::kRight},
                    {"flips", Align::kRight},
                    {"output SQNR", Align::kRight},
                    {"mean SQNR", Align::kRight},
                    {"lowest SQNR", Align::kRight}},
                   rows);
}

Result<RunConfig> SweepConfig(const Arguments& arguments, const CalibrationConfig& calibration,
                              const DatasetConfig& evaluation, const Preprocessing& preprocessing) {
  RunConfig config;
  config.title = "Range estimators";
  config.dataset = evaluation;
  config.preprocessing = preprocessing;
  config.calibration = calibration;
  config.reference_model = arguments.positional().front();
  const std::string scheme = arguments.Text("scheme", "int8");
  for (const EstimatorChoice& choice : SweepChoices()) {
    VariantConfig variant;
    variant.name = choice.ToString();
    // Names of variants become names of files.
    std::replace(variant.name.begin(), variant.name.end(), ':', '-');
    variant.quantize.emplace();
    variant.quantize->scheme = FindScheme(scheme);
    variant.quantize->estimator = choice;
    if (variant.quantize->scheme == nullptr) {
      return Error{.code = ErrorCode::kUsage,
                   .message = "unknown scheme '" + scheme + "'",
                   .hint = SuggestFrom(scheme, AllSchemes())};
    }
    config.variants.push_back(std::move(variant));
  }
  return config;
}

}  // namespace

Result<int> RunSweep(const Arguments& arguments, const CalibrationConfig& calibration,
                     const DatasetConfig& evaluation, const Preprocessing& preprocessing) {
  QG_ASSIGN_OR_RETURN(const RunConfig config,
                      SweepConfig(arguments, calibration, evaluation, preprocessing));
  RunOptions options;
  options.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  options.command = arguments.command_line();
  Result<RunOutcome> outcome = Error{};
  {
    ProgressBar progress(arguments.Has("quiet"));
    options.progress = [&](std::string_view phase, int64_t done, int64_t total) {
      progress.Show(phase, done, total);
    };
    outcome = Run(config, options);
  }
  if (!outcome.ok()) return outcome.error();
  const RunReport& report = outcome->report;
  const bool json = arguments.Has("json");
  if (json) std::cout << FindReport("json")->render(report);
  std::ostream& people = json ? std::cerr : std::cout;
  people << SweepTable(report);
  if (report.reference.accuracy.n > 0) {
    people << "float: " << Fixed("%.2f %%", 100 * report.reference.accuracy.top1) << " of "
           << report.dataset.samples << " samples\n";
  }
  QG_RETURN_IF_ERROR(WriteReportFlag(arguments, report, people));
  return 0;
}

}  // namespace quantgate
