// The text half of inspection_report.h.
#include <algorithm>
#include <array>
#include <cstdio>

#include "reports/inspection_report.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

constexpr size_t kNameWidth = 44;
constexpr size_t kListWidth = 24;

using Rows = std::vector<std::vector<std::string>>;

std::string Real(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

std::string Bytes(int64_t bytes) { return HumanBytes(static_cast<double>(bytes)); }
std::string Count(int64_t count) { return HumanCount(static_cast<double>(count)); }

std::string Plural(int64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string List(const std::vector<int>& values) {
  std::string text;
  for (const int value : values)
    text += (text.empty() ? "" : " ") + (value < 0 ? "-" : std::to_string(value));
  return ElideMiddle(text, kListWidth);
}

std::string Name(const std::string& name) { return ElideMiddle(PlainText(name), kNameWidth); }

// "0.0039 zp -128"; "per-axis 3 [0.0011, 0.014] x12.7 zp 0" for scales along axis 3.
std::string QuantCell(const TensorInspection& tensor) {
  const QuantParams& quant = tensor.quant;
  if (tensor.blockwise_size > 0) return "blocks of " + std::to_string(tensor.blockwise_size);
  if (!quant.quantized()) return "-";
  if (!quant.per_axis()) {
    return Real(static_cast<double>(quant.scale())) + " zp " + std::to_string(quant.zero_point());
  }
  const auto [low, high] = std::minmax_element(quant.scales.begin(), quant.scales.end());
  const auto [zero_low, zero_high] =
      std::minmax_element(quant.zero_points.begin(), quant.zero_points.end());
  return "per-axis " + std::to_string(quant.axis) + " [" + Real(static_cast<double>(*low)) + ", " +
         Real(static_cast<double>(*high)) + "]" +
         (tensor.scale_spread ? " x" + Real(*tensor.scale_spread) : "") + " zp " +
         (*zero_low == *zero_high ? std::to_string(*zero_low)
                                  : std::to_string(*zero_low) + ".." + std::to_string(*zero_high));
}

// The shape, and what it becomes in a run where that differs.
std::string ShapeCell(const TensorInspection& tensor) {
  const std::string stored = tensor.shape.ToString();
  return tensor.run_shape == tensor.shape ? stored : stored + " -> " + tensor.run_shape.ToString();
}

std::string OpsTable(const SubgraphInspection& graph) {
  Rows rows;
  for (const OpInspection& op : graph.ops) {
    std::string shape;
    if (!op.outputs.empty()) {
      shape = graph.tensors[static_cast<size_t>(op.outputs[0])].run_shape.ToString();
    }
    rows.push_back({std::to_string(op.index), Name(op.type), std::to_string(op.version),
                    List(op.inputs), List(op.outputs), shape,
                    op.macs ? (*op.macs > 0 ? Count(*op.macs) : "") : "?",
                    op.parameters > 0 ? Count(op.parameters) : "", Bytes(op.output_bytes),
                    op.problem.empty() ? "" : "does not run here"});
  }
  return TextTable({{"op", Align::kRight},
                    {"type"},
                    {"version", Align::kRight},
                    {"inputs"},
                    {"outputs"},
                    {"output shape"},
                    {"MACs", Align::kRight},
                    {"parameters", Align::kRight},
                    {"output", Align::kRight},
                    {""}},
                   rows);
}

std::string TensorsTable(const SubgraphInspection& graph) {
  Rows rows;
  for (const TensorInspection& tensor : graph.tensors) {
    rows.push_back({std::to_string(tensor.index), Name(tensor.name), tensor.role,
                    std::string(DTypeName(tensor.dtype)), ShapeCell(tensor),
                    tensor.constant_bytes > 0 ? Bytes(tensor.constant_bytes) : "",
                    QuantCell(tensor)});
  }
  return TextTable({{"index", Align::kRight},
                    {"name"},
                    {"role"},
                    {"type"},
                    {"shape"},
                    {"constant", Align::kRight},
                    {"scale and zero point"}},
                   rows);
}

std::string Names(const std::vector<SignatureInspection::Entry>& entries) {
  std::string text;
  for (const auto& entry : entries) {
    text += (text.empty() ? "" : ", ") + Name(entry.name) + " (tensor " +
            std::to_string(entry.tensor) + ")";
  }
  return text.empty() ? "none" : text;
}

std::string MacsCell(const SubgraphInspection& graph) {
  std::string text = Count(graph.macs) + " in one run";
  if (graph.macs_unknown_ops > 0) {
    text += " and those of " + Plural(graph.macs_unknown_ops, "operator") +
            " of which nothing is known";
  }
  return text;
}

// "activations 98 kB of memory" or why there is no number, and what does not run.
void AddRunRows(const SubgraphInspection& graph, Rows& rows) {
  const std::string unknown = graph.problem.empty() ? "not laid out: values of a run decide shapes"
                                                    : "not laid out: the model does not run here";
  rows.push_back(
      {"activations", graph.arena_bytes ? Bytes(*graph.arena_bytes) + " of memory" : unknown});
  const auto refused = std::count_if(graph.ops.begin(), graph.ops.end(),
                                     [](const auto& op) { return !op.problem.empty(); });
  if (graph.problem.empty()) {
    rows.push_back({"runs here", "yes, every operator"});
    return;
  }
  rows.push_back({"runs here", refused == 0 ? "no: " + PlainText(graph.problem)
                                            : "no, for " + Plural(refused, "operator") + " of " +
                                                  std::to_string(graph.ops.size())});
  for (const OpInspection& op : graph.ops) {
    if (op.problem.empty()) continue;
    rows.push_back({"", "op " + std::to_string(op.index) + " " + Name(op.type) + ": " +
                            PlainText(op.problem)});
  }
}

// "1 error, 0 warnings, 2 notes".
std::string LintCounts(const std::vector<LintFinding>& findings) {
  std::array<int64_t, 3> counts{};
  for (const LintFinding& finding : findings) ++counts.at(static_cast<size_t>(finding.severity));
  return Plural(counts[2], "error") + ", " + Plural(counts[1], "warning") + ", " +
         Plural(counts[0], "note");
}

std::string Summary(const ModelInspection& inspection, bool with_lint) {
  const ModelFacts& facts = inspection.facts;
  const SubgraphInspection& main = inspection.main();
  Rows rows = {{"quantization", facts.quantization},
               {"operators", std::to_string(facts.operators)},
               {"MACs", MacsCell(main)},
               {"parameters", Count(inspection.parameters)},
               {"constants", Bytes(inspection.constant_bytes)}};
  AddRunRows(main, rows);
  if (inspection.subgraphs.size() > 1) {
    rows.push_back({"subgraphs", std::to_string(inspection.subgraphs.size()) +
                                     "; MACs, activations and runs are of number " +
                                     std::to_string(inspection.main_subgraph) +
                                     " (FILE#SIGNATURE names another)"});
  }
  for (const SignatureInspection& signature : inspection.signatures) {
    rows.push_back({"signature", Name(signature.key) + " of subgraph " +
                                     std::to_string(signature.subgraph) + ": inputs " +
                                     Names(signature.inputs) + "; outputs " +
                                     Names(signature.outputs)});
  }
  for (const MetadataInspection& entry : inspection.metadata) {
    rows.push_back({"metadata", Name(entry.name) + ", " + Bytes(entry.bytes)});
  }
  if (!inspection.description.empty()) {
    rows.push_back({"description", PlainText(inspection.description)});
  }
  if (with_lint) {
    const bool clean = inspection.lint->empty();
    rows.push_back({"spec", LintCounts(*inspection.lint) + (clean ? "" : "; --lint shows them")});
  }
  const std::string title = PlainText(facts.path) + " (" + Bytes(facts.size_bytes) + ", sha256 " +
                            facts.sha256.substr(0, 16) + "...)";
  const std::string table = TextTable({{""}, {""}}, rows);
  return title + table;  // the header's empty line ends the title's
}

std::string Where(const LintFinding& finding, bool several_subgraphs) {
  std::string text = several_subgraphs ? "subgraph " + std::to_string(finding.subgraph) + " " : "";
  if (finding.op_index >= 0) {
    text += "op " + std::to_string(finding.op_index) + " " + Name(finding.op_type);
  }
  return text.empty() ? "-" : text;
}

std::string LintText(const ModelInspection& inspection) {
  Rows rows;
  for (const LintFinding& finding : *inspection.lint) {
    const std::string tensor = finding.tensor_index < 0 ? "-"
                                                        : std::to_string(finding.tensor_index) +
                                                              " " + Name(finding.tensor);
    rows.push_back({finding.code, SeverityName(finding.severity),
                    Where(finding, inspection.subgraphs.size() > 1), tensor,
                    finding.name + ": " + PlainText(finding.message)});
  }
  std::string out;
  if (!rows.empty()) {
    out += TextTable({{"lint"}, {"severity"}, {"operator"}, {"tensor"}, {"explanation"}}, rows);
    out += "\n";
  }
  return out + "Lint: " + LintCounts(*inspection.lint) +
         (rows.empty() ? "\n" : " (`quantgate list lint` explains the codes)\n");
}

void Append(std::string& out, const std::string& section) {
  if (!out.empty()) out += "\n";
  out += section;
}

}  // namespace

std::string InspectionText(const ModelInspection& inspection, const InspectionParts& parts) {
  std::string out;
  if (parts.summary) Append(out, Summary(inspection, inspection.lint && !parts.lint));
  for (size_t i = 0; i < inspection.subgraphs.size(); ++i) {
    const SubgraphInspection& graph = inspection.subgraphs[i];
    std::string of;
    if (inspection.subgraphs.size() > 1) {
      of = " of subgraph " + std::to_string(i) + " " + PlainText(graph.name);
    }
    if (parts.ops) Append(out, "Operators" + of + "\n" + OpsTable(graph));
    if (parts.tensors) Append(out, "Tensors" + of + "\n" + TensorsTable(graph));
  }
  if (parts.lint && inspection.lint) Append(out, LintText(inspection));
  return out;
}

}  // namespace quantgate
