// The text half of inspection_report.h.
#include <algorithm>
#include <array>
#include <cstdio>

#include "reports/inspection_report.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

std::string Real(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

std::string List(const std::vector<int>& values) {
  std::string text;
  for (const int value : values)
    text += (text.empty() ? "" : " ") + (value < 0 ? "-" : std::to_string(value));
  return text;
}

// "0.0039 zp -128"; "per-axis 3 [0.0011, 0.014] x12.7 zp 0" for scales along axis 3.
std::string QuantCell(const TensorInspection& tensor) {
  const QuantParams& quant = tensor.quant;
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

std::string SubgraphText(const SubgraphInspection& graph) {
  std::vector<std::vector<std::string>> ops;
  for (const OpInspection& op : graph.ops) {
    ops.push_back({std::to_string(op.index), op.type, std::to_string(op.version), List(op.inputs),
                   List(op.outputs)});
  }
  std::vector<std::vector<std::string>> tensors;
  for (const TensorInspection& tensor : graph.tensors) {
    tensors.push_back(
        {std::to_string(tensor.index), PlainText(tensor.name), tensor.role,
         std::string(DTypeName(tensor.dtype)), tensor.shape.ToString(),
         tensor.constant_bytes > 0 ? HumanBytes(static_cast<double>(tensor.constant_bytes)) : "",
         QuantCell(tensor)});
  }
  return "Operators\n" +
         TextTable(
             {{"op", Align::kRight}, {"type"}, {"version", Align::kRight}, {"inputs"}, {"outputs"}},
             ops) +
         "\nTensors\n" +
         TextTable({{"index", Align::kRight},
                    {"name"},
                    {"role"},
                    {"type"},
                    {"shape"},
                    {"bytes", Align::kRight},
                    {"scale and zero point"}},
                   tensors);
}

}  // namespace

std::string InspectionText(const ModelInspection& inspection) {
  const ModelFacts& facts = inspection.facts;
  std::string out = PlainText(facts.path) + "\n  " + facts.quantization + ", " +
                    std::to_string(facts.operators) + " operators, " +
                    HumanBytes(static_cast<double>(facts.size_bytes)) + ", sha256 " +
                    facts.sha256.substr(0, 16) + "...\n";
  if (!inspection.description.empty()) out += "  " + PlainText(inspection.description) + "\n";
  for (const std::string& signature : inspection.signatures)
    out += "  signature " + PlainText(signature) + "\n";
  for (const std::string& name : inspection.metadata) out += "  metadata " + PlainText(name) + "\n";
  for (size_t i = 0; i < inspection.subgraphs.size(); ++i) {
    out += "\n";
    if (inspection.subgraphs.size() > 1) {
      out += "Subgraph " + std::to_string(i) + " " + PlainText(inspection.subgraphs[i].name) + "\n";
    }
    out += SubgraphText(inspection.subgraphs[i]);
  }
  return out;
}

}  // namespace quantgate
