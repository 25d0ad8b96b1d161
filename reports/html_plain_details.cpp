// The layers and the samples of the plain page.
#include <algorithm>
#include <map>

#include "reports/base64.h"
#include "reports/drift_report.h"
#include "reports/html_plain_parts.h"

namespace quantgate {
namespace {

// A matrix wider than this does not fit a page; the cells off its diagonal are listed instead.
constexpr int kWidestMatrix = 24;
constexpr size_t kMostConfusedPairs = 50;

std::string RangeText(std::optional<double> low, std::optional<double> high) {
  if (!low && !high) return "–";
  return SignificantText(low) + " … " + SignificantText(high);
}

void WriteLayer(const TensorError& row, HtmlWriter& page) {
  page.Raw("<tr>").Cell(row.tensor).Cell(row.op_type).Cell(DTypeName(row.dtype));
  page.Number(FixedText(row.sqnr_db, 1)).Number(SignificantText(row.rmse_per_scale));
  page.Number(SignificantText(row.cosine, 6)).Number(SignificantText(row.mean_error));
  page.Number(SignificantText(row.max_abs_error)).Number(PercentText(row.clipped_low_share));
  page.Number(PercentText(row.clipped_high_share)).Number(PercentText(row.clipping_power_share()));
  page.Number(SignificantText(row.scale));
  page.Number(CountText(row.zero_point));
  page.Number(row.codes_used ? CountText(row.codes_used) + " of " + CountText(row.codes_total)
                             : "–");
  page.Number(RangeText(row.reference_min, row.reference_max));
  page.Number(RangeText(row.representable_min, row.representable_max));
  page.Number(SignificantText(row.oracle_max_lsb));
  page.Number(SignificantText(row.oracle_mean_lsb));
  page.Number(CountText(row.non_finite)).Raw("</tr>\n");
}

// Only the rows that differ: a model that agrees in its first half says so in the sentence.
void WriteDrift(const std::optional<DriftReport>& drift, HtmlWriter& page) {
  if (!drift) return;
  page.Element("p", DriftSentence(*drift));
  if (drift->First() == nullptr) return;
  page.OpenTable({"#Op", "Operator", "Tensor", "Type", "#Differ", "#Largest", "#Samples"});
  for (const CodeDifference& row : drift->tensors) {
    if (row.different == 0) continue;
    const double share = static_cast<double>(row.different) /
                         static_cast<double>(std::max<int64_t>(row.elements, 1));
    page.Raw("<tr>").Number(std::to_string(row.op_index)).Cell(row.op_type).Cell(row.tensor);
    page.Cell(DTypeName(row.dtype)).Number(PercentText(share, 3));
    page.Number(SignificantText(row.largest)).Number(CountText(row.samples_different));
    page.Raw("</tr>\n");
  }
  page.CloseTable();
}

void WriteUnmatched(std::string_view whose, const std::vector<std::string>& names,
                    HtmlWriter& page) {
  if (names.empty()) return;
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  page.Element("p class=soft", "Not compared, " + std::string(whose) + ": " + list);
}

int64_t CountAt(const Confusion& confusion, int label, int prediction) {
  const auto at = static_cast<size_t>(label) * static_cast<size_t>(confusion.classes) +
                  static_cast<size_t>(prediction);
  return at < confusion.counts.size() ? confusion.counts[at] : 0;
}

void WriteMatrix(const DatasetFacts& dataset, const Confusion& confusion, HtmlWriter& page) {
  page.Raw("<div class=scroll tabindex=0><table><thead><tr><th>Label ↓ Prediction →</th>");
  for (int c = 0; c < confusion.classes; ++c) {
    page.Element("th scope=col class=n", ClassText(dataset, c));
  }
  page.Raw("</tr></thead><tbody>\n");
  for (int label = 0; label < confusion.classes; ++label) {
    page.Raw("<tr>").Element("th scope=row", ClassText(dataset, label));
    for (int prediction = 0; prediction < confusion.classes; ++prediction) {
      const int64_t count = CountAt(confusion, label, prediction);
      const bool hit = label == prediction;
      page.Element(hit         ? "td class='n hit'"
                   : count > 0 ? "td class='n miss'"
                               : "td class=n",
                   count == 0 ? "" : CountText(count));
    }
    page.Raw("</tr>\n");
  }
  page.CloseTable();
}

void WriteConfusedPairs(const DatasetFacts& dataset, const Confusion& confusion, HtmlWriter& page) {
  std::multimap<int64_t, std::pair<int, int>, std::greater<>> pairs;
  for (int label = 0; label < confusion.classes; ++label) {
    for (int prediction = 0; prediction < confusion.classes; ++prediction) {
      const int64_t count = CountAt(confusion, label, prediction);
      if (label != prediction && count > 0) pairs.emplace(count, std::pair(label, prediction));
      if (pairs.size() > kMostConfusedPairs) pairs.erase(std::prev(pairs.end()));
    }
  }
  page.OpenTable({"Label", "Prediction", "#Samples"});
  for (const auto& [count, pair] : pairs) {
    page.Raw("<tr>").Cell(ClassText(dataset, pair.first)).Cell(ClassText(dataset, pair.second));
    page.Number(CountText(count)).Raw("</tr>\n");
  }
  page.CloseTable();
}

void AppendLittleEndian(uint32_t value, size_t bytes, std::vector<uint8_t>& out) {
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// A 24-bit Windows bitmap: the one picture format that needs no encoder. Rows run bottom up, each
// filled up to four bytes; pixels are blue, green, red.
std::vector<uint8_t> Bitmap(const SamplePicture& picture) {
  const auto width = static_cast<size_t>(picture.width);
  const auto height = static_cast<size_t>(picture.height);
  const auto channels = static_cast<size_t>(picture.channels);
  const size_t row_bytes = (width * 3 + 3) / 4 * 4;
  std::vector<uint8_t> out = {'B', 'M'};
  AppendLittleEndian(static_cast<uint32_t>(54 + row_bytes * height), 4, out);
  AppendLittleEndian(0, 4, out);
  AppendLittleEndian(54, 4, out);  // where the pixels start
  AppendLittleEndian(40, 4, out);  // bytes of the second header
  AppendLittleEndian(static_cast<uint32_t>(width), 4, out);
  AppendLittleEndian(static_cast<uint32_t>(height), 4, out);
  AppendLittleEndian(1, 2, out);   // planes
  AppendLittleEndian(24, 2, out);  // bits a pixel
  out.resize(54, 0);
  for (size_t y = height; y-- > 0;) {
    for (size_t x = 0; x < width; ++x) {
      const uint8_t* pixel = &picture.pixels[(y * width + x) * channels];
      for (size_t c = 3; c-- > 0;) out.push_back(pixel[channels == 3 ? c : 0]);
    }
    out.resize(54 + row_bytes * (height - y), 0);
  }
  return out;
}

bool IsDrawable(const SamplePicture& picture) {
  return picture.height > 0 && picture.width > 0 &&
         (picture.channels == 1 || picture.channels == 3) &&
         picture.pixels.size() == static_cast<size_t>(picture.height) *
                                      static_cast<size_t>(picture.width) *
                                      static_cast<size_t>(picture.channels);
}

void WritePicture(const RunReport& report, int64_t index, HtmlWriter& page) {
  const auto found =
      std::find_if(report.pictures.begin(), report.pictures.end(),
                   [&](const SamplePicture& picture) { return picture.index == index; });
  page.Raw("<td>");
  if (found != report.pictures.end() && IsDrawable(*found)) {
    page.Raw("<img alt='' src=\"data:image/bmp;base64,").Raw(EncodeBase64(Bitmap(*found)));
    page.Raw("\">");
  }
  page.Raw("</td>");
}

void WriteFlipped(const RunReport& report, const VariantResult& variant, HtmlWriter& page) {
  if (variant.flipped.empty()) return;
  page.Raw("<details><summary>").Text(CountText(static_cast<int64_t>(variant.flipped.size())));
  page.Raw(" flipped samples</summary>");
  page.OpenTable({"Picture", "#Sample", "Label", "Reference", "Variant", "#Reference margin",
                  "#Variant margin"});
  for (const FlippedSample& sample : variant.flipped) {
    page.Raw("<tr>");
    WritePicture(report, sample.index, page);
    page.Number(CountText(sample.index)).Cell(ClassText(report.dataset, sample.label));
    page.Cell(ClassText(report.dataset, sample.reference_prediction));
    page.Cell(ClassText(report.dataset, sample.variant_prediction));
    page.Number(SignificantText(sample.reference_margin));
    page.Number(SignificantText(sample.variant_margin)).Raw("</tr>\n");
  }
  page.CloseTable().Raw("</details>\n");
}

}  // namespace

// class_names may be shorter than the classes, or empty.
std::string ClassText(const DatasetFacts& dataset, int index) {
  const bool named = index >= 0 && index < static_cast<int64_t>(dataset.class_names.size());
  if (named) return dataset.class_names[static_cast<size_t>(index)];
  return index < 0 ? "–" : std::to_string(index);
}

void WriteLayers(const RunReport& report, HtmlWriter& page) {
  page.Raw(
      "<section><h2>Layers</h2><p class=soft>Each tensor against the reference model's, over all "
      "samples. RMSE is counted in steps (rounding alone gives 0.289).</p>\n");
  for (const VariantResult& variant : report.variants) {
    page.Raw("<details open><summary>").Text(variant.name).Raw("</summary>\n");
    if (!variant.error.empty()) page.Element("p class=fail", variant.error);
    if (!variant.tensors.empty()) {
      page.OpenTable({"Tensor", "Operator", "Type", "#SQNR dB", "#RMSE / scale", "#Cosine",
                      "#Mean error", "#Max error", "#Clipped low", "#Clipped high",
                      "#Clipping of MSE", "#Scale", "#Zero point", "#Codes used", "#Observed range",
                      "#Representable range", "#Oracle max lsb", "#Oracle mean lsb",
                      "#Not finite"});
      for (const TensorError& row : variant.tensors) WriteLayer(row, page);
      page.CloseTable();
    }
    WriteTensorDetails(variant, page);
    WriteDrift(variant.drift, page);
    WriteDrift(variant.profile_drift, page);
    WriteUnmatched("of the variant", variant.unmatched_tensors, page);
    WriteUnmatched("of the reference", variant.unmatched_reference_tensors, page);
    page.Raw("</details>\n");
  }
  page.Raw("</section>\n");
}

void WriteSamples(const RunReport& report, HtmlWriter& page) {
  page.Raw("<section><h2>Samples</h2>\n");
  const auto write = [&](const VariantResult& variant) {
    if (variant.confusion.classes <= 0 && variant.flipped.empty()) return;
    page.Element("h3", variant.name);
    if (variant.confusion.classes > kWidestMatrix) {
      WriteConfusedPairs(report.dataset, variant.confusion, page);
    } else if (variant.confusion.classes > 0) {
      WriteMatrix(report.dataset, variant.confusion, page);
    }
    WriteClasses(report.dataset, variant, page);
    WriteFlipped(report, variant, page);
  };
  write(report.reference);
  for (const VariantResult& variant : report.variants) write(variant);
  page.Raw("</section>\n");
}

}  // namespace quantgate
