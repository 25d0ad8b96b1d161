// The JSON half of inspection_report.h.
#include <array>
#include <nlohmann/json.hpp>

#include "reports/inspection_report.h"
#include "reports/json_text.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

template <class T>
ordered_json OrNull(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

ordered_json TextOrNull(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json Dims(const Shape& shape) {
  return std::vector<int32_t>(shape.dims().begin(), shape.dims().end());
}

template <class Row, class ToJson>
ordered_json Array(const std::vector<Row>& rows, const ToJson& to_json) {
  ordered_json out = ordered_json::array();
  for (const Row& row : rows) out.push_back(to_json(row));
  return out;
}

ordered_json TensorJson(const TensorInspection& tensor) {
  return {{"index", tensor.index},
          {"name", tensor.name},
          {"role", tensor.role},
          {"dtype", DTypeName(tensor.dtype)},
          {"shape", Dims(tensor.shape)},
          {"shape_signature", tensor.shape_signature},
          {"run_shape", Dims(tensor.run_shape)},
          {"buffer", tensor.buffer},
          {"constant_bytes", tensor.constant_bytes},
          {"sparse", tensor.sparse},
          {"scale", tensor.quant.scales},
          {"zero_point", tensor.quant.zero_points},
          {"quantized_dimension",
           tensor.quant.per_axis() ? ordered_json(tensor.quant.axis) : ordered_json()},
          {"stored_quantized_dimension", tensor.stored_axis},
          {"scale_spread", OrNull(tensor.scale_spread)},
          {"block_size",
           tensor.blockwise_size > 0 ? ordered_json(tensor.blockwise_size) : ordered_json()},
          {"recorded_min", tensor.recorded_min},
          {"recorded_max", tensor.recorded_max}};
}

ordered_json OpJson(const OpInspection& op) {
  return {{"index", op.index},
          {"type", op.type},
          {"version", op.version},
          {"inputs", op.inputs},
          {"outputs", op.outputs},
          {"macs", OrNull(op.macs)},
          {"parameters", op.parameters},
          {"output_bytes", op.output_bytes},
          {"runs_here", op.problem.empty()},
          {"problem", TextOrNull(op.problem)}};
}

ordered_json SubgraphJson(const SubgraphInspection& graph) {
  return {{"name", graph.name},
          {"inputs", graph.inputs},
          {"outputs", graph.outputs},
          {"macs", graph.macs},
          {"macs_unknown_ops", graph.macs_unknown_ops},
          {"arena_bytes", OrNull(graph.arena_bytes)},
          {"problem", TextOrNull(graph.problem)},
          {"ops", Array(graph.ops, OpJson)},
          {"tensors", Array(graph.tensors, TensorJson)}};
}

ordered_json EntryJson(const SignatureInspection::Entry& entry) {
  return {{"name", entry.name}, {"tensor", entry.tensor}};
}

ordered_json SignatureJson(const SignatureInspection& signature) {
  return {{"key", signature.key},
          {"subgraph", signature.subgraph},
          {"inputs", Array(signature.inputs, EntryJson)},
          {"outputs", Array(signature.outputs, EntryJson)}};
}

ordered_json MetadataJson(const MetadataInspection& entry) {
  return {{"name", entry.name}, {"bytes", entry.bytes}};
}

ordered_json FindingJson(const LintFinding& finding) {
  const auto index = [](int value) { return value < 0 ? ordered_json() : ordered_json(value); };
  return {{"code", finding.code},
          {"name", finding.name},
          {"severity", SeverityName(finding.severity)},
          {"subgraph", finding.subgraph},
          {"op_index", index(finding.op_index)},
          {"op_type", TextOrNull(finding.op_type)},
          {"tensor_index", index(finding.tensor_index)},
          {"tensor", finding.tensor_index < 0 ? ordered_json() : ordered_json(finding.tensor)},
          {"message", finding.message}};
}

ordered_json LintJson(const std::optional<std::vector<LintFinding>>& findings) {
  if (!findings) return nullptr;
  std::array<int, 3> counts{};
  for (const LintFinding& finding : *findings) {
    ++counts.at(static_cast<size_t>(finding.severity));
  }
  return {{"errors", counts[2]},
          {"warnings", counts[1]},
          {"notes", counts[0]},
          {"findings", Array(*findings, FindingJson)}};
}

}  // namespace

std::string InspectionJson(const ModelInspection& inspection) {
  const ModelFacts& facts = inspection.facts;
  return PrettyJson({{"schema_version", kSchemaVersion},
                     {"path", facts.path},
                     {"sha256", facts.sha256},
                     {"size_bytes", facts.size_bytes},
                     {"quantization", facts.quantization},
                     {"operators", facts.operators},
                     {"description", inspection.description},
                     {"main_subgraph", inspection.main_subgraph},
                     {"macs", inspection.macs},
                     {"parameters", inspection.parameters},
                     {"constant_bytes", inspection.constant_bytes},
                     {"signatures", Array(inspection.signatures, SignatureJson)},
                     {"metadata", Array(inspection.metadata, MetadataJson)},
                     {"subgraphs", Array(inspection.subgraphs, SubgraphJson)},
                     {"lint", LintJson(inspection.lint)}});
}

}  // namespace quantgate
