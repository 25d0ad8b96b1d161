// What was run, and how to run it again: the last sections of the plain page.
#include "reports/html_plain_parts.h"

namespace quantgate {
namespace {

void WriteModel(const VariantResult& variant, HtmlWriter& page) {
  page.Raw("<tr><td>").Element("code", variant.name).Raw("</td>");
  page.Cell(variant.description).Cell(variant.scheme).Cell(variant.runtime).Cell(variant.profile);
  page.Cell(variant.model.quantization).Number(CountText(variant.model.operators));
  page.Cell(variant.model.path.empty() ? "made during the run" : variant.model.path);
  page.Cell(variant.model.sha256).Raw("</tr>\n");
}

void WriteEnds(const VariantResult& variant, std::string_view side,
               const std::vector<TensorParameters>& tensors, HtmlWriter& page) {
  for (const TensorParameters& tensor : tensors) {
    page.Raw("<tr>").Cell(variant.name).Cell(side).Cell(tensor.name).Cell(tensor.dtype);
    page.Cell(tensor.shape).Number(SignificantText(tensor.scale, 8));
    page.Number(CountText(tensor.zero_point)).Raw("</tr>\n");
  }
}

void WriteDataset(std::string_view heading, const DatasetFacts& data, HtmlWriter& page) {
  page.Element("h3", heading).OpenTable({"Fact", "Value"});
  page.Fact("Name", data.name).Fact("Reader", data.kind).Fact("SHA-256", data.sha256);
  page.Fact("Samples", CountText(data.samples)).Fact("Classes", CountText(data.classes));
  page.Fact("Sample shape", data.sample_shape).Fact("Preprocessing", data.preprocessing);
  page.Fact("Real values", SignificantText(data.real_min) + " … " + SignificantText(data.real_max));
  page.CloseTable();
}

void WriteEnvironment(const Environment& environment, HtmlWriter& page) {
  page.Raw("<h3>Machine</h3>").OpenTable({"Fact", "Value"});
  page.Fact("Kernels", environment.instruction_set + ", " +
                           std::to_string(environment.rechecked_samples) +
                           " samples checked with the plain ones");
  page.Fact("Compiler", environment.compiler).Fact("Build", environment.build_type);
  page.Fact("Processor", environment.cpu).Fact("Threads", CountText(environment.threads));
  page.Fact("Started (UTC)", environment.started_utc);
  page.Fact("Took", FixedText(environment.seconds_total, 2) + " s").CloseTable();
}

}  // namespace

void WriteModels(const RunReport& report, HtmlWriter& page) {
  page.Raw("<section><h2>Models, inputs and outputs</h2>\n");
  page.OpenTable({"Variant", "Made by", "Scheme", "Runtime", "Numerics", "Quantization",
                  "#Operators", "File", "SHA-256"});
  WriteModel(report.reference, page);
  for (const VariantResult& variant : report.variants) WriteModel(variant, page);
  page.CloseTable();
  page.OpenTable({"Variant", "End", "Tensor", "Type", "Shape", "#Scale", "#Zero point"});
  const auto write = [&](const VariantResult& variant) {
    WriteEnds(variant, "input", variant.inputs, page);
    WriteEnds(variant, "output", variant.outputs, page);
  };
  write(report.reference);
  for (const VariantResult& variant : report.variants) write(variant);
  page.CloseTable();
  page.Raw("<p class=soft>real = scale × (code − zero point)</p></section>\n");
}

void WriteReproduce(const RunReport& report, HtmlWriter& page) {
  const ReportContext& context = report.context;
  page.Raw("<section><h2>Reproduce</h2>\n").Element("pre", context.command);
  page.OpenTable({"Fact", "Value"});
  page.Fact("Quantgate", context.program_version).Fact("Config", context.config_path);
  page.CloseTable();
  WriteDataset("Dataset", report.dataset, page);
  if (report.calibration) WriteDataset("Calibration data", *report.calibration, page);
  WriteEnvironment(report.environment, page);
  page.Raw("<details open><summary>Effective config</summary>");
  page.Element("pre", context.config_json).Raw("</details></section>\n");
}

}  // namespace quantgate
