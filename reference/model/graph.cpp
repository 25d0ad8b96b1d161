#include "reference/model/graph.h"

#include <algorithm>
#include <cmath>

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

Error ModelError(std::string message, std::string tensor = {}) {
  return Error{ErrorCode::kModel, std::move(message), {}, {}, std::move(tensor)};
}

bool InRange(int index, size_t size) { return index >= 0 && At(index) < size; }

Status CheckQuantization(const TensorInfo& tensor) {
  const QuantParams& quant = tensor.quant;
  if (quant.scales.size() != quant.zero_points.size()) {
    return ModelError(std::to_string(quant.scales.size()) + " scales but " +
                          std::to_string(quant.zero_points.size()) + " zero points",
                      tensor.name);
  }
  for (float scale : quant.scales) {
    if (std::isfinite(scale) && scale >= 0) continue;
    return ModelError("scale " + std::to_string(scale) + " is negative or not finite", tensor.name);
  }
  if (!quant.per_axis()) return OkStatus();
  if (!InRange(quant.axis, At(tensor.shape.rank())) ||
      quant.scales.size() != At(tensor.shape.dim(quant.axis))) {
    return ModelError(std::to_string(quant.scales.size()) + " scales along axis " +
                          std::to_string(quant.axis) + " of shape " + tensor.shape.ToString(),
                      tensor.name);
  }
  return OkStatus();
}

Status CheckTensor(const Model& model, const TensorInfo& tensor) {
  if (!InRange(tensor.buffer, model.buffers.size())) {
    return ModelError("buffer " + std::to_string(tensor.buffer) + " of " +
                          std::to_string(model.buffers.size()) + " does not exist",
                      tensor.name);
  }
  QG_RETURN_IF_ERROR(CheckQuantization(tensor));
  const size_t have = model.Constant(tensor).size();
  const size_t need = ByteSize(tensor.dtype, tensor.shape);
  if (have == 0 || tensor.sparsity || DTypeBits(tensor.dtype) == 0 || have == need) {
    return OkStatus();
  }
  return ModelError("constant of " + std::to_string(have) + " bytes where " +
                        std::string(DTypeName(tensor.dtype)) + " " + tensor.shape.ToString() +
                        " needs " + std::to_string(need),
                    tensor.name);
}

Status CheckIndices(const std::vector<int>& indices, size_t tensors, bool optional_allowed,
                    const char* what) {
  for (int index : indices) {
    if (InRange(index, tensors) || (optional_allowed && index == -1)) continue;
    return ModelError(std::string(what) + " refers to tensor " + std::to_string(index) + " of " +
                      std::to_string(tensors));
  }
  return OkStatus();
}

Status CheckOp(const Model& model, const Subgraph& graph, const OpNode& op,
               std::vector<bool>& produced) {
  const size_t count = graph.tensors.size();
  QG_RETURN_IF_ERROR(CheckIndices(op.inputs, count, true, "an input"));
  QG_RETURN_IF_ERROR(CheckIndices(op.outputs, count, false, "an output"));
  QG_RETURN_IF_ERROR(CheckIndices(op.intermediates, count, true, "an intermediate"));
  for (int output : op.outputs) {
    const TensorInfo& tensor = graph.tensors[At(output)];
    if (!model.Constant(tensor).empty()) {
      return ModelError("writes to a constant", tensor.name);
    }
    if (produced[At(output)]) return ModelError("is computed twice", tensor.name);
    produced[At(output)] = true;
  }
  return OkStatus();
}

Status CheckSubgraph(const Model& model, const Subgraph& graph) {
  for (const TensorInfo& tensor : graph.tensors) {
    QG_RETURN_IF_ERROR(CheckTensor(model, tensor));
    if (!tensor.blockwise) continue;
    const BlockwiseParams& blocks = *tensor.blockwise;
    QG_RETURN_IF_ERROR(CheckIndices({blocks.scales_tensor, blocks.zero_points_tensor},
                                    graph.tensors.size(), true,
                                    "a block-wise tensor's scales or zero points"));
  }
  QG_RETURN_IF_ERROR(CheckIndices(graph.inputs, graph.tensors.size(), false, "the input list"));
  QG_RETURN_IF_ERROR(CheckIndices(graph.outputs, graph.tensors.size(), false, "the output list"));
  std::vector<bool> produced(graph.tensors.size(), false);
  for (int input : graph.inputs) produced[At(input)] = true;
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    if (Status status = CheckOp(model, graph, graph.ops[i], produced); !status.ok()) {
      Error error = status.error();
      error.op_index = static_cast<int>(i);
      return error;
    }
  }
  return OkStatus();
}

Status CheckSignature(const Model& model, const Signature& signature) {
  if (!InRange(signature.subgraph, model.subgraphs.size())) {
    return ModelError("signature '" + signature.key + "' refers to subgraph " +
                      std::to_string(signature.subgraph));
  }
  const size_t tensors = model.subgraphs[At(signature.subgraph)].tensors.size();
  for (const auto* list : {&signature.inputs, &signature.outputs}) {
    for (const NamedTensor& entry : *list) {
      if (InRange(entry.tensor, tensors)) continue;
      return ModelError("signature '" + signature.key + "' refers to tensor " +
                        std::to_string(entry.tensor));
    }
  }
  return OkStatus();
}

}  // namespace

int MakerOf(const Subgraph& graph, int tensor) {
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const std::vector<int>& outputs = graph.ops[i].outputs;
    if (std::find(outputs.begin(), outputs.end(), tensor) != outputs.end()) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

std::string OpNode::type_name() const {
  if (code == OpCode::kCUSTOM) return custom_code.empty() ? "CUSTOM" : custom_code;
  return std::string(OpCodeName(code));
}

size_t ByteSize(DType dtype, const Shape& shape) {
  const auto bits = static_cast<size_t>(DTypeBits(dtype));
  return (static_cast<size_t>(shape.num_elements()) * bits + 7) / 8;
}

Status Validate(const Model& model) {
  if (model.subgraphs.empty()) return ModelError("no subgraph");
  if (model.buffers.empty()) return ModelError("no buffers; buffer 0 must exist");
  for (const Subgraph& graph : model.subgraphs) QG_RETURN_IF_ERROR(CheckSubgraph(model, graph));
  for (const Signature& signature : model.signatures) {
    QG_RETURN_IF_ERROR(CheckSignature(model, signature));
  }
  for (const MetadataEntry& entry : model.metadata) {
    if (InRange(entry.buffer, model.buffers.size())) continue;
    return ModelError("metadata '" + entry.name + "' refers to buffer " +
                      std::to_string(entry.buffer));
  }
  return OkStatus();
}

}  // namespace quantgate
