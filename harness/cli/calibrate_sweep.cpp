#include "harness/cli/calibrate_sweep.h"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "harness/cli/progress.h"
#include "harness/cli/report_files.h"
#include "harness/driver/run.h"
#include "harness/results/tensor_rows.h"
#include "reference/core/suggest.h"
#include "reports/output_text.h"
#include "reports/report_table.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

// With two decimals: estimators differ by little.
std::string OutputCell(const VariantResult& variant) {
  const TensorError* const worst = WorstOutput(variant);
  if (worst == nullptr) return "-";
  const double sqnr_db = JudgedSqnrDb(*worst);
  return std::isfinite(sqnr_db) ? FormatNumber("%.2f dB", sqnr_db) : OutputSqnrText(variant);
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
  return {FormatNumber("%.2f dB", sum / count), FormatNumber("%.2f dB", least)};
}

std::string AccuracyCell(const VariantResult& variant) {
  if (variant.auc) return FormatNumber("%.2f %%", 100 * variant.auc->value);
  return variant.accuracy.n > 0 ? FormatNumber("%.2f %%", 100 * variant.accuracy.top1) : "-";
}

std::string DropCell(const VariantResult& variant) {
  if (variant.auc_drop) return FormatNumber("%.2f", 100 * variant.auc_drop->value);
  const bool labelled = variant.accuracy.n > 0 && variant.paired;
  return labelled ? FormatNumber("%.2f", 100 * variant.paired->drop) : "-";
}

std::string SweepTable(const RunReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const VariantResult& variant : report.variants) {
    if (!variant.error.empty()) {
      rows.push_back({variant.name, "failed", "", "", "", "", ""});
      continue;
    }
    const auto sqnr = TensorSqnr(variant);
    rows.push_back({variant.name, AccuracyCell(variant), DropCell(variant),
                    variant.paired ? std::to_string(variant.paired->flips) : "-",
                    OutputCell(variant), sqnr[0], sqnr[1]});
  }
  return TextTable({{"estimator", Align::kLeft},
                    {report.reference.auc ? "AUC" : "top-1", Align::kRight},
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
    people << "float: " << FormatNumber("%.2f %%", 100 * report.reference.accuracy.top1) << " of "
           << report.dataset.samples << " samples\n";
  }
  QG_RETURN_IF_ERROR(WriteReportFlag(arguments, report, people));
  return 0;
}

}  // namespace quantgate
