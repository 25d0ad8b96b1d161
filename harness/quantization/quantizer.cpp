#include "harness/quantization/quantizer.h"

#include <map>

#include "harness/quantization/op_rules.h"
#include "harness/quantization/quantize_weights.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

std::span<const float> Floats(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

class GraphQuantizer {
 public:
  GraphQuantizer(const Model& source, std::vector<QuantParams> params, const SchemeDef& scheme)
      : source_(source), scheme_(scheme), params_(std::move(params)), result_(source) {}

  Result<std::shared_ptr<const Model>> Run() {
    Subgraph& graph = result_.subgraphs[0];
    for (size_t i = 0; i < graph.ops.size(); ++i) {
      OpNode& op = graph.ops[i];
      const OpRule& rule = *FindOpRule(op.code);
      op.version = scheme_.activation == DType::kInt8 ? rule.version_int8 : 1;
      if (rule.weights < 0) continue;
      if (Status status = QuantizeLayer(op, rule); !status.ok()) {
        Error error = status.error();
        error.op_index = static_cast<int>(i);
        return error;
      }
    }
    for (size_t i = 0; i < params_.size(); ++i) {
      if (params_[i].quantized()) QuantizeActivation(static_cast<int>(i));
    }
    QG_RETURN_IF_ERROR(Validate(result_));
    return std::make_shared<const Model>(std::move(result_));
  }

 private:
  TensorInfo& Tensor(int index) { return result_.subgraphs[0].tensors[At(index)]; }
  std::span<const std::byte> FloatConstant(int index) const {
    return source_.Constant(source_.subgraphs[0].tensors[At(index)]);
  }

  // Replaces a constant tensor; a buffer of its own, because the old one may be shared.
  void ReplaceConstant(int index, DType dtype, QuantizedConstant constant) {
    TensorInfo& tensor = Tensor(index);
    tensor.dtype = dtype;
    tensor.quant = std::move(constant.quant);
    tensor.buffer = static_cast<int>(result_.buffers.size());
    result_.buffers.emplace_back(std::move(constant.codes));
  }

  Status QuantizeLayer(OpNode& op, const OpRule& rule) {
    const int weights = op.inputs[At(rule.weights)];
    QG_RETURN_IF_ERROR(CheckFloatConstant(weights, "weights"));
    const auto [first_use, inserted] = quantized_weights_.emplace(weights, op.code);
    if (!inserted && first_use->second != op.code) {
      return Error{ErrorCode::kUnsupported,
                   "weights shared by different operators",
                   {},
                   {},
                   Tensor(weights).name};
    }
    if (inserted) {
      const int axis = scheme_.per_axis_weights && rule.per_axis ? rule.channel_axis : -1;
      ReplaceConstant(
          weights, scheme_.activation,
          QuantizeWeights(Floats(FloatConstant(weights)), Tensor(weights).shape, scheme_, axis));
    }
    const size_t bias_at = At(rule.weights) + 1;
    if (bias_at >= op.inputs.size() || op.inputs[bias_at] < 0) return OkStatus();
    return QuantizeLayerBias(op, bias_at, weights);
  }

  Status QuantizeLayerBias(OpNode& op, size_t bias_at, int weights) {
    int bias = op.inputs[bias_at];
    QG_RETURN_IF_ERROR(CheckFloatConstant(bias, "bias"));
    const float input_scale = params_[At(op.inputs[0])].scale();
    QuantizedConstant codes =
        QuantizeBias(Floats(FloatConstant(bias)), input_scale, Tensor(weights).quant);
    if (Tensor(bias).dtype == DType::kInt32) {  // shared with a layer of another scale
      TensorInfo copy = source_.subgraphs[0].tensors[At(bias)];
      copy.name += "/" + std::to_string(result_.subgraphs[0].tensors.size());
      bias = static_cast<int>(result_.subgraphs[0].tensors.size());
      result_.subgraphs[0].tensors.push_back(std::move(copy));
      op.inputs[bias_at] = bias;
    }
    ReplaceConstant(bias, DType::kInt32, std::move(codes));
    return OkStatus();
  }

  Status CheckFloatConstant(int index, const char* what) const {
    const TensorInfo& tensor = source_.subgraphs[0].tensors[At(index)];
    if (tensor.dtype == DType::kFloat32 && !source_.Constant(tensor).empty() && !tensor.sparsity) {
      return OkStatus();
    }
    return Error{ErrorCode::kUnsupported,
                 std::string(what) + " must be a dense float32 constant to be quantized",
                 {},
                 {},
                 tensor.name};
  }

  void QuantizeActivation(int index) {
    const auto constant = FloatConstant(index);
    if (!constant.empty()) {
      QuantizedConstant codes;
      codes.quant = params_[At(index)];
      codes.codes.resize(constant.size() / sizeof(float));
      QuantizeTensor(Floats(constant), codes.quant, scheme_.activation, codes.codes);
      ReplaceConstant(index, scheme_.activation, std::move(codes));
      return;
    }
    Tensor(index).dtype = scheme_.activation;
    Tensor(index).quant = params_[At(index)];
  }

  const Model& source_;
  const SchemeDef& scheme_;
  std::vector<QuantParams> params_;
  Model result_;
  std::map<int, OpCode> quantized_weights_;
};

// Float buffers that nothing refers to any more are emptied, so that they do not reach the file.
void DropUnusedBuffers(Model& model) {
  std::vector<bool> used(model.buffers.size(), false);
  for (const Subgraph& graph : model.subgraphs) {
    for (const TensorInfo& tensor : graph.tensors) used[At(tensor.buffer)] = true;
  }
  for (const MetadataEntry& entry : model.metadata) used[At(entry.buffer)] = true;
  for (size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) model.buffers[i] = ConstBytes();
  }
}

}  // namespace

Result<std::shared_ptr<const Model>> QuantizeModel(const Model& model, const Ranges* ranges,
                                                   const QuantizeOptions& options) {
  if (model.subgraphs.size() != 1) {
    return Error{ErrorCode::kUnsupported, "models with several subgraphs cannot be quantized"};
  }
  QG_ASSIGN_OR_RETURN(
      std::vector<QuantParams> params,
      ActivationParams(model.main(), model, ranges, *options.scheme, options.activations));
  QG_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> quantized,
                      GraphQuantizer(model, std::move(params), *options.scheme).Run());
  Model compact = *quantized;
  DropUnusedBuffers(compact);
  return std::make_shared<const Model>(std::move(compact));
}

}  // namespace quantgate
