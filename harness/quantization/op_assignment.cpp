#include "harness/quantization/op_assignment.h"

#include <algorithm>
#include <cmath>

#include "harness/quantization/op_rules.h"
#include "harness/quantization/quantize_weights.h"
#include "harness/quantization/recurrent_layers.h"
#include "reference/numeric/element.h"
#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

class Assigner {
 public:
  explicit Assigner(const Model& model) : model_(model), graph_(model.main()) {}

  [[nodiscard]] bool HasFloatData(const OpNode& op) const {
    const auto is_float = [&](int tensor) {
      return tensor >= 0 && Tensor(tensor).dtype == DType::kFloat32;
    };
    return std::any_of(op.inputs.begin(), op.inputs.end(), is_float) ||
           std::any_of(op.outputs.begin(), op.outputs.end(), is_float);
  }

  // Why `op` cannot be quantized by `scheme`; empty when it can.
  [[nodiscard]] std::string Obstacle(const OpNode& op, const SchemeDef& scheme) const {
    const OpSpec* spec = FindOpSpec(op.code);
    if (scheme.integer()) return IntegerObstacle(op, spec, scheme);
    if (FindRecurrentRule(op.code) != nullptr) return RecurrentObstacle(model_, op, scheme);
    if (spec == nullptr || spec->weights < 0) {
      const bool converts = scheme.weights == DType::kFloat16 && spec != nullptr;
      return converts && HasConstantData(op, *spec) ? "" : "has no weights";
    }
    if (scheme.use == WeightUse::kHybrid && !spec->hybrid) return "has no hybrid kernel";
    if (scheme.block_size > 0 && op.code != OpCode::kFULLY_CONNECTED) {
      return "has no kernel for block-wise weights";
    }
    std::string obstacle = WeightObstacle(op, *spec);
    if (obstacle.empty() && scheme.block_size > 0) obstacle = BlockObstacle(op, *spec, scheme);
    if (obstacle.empty() && NumWeights(op, *spec) < scheme.min_weight_elements) {
      obstacle = "has only " + std::to_string(NumWeights(op, *spec)) + " weights, fewer than " +
                 std::to_string(scheme.min_weight_elements);
    }
    return obstacle;
  }

  // Codes where `op` would be given codes: the graph is quantized already.
  [[nodiscard]] Status CheckFloat(const OpNode& op) const {
    const OpSpec* spec = FindOpSpec(op.code);
    for (size_t k = 0; spec != nullptr && k < op.inputs.size(); ++k) {
      const int input = op.inputs[k];
      if (input < 0 || !InMask(spec->data, k) || !IsQuantizedStorage(Tensor(input).dtype)) continue;
      return Error{ErrorCode::kUnsupported,
                   "is " + std::string(DTypeName(Tensor(input).dtype)) +
                       " already; only float32 graphs can be quantized",
                   {},
                   {},
                   Tensor(input).name};
    }
    return OkStatus();
  }

