#include "harness/quantization/fake_quant_folding.h"

#include <algorithm>
#include <numeric>

#include "reference/model/op_options.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

bool Contains(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

void Replace(std::vector<int>& list, int from, int to) {
  std::replace(list.begin(), list.end(), from, to);
}

// More bits than codes have: the operator stays, in float32.
bool IsFoldable(const OpNode& op) {
  return op.code == OpCode::kFAKE_QUANT && op.inputs.size() == 1 && op.inputs[0] >= 0 &&
         op.outputs.size() == 1 && OptionsOrDefault<schema::FakeQuantOptionsT>(op).num_bits <= 8;
}

// Ranges of nested FAKE_QUANTs on one tensor: the one nearest to the reader rounds last.
Status Fold(const OpNode& op, FoldedModel& folded, std::vector<int>& alias) {
  const auto options = OptionsOrDefault<schema::FakeQuantOptionsT>(op);
  if (!(options.min < options.max)) {
    return Error{ErrorCode::kModel,
                 "FAKE_QUANT range is empty",
                 {},
                 {},
                 folded.model.main().tensors[At(op.outputs[0])].name};
  }
  const int kept = alias[At(op.inputs[0])];
  alias[At(op.outputs[0])] = kept;
  folded.ranges[kept] = {static_cast<double>(options.min), static_cast<double>(options.max)};
  ++folded.folded;
  return OkStatus();
}

// Graph outputs that were FAKE_QUANTs' keep their tensors: these take the place of what they stood
// for, unless that is a graph input, a constant or an output itself.
void KeepOutputs(FoldedModel& folded, const std::vector<int>& alias) {
  Subgraph& graph = folded.model.main();
  for (int& output : graph.outputs) {
    const int kept = alias[At(output)];
    if (kept == output) continue;
    const bool computed = std::any_of(graph.ops.begin(), graph.ops.end(),
                                      [&](const OpNode& op) { return Contains(op.outputs, kept); });
    if (!computed || Contains(graph.outputs, kept)) {
      output = kept;
      continue;
    }
    for (OpNode& op : graph.ops) {
      Replace(op.inputs, kept, output);
      Replace(op.outputs, kept, output);
    }
    if (const auto range = folded.ranges.find(kept); range != folded.ranges.end()) {
      folded.ranges[output] = range->second;
    }
  }
}

}  // namespace

Result<FoldedModel> FoldFakeQuants(const Model& model) {
  FoldedModel folded;
  folded.model = model;
  Subgraph& graph = folded.model.main();
  std::vector<int> alias(graph.tensors.size());
  std::iota(alias.begin(), alias.end(), 0);
  std::vector<OpNode> kept;
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    OpNode op = graph.ops[i];
    if (IsFoldable(op)) {
      QG_RETURN_IF_ERROR(Fold(op, folded, alias));
      continue;
    }
    for (int& input : op.inputs) {
      if (input >= 0) input = alias[At(input)];
    }
    kept.push_back(std::move(op));
    folded.op_sources.push_back(static_cast<int>(i));
  }
  graph.ops = std::move(kept);
  KeepOutputs(folded, alias);
  for (Signature& signature : folded.model.signatures) {
    if (signature.subgraph != folded.model.main_index) continue;
    for (NamedTensor& end : signature.outputs) {
      if (!Contains(graph.outputs, end.tensor)) end.tensor = alias[At(end.tensor)];
    }
  }
  return folded;
}

}  // namespace quantgate
