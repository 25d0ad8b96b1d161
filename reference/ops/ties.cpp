#include "reference/ops/ties.h"

#include <algorithm>

#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

const TensorInfo& InfoOf(const Subgraph& graph, int tensor) {
  return graph.tensors[static_cast<size_t>(tensor)];
}

bool IsComputedOrFed(const Subgraph& graph, int tensor) {
  return MakerOf(graph, tensor) >= 0 ||
         std::find(graph.inputs.begin(), graph.inputs.end(), tensor) != graph.inputs.end();
}

// Whether several activations have to share their parameters because `op` reads them.
bool TiesInputs(const Subgraph& graph, const OpNode& op) {
  const OpSpec* spec = FindOpSpec(op.code);
  if (spec == nullptr || !spec->same_scale) return false;
  int activations = 0;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    const bool is_data = InMask(spec->data, i) && op.inputs[i] >= 0;
    if (is_data && IsComputedOrFed(graph, op.inputs[i])) ++activations;
  }
  return activations > 1;
}

}  // namespace

bool SharesScale(OpCode code) {
  const OpSpec* spec = FindOpSpec(code);
  return spec != nullptr && spec->same_scale;
}

int OwnerOf(const Subgraph& graph, int tensor) {
  int maker = MakerOf(graph, tensor);
  // As many steps as there are operators: a malformed graph may go round in circles.
  for (size_t step = 0; maker >= 0 && step < graph.ops.size(); ++step) {
    const OpNode& op = graph.ops[static_cast<size_t>(maker)];
    if (!SharesScale(op.code) || TiesInputs(graph, op)) break;
    int source = -1;
    for (const int input : op.inputs) {
      if (input < 0 || !IsComputedOrFed(graph, input)) continue;
      if (InfoOf(graph, input).quant == InfoOf(graph, tensor).quant) source = input;
    }
    if (source < 0) break;
    tensor = source;
    maker = MakerOf(graph, tensor);
  }
  return maker;
}

int TieOf(const Subgraph& graph, int tensor) {
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const OpNode& op = graph.ops[i];
    const bool reads = std::find(op.inputs.begin(), op.inputs.end(), tensor) != op.inputs.end();
    if (!reads || !SharesScale(op.code) || op.outputs.empty()) continue;
    if (!(InfoOf(graph, op.outputs[0]).quant == InfoOf(graph, tensor).quant)) continue;
    if (TiesInputs(graph, op)) return static_cast<int>(i);
    // Operators stand in the order they run, so this ends.
    if (op.outputs[0] != tensor && MakerOf(graph, op.outputs[0]) > MakerOf(graph, tensor)) {
      if (const int tie = TieOf(graph, op.outputs[0]); tie >= 0) return tie;
    }
  }
  return -1;
}

}  // namespace quantgate
