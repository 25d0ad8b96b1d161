#include "harness/calibration/observed_tensors.h"

#include "harness/calibration/channel_moments.h"
#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

int ChannelsOf(const Shape& shape) {
  if (shape.rank() < 2) return 1;
  const int last = shape.dim(shape.rank() - 1);
  return last >= 1 && last <= ChannelObserver::kMaxChannels ? last : 1;
}

// Whether input `input` of the operator is a state whose codes need a range.
bool HasState(OpCode code, size_t input) {
  const OpSpec* spec = FindOpSpec(code);
  return spec != nullptr && InMask(spec->states, input);
}

}  // namespace

ObservedTensors FindObserved(const Plan& plan) {
  const Subgraph& graph = plan.subgraph();
  ObservedTensors found;
  found.channels.resize(graph.tensors.size());
  found.source.resize(graph.tensors.size(), -1);
  found.producer.resize(graph.tensors.size(), -1);
  const auto observe = [&](int tensor, int op_index) {
    const auto t = static_cast<size_t>(tensor);
    if (tensor < 0 || graph.tensors[t].dtype != DType::kFloat32) return;
    found.channels[t] = ChannelsOf(plan.shape(tensor));
    found.producer[t] = op_index;
  };
  for (const int input : graph.inputs) observe(input, -1);
  for (const Plan::Step& step : plan.steps()) {
    for (const int output : step.outputs) observe(output, step.op_index);
    const OpCode code = graph.ops[static_cast<size_t>(step.op_index)].code;
    for (size_t k = 0; k < step.inputs.size(); ++k) {
      if (HasState(code, k)) observe(step.inputs[k], step.op_index);
    }
    if (!OnlyReshapes(code) || step.inputs.empty() || step.inputs[0] < 0) continue;
    const auto input = static_cast<size_t>(step.inputs[0]);
    if (found.channels[input] == 0) continue;
    const int source = found.source[input] >= 0 ? found.source[input] : step.inputs[0];
    found.source[static_cast<size_t>(step.outputs[0])] = source;
  }
  return found;
}

}  // namespace quantgate