 private:
  [[nodiscard]] const TensorInfo& Tensor(int index) const { return graph_.tensors[At(index)]; }
  [[nodiscard]] bool IsDenseFloatConstant(int index) const {
    const TensorInfo& tensor = Tensor(index);
    return tensor.dtype == DType::kFloat32 && !model_.Constant(tensor).empty() && !tensor.sparsity;
  }
  [[nodiscard]] int64_t NumWeights(const OpNode& op, const OpSpec& spec) const {
    return Tensor(op.inputs[At(spec.weights)]).shape.num_elements();
  }
  [[nodiscard]] bool HasConstantData(const OpNode& op, const OpSpec& spec) const {
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      if (op.inputs[k] >= 0 && InMask(spec.data, k) && IsDenseFloatConstant(op.inputs[k])) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] std::string IntegerObstacle(const OpNode& op, const OpSpec* spec,
                                            const SchemeDef& scheme) const {
    const OpRule* rule = FindOpRule(op.code);
    if (rule == nullptr || spec == nullptr) {
      return "the quantizer has no integer " + op.type_name();
    }
    if (!rule->Takes(scheme.activation)) {
      return "the quantizer has no " + std::string(DTypeName(scheme.activation)) + " " +
             op.type_name();
    }
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      if (op.inputs[k] < 0 || !InMask(spec->data, k)) continue;
      const TensorInfo& tensor = Tensor(op.inputs[k]);
      if (tensor.dtype != DType::kFloat32) {
        return "computes with " + std::string(DTypeName(tensor.dtype));
      }
      if (tensor.sparsity || tensor.is_variable) return "reads a sparse or variable tensor";
    }
    if (FindRecurrentRule(op.code) != nullptr) return RecurrentObstacle(model_, op, scheme);
    return spec->weights < 0 ? "" : WeightObstacle(op, *spec);
  }

  [[nodiscard]] std::string WeightObstacle(const OpNode& op, const OpSpec& spec) const {
    for (const int input : {spec.weights, spec.bias}) {
      if (input < 0 || At(input) >= op.inputs.size() || op.inputs[At(input)] < 0) continue;
      if (!IsDenseFloatConstant(op.inputs[At(input)])) {
        return std::string("its ") + (input == spec.bias ? "bias" : "weights") +
               " are no dense float32 constant";
      }
    }
    return "";
  }

  // Of weights that are a constant.
  [[nodiscard]] std::string BlockObstacle(const OpNode& op, const OpSpec& spec,
                                          const SchemeDef& scheme) const {
    const TensorInfo& weights = Tensor(op.inputs[At(spec.weights)]);
    if (weights.shape.rank() != 2) return "its weights are no matrix";
    const int32_t depth = weights.shape.last_dim();
    if (depth == 0 || depth % scheme.block_size != 0) {
      return "its " + std::to_string(depth) + " inputs are no multiple of the block size " +
             std::to_string(scheme.block_size);
    }
    const float limit = static_cast<float>(CodeRangeOf(scheme.weights).max) * kLargestBlockScale;
    const auto bytes = model_.Constant(weights);
    for (size_t i = 0; i < bytes.size() / sizeof(float); ++i) {
      const auto weight = std::abs(ReadElement(bytes, DType::kFloat32, i));
      if (weight <= static_cast<double>(limit)) continue;
      return "a weight of size " + std::to_string(weight) + " is beyond float16 scales";
    }
    return "";
  }

  const Model& model_;
  const Subgraph& graph_;
};

}  // namespace

Result<std::vector<OpAssignment>> AssignSchemes(const Model& model, const SchemeDef& main,
                                                const Recipe& recipe, const KeptFloat& kept) {
  const Assigner assigner(model);
  const Subgraph& graph = model.main();
  QG_ASSIGN_OR_RETURN(const std::vector<int> rules, MatchRecipe(recipe, graph));
  std::vector<OpAssignment> assignments(graph.ops.size());
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const OpNode& op = graph.ops[i];
    const SchemeDef* wanted = rules[i] < 0 ? &main : recipe[At(rules[i])].scheme;
    assignments[i].rule = rules[i];
    if (wanted != nullptr) {
      if (Status status = assigner.CheckFloat(op); !status.ok()) {
        Error error = status.error();
        error.op_index = static_cast<int>(i);
        return error;
      }
    }
    if (!assigner.HasFloatData(op)) continue;
    if (wanted == nullptr) {
      assignments[i].reason = "rule " + std::to_string(rules[i] + 1) + " of the recipe";
      assignments[i].asked_for = true;
    } else if (const auto found = kept.find(static_cast<int>(i)); found != kept.end()) {
      assignments[i].reason = found->second;
    } else {
      assignments[i].reason = assigner.Obstacle(op, *wanted);
      if (assignments[i].reason.empty()) assignments[i].scheme = wanted;
    }
  }
  return assignments;
}

}  // namespace quantgate
