#include "reports/history_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/results/tensor_rows.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

HistoryVariant Kept(const VariantResult& variant) {
  HistoryVariant kept;
  kept.name = variant.name;
  kept.verdict = variant.verdict;
  kept.error = variant.error;
  kept.size_bytes = variant.model.size_bytes;
  kept.sha256 = variant.model.sha256;
  if (variant.accuracy.n > 0) kept.top1 = variant.accuracy.top1;
  if (variant.auc) kept.auc = variant.auc->value;
  const TensorError* const output = WorstOutput(variant);
  if (output != nullptr && std::isfinite(JudgedSqnrDb(*output))) {
    kept.output_sqnr_db = JudgedSqnrDb(*output);
  }
  for (const TensorError& row : variant.tensors) {
    kept.tensors.push_back({row.tensor, row.reference_tensor, row.sqnr_db});
  }
  return kept;
}

HistoryRun Kept(const NamedReport& named) {
  const RunReport& report = named.report;
  HistoryRun run{
      named.file,          report.context.title,  report.environment.started_utc, report.verdict,
      report.dataset.name, report.dataset.sha256, report.dataset.samples,         {}};
  for (const VariantResult& variant : report.variants) run.variants.push_back(Kept(variant));
  return run;
}

std::vector<HistoryRun> KeptOf(const std::vector<NamedReport>& reports) {
  std::vector<HistoryRun> runs;
  runs.reserve(reports.size());
  for (const NamedReport& named : reports) runs.push_back(Kept(named));
  return runs;
}

// "2024-05-01 12:00" of an ISO 8601 time.
std::string TimeText(const std::string& utc) {
  std::string text = PlainText(utc.substr(0, 16));
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text.empty() ? "-" : text;
}

std::string AccuracyCell(const HistoryVariant& variant) {
  if (variant.auc) return FormatNumber("AUC %.2f %%", 100 * *variant.auc);
  return variant.top1 ? FormatNumber("%.2f %%", 100 * *variant.top1) : "-";
}

ordered_json NumberOrNull(const std::optional<double>& number) {
  return number ? ordered_json(*number) : ordered_json();
}

bool SameSamples(const std::vector<HistoryRun>& runs) {
  return std::all_of(runs.begin(), runs.end(), [&](const HistoryRun& run) {
    return run.dataset_sha256 == runs.front().dataset_sha256;
  });
}

}  // namespace

void SortByTime(std::vector<NamedReport>& reports) {
  std::stable_sort(reports.begin(), reports.end(), [](const NamedReport& a, const NamedReport& b) {
    const std::string& x = a.report.environment.started_utc;
    const std::string& y = b.report.environment.started_utc;
    if (x.empty() || y.empty()) return !x.empty() && y.empty();
    return x < y;
  });
}

std::string HistoryText(const std::vector<NamedReport>& reports) {
  const std::vector<HistoryRun> runs = KeptOf(reports);
  std::vector<std::vector<std::string>> rows;
  for (const HistoryRun& run : runs) {
    for (const HistoryVariant& variant : run.variants) {
      const HistoryTensor* worst = LowestSqnr(variant.tensors);
      rows.push_back(
          {TimeText(run.started_utc), ElideMiddle(PlainText(run.file), 32), PlainText(variant.name),
           AccuracyCell(variant),
           variant.output_sqnr_db ? FormatNumber("%.1f dB", *variant.output_sqnr_db) : "-",
           HumanBytes(static_cast<double>(variant.size_bytes)),
           worst != nullptr ? ElideMiddle(PlainText(worst->tensor), 28) + " " +
                                  FormatNumber("%.1f dB", *worst->sqnr_db)
                            : "-",
           VerdictName(variant.verdict)});
    }
  }
  std::string text = TextTable({{"started, UTC"},
                                {"report"},
                                {"variant"},
                                {"top-1", Align::kRight},
                                {"output SQNR", Align::kRight},
                                {"size", Align::kRight},
                                {"worst layer, SQNR"},
                                {"verdict"}},
                               rows);
  if (!SameSamples(runs)) {
    text += "The runs did not use the same samples: differences of accuracy may be of the data.\n";
  }
  return text;
}

std::string HistoryJson(const std::vector<NamedReport>& reports) {
  ordered_json out = {{"schema_version", 1}, {"runs", ordered_json::array()}};
  for (const HistoryRun& run : KeptOf(reports)) {
    ordered_json variants = ordered_json::array();
    for (const HistoryVariant& variant : run.variants) {
      const HistoryTensor* worst = LowestSqnr(variant.tensors);
      variants.push_back(
          {{"name", variant.name},
           {"verdict", VerdictName(variant.verdict)},
           {"error", variant.error},
           {"top1", NumberOrNull(variant.top1)},
           {"auc", NumberOrNull(variant.auc)},
           {"output_sqnr_db", NumberOrNull(variant.output_sqnr_db)},
           {"size_bytes", variant.size_bytes},
           {"worst_tensor", worst != nullptr ? ordered_json(worst->tensor) : ordered_json()},
           {"worst_sqnr_db", worst != nullptr ? ordered_json(*worst->sqnr_db) : ordered_json()}});
    }
    out["runs"].push_back({{"file", run.file},
                           {"title", run.title},
                           {"started_utc", run.started_utc},
                           {"verdict", VerdictName(run.verdict)},
                           {"dataset", run.dataset_name},
                           {"dataset_sha256", run.dataset_sha256},
                           {"samples", run.samples},
                           {"variants", std::move(variants)}});
  }
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

RunReport WithHistory(const std::vector<NamedReport>& reports) {
  RunReport report = reports.back().report;
  for (size_t i = 0; i + 1 < reports.size(); ++i) report.history.push_back(Kept(reports[i]));
  return report;
}

}  // namespace quantgate
