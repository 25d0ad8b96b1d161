// The plain page's section on the calibration samples.

#include "reports/html_plain_parts.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

std::string Percent(double share) {
  return FormatNumber(share != 0 && share < 0.001 ? "%.4f %%" : "%.1f %%", 100 * share);
}

std::string Facts(const CalibrationCheck& check) {
  std::string text =
      std::to_string(check.samples) + " samples: " + CalibrationVerdictName(check.verdict) + ".";
  if (check.held_out_samples > 0) {
    text += " Held out: " + std::to_string(check.held_out_samples) + " samples, " +
            std::to_string(check.shared_samples) + " of them also calibration samples.";
  }
  return text;
}

void WriteRow(const TensorCalibration& row, HtmlWriter& page) {
  page.Raw("<tr>")
      .Cell(row.tensor)
      .Number(FormatNumber("%.4g", row.min))
      .Number(FormatNumber("%.4g", row.max));
  std::string shares;
  for (const double share : row.width_shares) {
    shares += (shares.empty() ? "" : ", ") + FormatNumber("%.0f", 100 * share);
  }
  page.Cell(shares).Number(Percent(row.widest_sample_share));
  page.Number(Percent(row.late_samples_share));
  page.Number(row.held_out_clipped_share ? Percent(*row.held_out_clipped_share) : "-");
  page.Number(std::to_string(row.non_finite)).Raw("</tr>\n");
}

// What each estimator makes of a tensor, a column an estimator.
void WriteEstimates(const CalibrationCheck& check, HtmlWriter& page) {
  if (check.estimators.empty()) return;
  page.Raw("<details><summary>Ranges by estimator</summary>");
  page.Raw("<div class=scroll tabindex=0><table><thead><tr><th>Tensor</th>");
  for (const std::string& name : check.estimators) page.Element("th class=n", name);
  page.Raw("</tr></thead><tbody>\n");
  for (const TensorCalibration& row : check.tensors) {
    page.Raw("<tr>").Cell(row.tensor);
    for (const Interval& range : row.estimates) {
      page.Number(SignificantText(range.low) + " … " + SignificantText(range.high));
    }
    page.Raw("</tr>\n");
  }
  page.CloseTable().Raw("</details>\n");
}

}  // namespace

void WriteCalibration(const CalibrationCheck& check, HtmlWriter& page) {
  page.Raw("<section><h2>Calibration</h2>\n").Element("p", Facts(check));
  for (const std::string& advice : check.advice) page.Element("p", advice);
  std::string counts;
  for (const int64_t count : check.sample_counts) {
    counts += (counts.empty() ? "" : ", ") + std::to_string(count);
  }
  page.OpenTable({"Tensor", "#Min", "#Max", "Width in % after " + counts + " samples",
                  "#Widest sample", "#Late samples beyond", "#Held-out values beyond",
                  "#Not finite"});
  for (const TensorCalibration& row : check.tensors) WriteRow(row, page);
  page.CloseTable();
  WriteEstimates(check, page);
  page.Raw(
      "<p class=soft>Widest sample: share of the width one sample is responsible for. Late samples "
      "beyond: share of the second half's samples outside the first half's range.</p></section>\n");
}

}  // namespace quantgate
