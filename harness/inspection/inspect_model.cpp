#include "harness/inspection/inspect_model.h"

#include <algorithm>

#include "harness/inspection/model_facts.h"
#include "harness/inspection/op_cost.h"
#include "harness/inspection/run_check.h"

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

OpInspection InspectOp(const Model& model, const Subgraph& graph, size_t index,
                       const RunCheck& check) {
  const OpNode& op = graph.ops[index];
  OpInspection out{static_cast<int>(index),
                   op.type_name(),
                   op.version,
                   op.inputs,
                   op.outputs,
                   MacsOf(model, graph, op, check.shapes),
                   0,
                   0,
                   check.op_problems[index]};
  for (const int input : op.inputs) {
    if (input < 0) continue;
    const TensorInfo& tensor = graph.tensors[static_cast<size_t>(input)];
    if (!IsWeight(model, tensor)) continue;
    out.parameters = AddCounts(out.parameters, tensor.shape.num_elements());
  }
  for (const int output : op.outputs) {
    const auto at = static_cast<size_t>(output);
    const size_t bytes = ByteSize(graph.tensors[at].dtype, check.shapes[at]);
    out.output_bytes = AddCounts(out.output_bytes, static_cast<int64_t>(bytes));
  }
  return out;
}

TensorInspection InspectTensor(const Model& model, const TensorInfo& tensor, int index,
                               const Shape& run_shape) {
  TensorInspection out;
  out.index = index;
  out.name = tensor.name;
  out.dtype = tensor.dtype;
  out.shape = tensor.shape;
  out.shape_signature = tensor.shape_signature;
  out.run_shape = run_shape;
  out.buffer = tensor.buffer;
  out.constant_bytes = static_cast<int64_t>(model.Constant(tensor).size());
  out.sparse = tensor.sparsity != nullptr;
  out.quant = tensor.quant;
  out.stored_axis = tensor.stored_axis;
  out.blockwise_size = tensor.blockwise ? tensor.blockwise->block_size : 0;
  out.recorded_min = tensor.recorded_min;
  out.recorded_max = tensor.recorded_max;
  out.scale_spread = SpreadOf(tensor.quant);
  return out;
}

void AddOps(const Model& model, const Subgraph& graph, const RunCheck& check,
            SubgraphInspection& out) {
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    out.ops.push_back(InspectOp(model, graph, i, check));
    const OpInspection& op = out.ops.back();
    if (!op.macs) ++out.macs_unknown_ops;
    out.macs = AddCounts(out.macs, op.macs.value_or(0));
  }
}

SubgraphInspection InspectSubgraph(const std::shared_ptr<const Model>& model, int subgraph) {
  const Subgraph& graph = model->subgraphs[static_cast<size_t>(subgraph)];
  RunCheck check = CheckRun(model, subgraph);
  SubgraphInspection out;
  out.name = graph.name;
  out.inputs = graph.inputs;
  out.outputs = graph.outputs;
  out.arena_bytes = check.arena_bytes;
  out.problem = check.problem;
  AddOps(*model, graph, check, out);
  std::vector<bool> computed(graph.tensors.size());
  std::vector<bool> read(graph.tensors.size());
  for (const OpNode& op : graph.ops) {
    for (const int output : op.outputs) computed[static_cast<size_t>(output)] = true;
    for (const int input : op.inputs) {
      if (input >= 0) read[static_cast<size_t>(input)] = true;
    }
  }
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const int index = static_cast<int>(i);
    out.tensors.push_back(InspectTensor(*model, graph.tensors[i], index, check.shapes[i]));
    out.tensors.back().role = RoleOf(*model, graph, index, computed, read);
  }
  return out;
}

// Each buffer once, however many tensors share it.
void CountConstants(const Model& model, ModelInspection& out) {
  std::vector<bool> counted(model.buffers.size());
  for (const Subgraph& graph : model.subgraphs) {
    for (const TensorInfo& tensor : graph.tensors) {
      const auto buffer = static_cast<size_t>(tensor.buffer);
      if (counted[buffer] || model.Constant(tensor).empty()) continue;
      counted[buffer] = true;
      out.constant_bytes += static_cast<int64_t>(model.Constant(tensor).size());
      if (!IsWeight(model, tensor)) continue;
      out.parameters = AddCounts(out.parameters, tensor.shape.num_elements());
    }
  }
}

std::vector<SignatureInspection::Entry> Entries(const std::vector<NamedTensor>& tensors) {
  std::vector<SignatureInspection::Entry> out;
  out.reserve(tensors.size());
  for (const NamedTensor& tensor : tensors) out.push_back({tensor.name, tensor.tensor});
  return out;
}

}  // namespace

ModelInspection InspectModel(const std::shared_ptr<const Model>& model,
                             std::span<const std::byte> bytes, const std::string& path) {
  ModelInspection out;
  out.facts = FactsOf(*model, bytes, path);
  out.description = model->description;
  for (size_t i = 0; i < model->subgraphs.size(); ++i) {
    out.subgraphs.push_back(InspectSubgraph(model, static_cast<int>(i)));
  }
  out.main_subgraph = model->main_index;
  out.macs = out.main().macs;
  CountConstants(*model, out);
  for (const Signature& signature : model->signatures) {
    out.signatures.push_back(
        {signature.key, signature.subgraph, Entries(signature.inputs), Entries(signature.outputs)});
  }
  for (const MetadataEntry& entry : model->metadata) {
    const size_t bytes_of = model->buffers[static_cast<size_t>(entry.buffer)].size();
    out.metadata.push_back({entry.name, static_cast<int64_t>(bytes_of)});
  }
  return out;
}

}  // namespace quantgate
