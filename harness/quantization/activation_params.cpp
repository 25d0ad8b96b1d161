#include "harness/quantization/activation_params.h"

#include <algorithm>
#include <numeric>

#include "harness/quantization/op_rules.h"
#include "harness/quantization/range_to_params.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

// Tensors that must share their parameters fall into one set.
class TensorSets {
 public:
  explicit TensorSets(size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), size_t{0});
  }
  size_t Find(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void Unite(int a, int b) { parent_[Find(At(a))] = Find(At(b)); }

 private:
  std::vector<size_t> parent_;
};

struct SetState {
  bool seen = false;
  double min = 0;
  double max = 0;
  bool fixed = false;
  QuantParams params;
};

QuantParams FixedOutputParams(DType dtype) {
  return PerTensor(1.0F / 256.0F, CodeRangeOf(dtype).min);
}

class Assigner {
 public:
  Assigner(const Subgraph& graph, const Model& model, const Ranges* ranges, const SchemeDef& scheme,
           const ActivationOptions& options)
      : graph_(graph),
        model_(model),
        ranges_(ranges),
        scheme_(scheme),
        options_(options),
        sets_(graph.tensors.size()),
        states_(graph.tensors.size()),
        activation_(graph.tensors.size(), false) {}

  Result<std::vector<QuantParams>> Run() {
    QG_RETURN_IF_ERROR(FindActivations());
    FixOutputs();
    for (size_t i = 0; i < activation_.size(); ++i) {
      if (activation_[i]) QG_RETURN_IF_ERROR(AddRange(static_cast<int>(i)));
    }
    std::vector<QuantParams> params(activation_.size());
    for (size_t i = 0; i < params.size(); ++i) {
      if (!activation_[i]) continue;
      const SetState& state = states_[sets_.Find(i)];
      params[i] =
          state.fixed ? state.params : AsymmetricParams(state.min, state.max, scheme_.activation);
    }
    return params;
  }

 private:
  static size_t NumDataInputs(const OpRule& rule, const OpNode& op) {
    return rule.data_inputs < 0 ? op.inputs.size() : At(rule.data_inputs);
  }

  Status FindActivations() {
    for (int input : graph_.inputs) activation_[At(input)] = true;
    for (size_t i = 0; i < graph_.ops.size(); ++i) {
      const OpNode& op = graph_.ops[i];
      const OpRule* rule = FindOpRule(op.code);
      if (rule == nullptr) {
        return Error{ErrorCode::kUnsupported,
                     op.type_name() + " cannot be quantized",
                     {},
                     static_cast<int>(i),
                     {},
                     "give an already quantized model as a variant instead"};
      }
      for (int output : op.outputs) activation_[At(output)] = true;
      for (size_t k = 0; k < NumDataInputs(*rule, op) && k < op.inputs.size(); ++k) {
        if (op.inputs[k] < 0) continue;
        activation_[At(op.inputs[k])] = true;
        if (rule->same_scale) sets_.Unite(op.inputs[k], op.outputs[0]);
      }
    }
    for (size_t i = 0; i < activation_.size(); ++i) {
      if (!activation_[i] || graph_.tensors[i].dtype == DType::kFloat32) continue;
      return Error{ErrorCode::kUnsupported,
                   "is " + std::string(DTypeName(graph_.tensors[i].dtype)) +
                       " already; only float32 graphs can be quantized",
                   {},
                   {},
                   graph_.tensors[i].name};
    }
    return OkStatus();
  }

  void Fix(int tensor, const QuantParams& params) {
    SetState& state = states_[sets_.Find(At(tensor))];
    state.fixed = true;
    state.params = params;
  }

  void FixOutputs() {
    if (options_.input) {
      for (int input : graph_.inputs) {
        Fix(input, MeanStdParams(options_.input->mean, options_.input->std));
      }
    }
    for (const OpNode& op : graph_.ops) {
      if (FindOpRule(op.code)->fixed_output) {
        Fix(op.outputs[0], FixedOutputParams(scheme_.activation));
      }
    }
  }

  Status AddRange(int tensor) {
    SetState& state = states_[sets_.Find(At(tensor))];
    if (state.fixed) return OkStatus();
    const TensorInfo& info = graph_.tensors[At(tensor)];
    double min = 0;
    double max = 0;
    if (const auto constant = model_.Constant(info); !constant.empty()) {
      for (int64_t i = 0; i < info.shape.num_elements(); ++i) {
        const double value = ReadElement(constant, info.dtype, static_cast<size_t>(i));
        min = std::min(min, value);
        max = std::max(max, value);
      }
    } else if (const TensorRange* range = ranges_ != nullptr ? ranges_->Find(tensor) : nullptr) {
      min = range->min;
      max = range->max;
    } else if (options_.default_range) {
      min = options_.default_range->min;
      max = options_.default_range->max;
    } else {
      return Error{ErrorCode::kInput, "no range for this tensor",         {}, {},
                   info.name,         "calibrate, or give default ranges"};
    }
    state.min = state.seen ? std::min(state.min, min) : min;
    state.max = state.seen ? std::max(state.max, max) : max;
    state.seen = true;
    return OkStatus();
  }

  const Subgraph& graph_;
  const Model& model_;
  const Ranges* ranges_;
  const SchemeDef& scheme_;
  const ActivationOptions& options_;
  TensorSets sets_;
  std::vector<SetState> states_;  // by set representative
  std::vector<bool> activation_;
};

}  // namespace

Result<std::vector<QuantParams>> ActivationParams(const Subgraph& graph, const Model& model,
                                                  const Ranges* ranges, const SchemeDef& scheme,
                                                  const ActivationOptions& options) {
  return Assigner(graph, model, ranges, scheme, options).Run();
}

}  // namespace quantgate
