#include "harness/inspection/inspect_model.h"

#include <algorithm>

#include "harness/inspection/model_facts.h"

namespace quantgate {
namespace {

bool Contains(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string RoleOf(const Model& model, const Subgraph& graph, int index,
                   const std::vector<bool>& computed, const std::vector<bool>& read) {
  const auto at = static_cast<size_t>(index);
  if (Contains(graph.inputs, index)) return "input";
  if (Contains(graph.outputs, index)) return "output";
  if (graph.tensors[at].is_variable) return "variable";
  if (!model.Constant(graph.tensors[at]).empty()) return "constant";
  if (computed[at]) return "computed";
  return read[at] ? "constant" : "unused";  // a constant of no elements has no bytes
}

std::optional<double> SpreadOf(const QuantParams& quant) {
  if (!quant.per_axis()) return std::nullopt;
  float smallest = 0;
  float largest = 0;
  for (const float scale : quant.scales) {
    if (scale <= 0) continue;
    smallest = smallest == 0 ? scale : std::min(smallest, scale);
    largest = std::max(largest, scale);
  }
  if (smallest == 0) return std::nullopt;
  return static_cast<double>(largest) / static_cast<double>(smallest);
}

SubgraphInspection InspectSubgraph(const Model& model, const Subgraph& graph) {
  SubgraphInspection out{graph.name, graph.inputs, graph.outputs, {}, {}};
  std::vector<bool> computed(graph.tensors.size());
  std::vector<bool> read(graph.tensors.size());
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const OpNode& op = graph.ops[i];
    out.ops.push_back({static_cast<int>(i), op.type_name(), op.version, op.inputs, op.outputs});
    for (const int output : op.outputs) computed[static_cast<size_t>(output)] = true;
    for (const int input : op.inputs) {
      if (input >= 0) read[static_cast<size_t>(input)] = true;
    }
  }
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const TensorInfo& tensor = graph.tensors[i];
    const int index = static_cast<int>(i);
    out.tensors.push_back({index, tensor.name, RoleOf(model, graph, index, computed, read),
                           tensor.dtype, tensor.shape, tensor.shape_signature,
                           static_cast<int64_t>(model.Constant(tensor).size()), tensor.quant,
                           SpreadOf(tensor.quant)});
  }
  return out;
}

std::string Names(const std::vector<NamedTensor>& tensors) {
  std::string text;
  for (const NamedTensor& tensor : tensors) text += (text.empty() ? "" : ", ") + tensor.name;
  return text.empty() ? "none" : text;
}

}  // namespace

ModelInspection InspectModel(const Model& model, std::span<const std::byte> bytes,
                             const std::string& path) {
  ModelInspection out;
  out.facts = FactsOf(model, bytes, path);
  out.description = model.description;
  for (const Subgraph& graph : model.subgraphs)
    out.subgraphs.push_back(InspectSubgraph(model, graph));
  for (const Signature& signature : model.signatures) {
    out.signatures.push_back(signature.key + ": inputs " + Names(signature.inputs) + "; outputs " +
                             Names(signature.outputs));
  }
  for (const MetadataEntry& entry : model.metadata) out.metadata.push_back(entry.name);
  return out;
}

}  // namespace quantgate
