#include "reports/output_text.h"

#include <cmath>

#include "harness/results/tensor_rows.h"
#include "reports/text_table.h"

namespace quantgate {

bool ShowsOutputErrors(const RunReport& report) {
  return !report.context.task_reason.empty() && !report.reference.auc;
}

std::string OutputSqnrText(const VariantResult& variant) {
  const TensorError* const worst = WorstOutput(variant);
  if (worst == nullptr) return "";
  const double sqnr_db = JudgedSqnrDb(*worst);
  if (std::isfinite(sqnr_db)) return FormatNumber("%.1f dB", sqnr_db);
  return sqnr_db > 0 ? "exact" : "none";
}

std::string OutputErrorText(const VariantResult& variant) {
  const TensorError* const worst = OutputOfLargestError(variant);
  if (worst == nullptr) return "";
  const double error = JudgedMaxError(*worst);
  return std::isfinite(error) ? FormatNumber("%.3g", error) : "not finite";
}

}  // namespace quantgate
