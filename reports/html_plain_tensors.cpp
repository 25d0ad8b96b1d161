// What tensors look like, as words and tables of the plain page.
#include <algorithm>
#include <numeric>

#include "reports/html_plain_parts.h"

namespace quantgate {
namespace {

constexpr size_t kMostBins = 16;  // of a table's row

double ShareOf(const std::vector<int64_t>& counts, size_t from, size_t to) {
  const int64_t total = std::accumulate(counts.begin(), counts.end(), int64_t{0});
  int64_t part = 0;
  for (size_t i = from; i < std::min(to, counts.size()); ++i) part += counts[i];
  return total > 0 ? static_cast<double>(part) / static_cast<double>(total) : 0;
}

// "12.3 %, 4.0 %, ..." of so many neighbouring bins each.
std::string SharesText(const std::vector<int64_t>& counts, size_t bins, size_t together) {
  std::string text;
  for (size_t from = 0; from < bins; from += together) {
    text += (from == 0 ? "" : ", ") + PercentText(ShareOf(counts, from, from + together), 1);
  }
  return text;
}

void WriteHistogram(const TensorError& row, HtmlWriter& page) {
  const TensorHistogram& histogram = *row.histogram;
  const size_t bins = std::max(histogram.reference.size(), histogram.variant.size());
  const size_t together = std::max<size_t>(1, (bins + kMostBins - 1) / kMostBins);
  page.Raw("<tr>").Cell(row.tensor).Number(SignificantText(histogram.low));
  page.Number(SignificantText(histogram.bin_width * static_cast<double>(together)));
  page.Cell(SharesText(histogram.reference, bins, together));
  page.Cell(SharesText(histogram.variant, bins, together));
  page.Number(CountText(histogram.samples)).Raw("</tr>\n");
}

// From the narrowest to the widest of the finite spans.
std::string SpanText(const std::vector<double>& low, const std::vector<double>& high) {
  std::vector<double> widths;
  for (size_t i = 0; i < std::min(low.size(), high.size()); ++i) {
    const double width = high[i] - low[i];
    if (width >= 0) widths.push_back(width);
  }
  if (widths.empty()) return "–";
  const auto [least, most] = std::minmax_element(widths.begin(), widths.end());
  return SignificantText(*least) + " … " + SignificantText(*most);
}

void WriteChannels(const TensorError& row, const ChannelRanges& ranges, std::string_view of,
                   HtmlWriter& page) {
  page.Raw("<tr>").Cell(row.tensor).Cell(of).Number(CountText(ranges.channels));
  page.Number(SpanText(ranges.min, ranges.max));
  const auto [least, most] = std::minmax_element(ranges.scale.begin(), ranges.scale.end());
  page.Number(ranges.scale.empty() ? "one for all"
                                   : SignificantText(*least) + " … " + SignificantText(*most));
  page.Raw("</tr>\n");
}

}  // namespace

void WriteTensorDetails(const VariantResult& variant, HtmlWriter& page) {
  const auto any = [&](auto has) {
    return std::any_of(variant.tensors.begin(), variant.tensors.end(), has);
  };
  if (any([](const TensorError& row) { return row.histogram.has_value(); })) {
    page.Raw("<details><summary>Histograms</summary>");
    page.OpenTable({"Tensor", "#From", "#Bin width", "Float, share of the values by bin",
                    "Quantized", "#Samples"});
    for (const TensorError& row : variant.tensors) {
      if (row.histogram) WriteHistogram(row, page);
    }
    page.CloseTable().Raw("</details>\n");
  }
  if (!any([](const TensorError& row) { return row.channels || row.weights; })) return;
  page.Raw("<details><summary>Channels</summary>");
  page.OpenTable({"Tensor", "Of", "#Channels", "#Width, narrowest … widest", "#Scales"});
  for (const TensorError& row : variant.tensors) {
    if (row.channels) WriteChannels(row, *row.channels, "activations", page);
    if (row.weights) WriteChannels(row, *row.weights, "weights", page);
  }
  page.CloseTable().Raw("</details>\n");
}

}  // namespace quantgate
