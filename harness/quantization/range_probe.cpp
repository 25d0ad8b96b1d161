#include "harness/quantization/range_probe.h"

#include <algorithm>
#include <set>

#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

bool HasFixedOutput(const OpNode& op) {
  return FixedOutputOf(op.code, DType::kInt8, DType::kInt8).has_value();
}

class ProbeMaker {
 public:
  ProbeMaker(const Plan& plan, const Ranges& ranges)
      : plan_(plan), model_(plan.model()), graph_(model_.main()), ranges_(ranges) {}

  // Skipped tensors are named in `skipped`.
  std::vector<RangeProbe> Run(std::vector<std::string>& skipped) {
    std::set<int> tied;
    for (const OpNode& op : graph_.ops) {
      if (!MovesValues(op) && !HasFixedOutput(op)) continue;
      tied.insert(op.outputs.begin(), op.outputs.end());
    }
    std::vector<RangeProbe> probes;
    for (const TensorRange& range : ranges_.tensors) {
      if (tied.contains(range.tensor) || !IsPlainFloat(range.tensor)) continue;
      RangeProbe probe;
      probe.tensor = range.tensor;
      probe.low = std::min(range.min, 0.0);
      probe.high = std::max(range.max, 0.0);
      const std::string why = Complete(probe);
      if (why.empty()) {
        probes.push_back(std::move(probe));
      } else {
        skipped.push_back(range.name + ": " + why);
      }
    }
    return probes;
  }

 private:
  [[nodiscard]] bool IsPlainFloat(int tensor) const {
    const TensorInfo& info = graph_.tensors[At(tensor)];
    return info.dtype == DType::kFloat32 && !info.is_variable && model_.Constant(info).empty();
  }

  // Finds what reads the tensor; says why that is nothing to measure, if so.
  std::string Complete(RangeProbe& probe) {
    std::set<int> moved = {probe.tensor};  // tensors that hold the same values
    // Outputs of SOFTMAX and the like: they hide what clipping does to the order of large logits.
    std::set<int> squashed;
    std::set<int> inputs = {probe.tensor};
    Model part = model_;
    part.signatures.clear();
    Subgraph& rest = part.main();
    rest.ops.clear();
    for (const OpNode& op : graph_.ops) {
      const bool reads = std::any_of(op.inputs.begin(), op.inputs.end(),
                                     [&](int input) { return moved.contains(input); });
      if (!reads) continue;
      for (const int input : op.inputs) {
        if (input < 0 || moved.contains(input)) continue;
        const TensorInfo& info = graph_.tensors[At(input)];
        if (info.is_variable) return "its reader has a memory";
        if (model_.Constant(info).empty()) inputs.insert(input);
      }
      if (MovesValues(op)) {
        moved.insert(op.outputs.begin(), op.outputs.end());
      } else if (IsPlainFloat(op.outputs[0])) {
        probe.outputs.push_back(op.outputs[0]);
        if (HasFixedOutput(op)) squashed.insert(op.outputs[0]);
      }
      rest.ops.push_back(op);
    }
    if (probe.outputs.empty()) return "no operator computes with it";
    for (const int output : graph_.outputs) {
      if (moved.contains(output)) return "it is an answer of the graph";
      if (squashed.contains(output)) return "an answer of the graph is nothing but it, squashed";
    }
    // What one reader computes for another, as in x * logistic(x), follows the codes.
    for (const OpNode& op : rest.ops) {
      for (const int output : op.outputs) inputs.erase(output);
    }
    rest.inputs.assign(inputs.begin(), inputs.end());
    rest.outputs = probe.outputs;
    for (const int input : inputs) rest.tensors[At(input)].shape = plan_.shape(input);
    auto plan = Plan::Make(std::make_shared<const Model>(std::move(part)));
    if (!plan.ok()) return plan.error().message;
    probe.plan = std::move(*plan);
    return {};
  }

  const Plan& plan_;
  const Model& model_;
  const Subgraph& graph_;
  const Ranges& ranges_;
};

}  // namespace

bool MovesValues(const OpNode& op) {
  const OpSpec* spec = FindOpSpec(op.code);
  return spec != nullptr && spec->same_scale;
}

std::vector<RangeProbe> MakeRangeProbes(const Plan& plan, const Ranges& ranges,
                                        std::vector<std::string>& skipped) {
  return ProbeMaker(plan, ranges).Run(skipped);
}

}  // namespace quantgate
