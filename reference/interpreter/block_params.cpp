#include "reference/interpreter/block_params.h"

#include <cmath>
#include <string>

#include "reference/numeric/element.h"

namespace quantgate {
namespace {

Error BlockError(const TensorInfo& tensor, std::string message,
                 ErrorCode code = ErrorCode::kModel) {
  return Error{code, "block-wise constant: " + std::move(message), {}, {}, tensor.name};
}

const TensorInfo* TensorAt(const Subgraph& graph, int index) {
  const bool exists = index >= 0 && static_cast<size_t>(index) < graph.tensors.size();
  return exists ? &graph.tensors[static_cast<size_t>(index)] : nullptr;
}

Status CheckBlocks(const TensorInfo& tensor) {
  const int32_t block = tensor.blockwise->block_size;
  const int32_t extent = tensor.shape.rank() > 0 ? tensor.shape.last_dim() : 1;
  if (block >= 1 && extent % block == 0) return OkStatus();
  return BlockError(tensor, "blocks of " + std::to_string(block) +
                                " do not divide its last extent " + std::to_string(extent));
}

Status CheckZeroPoints(const Model& model, const Subgraph& graph, const TensorInfo& tensor) {
  const TensorInfo* zeros = TensorAt(graph, tensor.blockwise->zero_points_tensor);
  if (zeros == nullptr || IsFloat(zeros->dtype) || !IsNumeric(zeros->dtype)) return OkStatus();
  const auto bytes = model.Constant(*zeros);
  const size_t count = bytes.empty() ? 0 : static_cast<size_t>(zeros->shape.num_elements());
  for (size_t i = 0; i < count; ++i) {
    const auto zero = static_cast<int64_t>(ReadElement(bytes, zeros->dtype, i));
    if (zero == 0) continue;
    return BlockError(tensor, "zero point " + std::to_string(zero) + " of block " +
                                  std::to_string(i) + "; kernels take 0 only");
  }
  return OkStatus();
}

}  // namespace

Result<QuantParams> ReadBlockParams(const Model& model, const Subgraph& graph,
                                    const TensorInfo& tensor) {
  if (tensor.dtype != DType::kInt4 && tensor.dtype != DType::kInt2) {
    return BlockError(tensor,
                      "codes of type " + std::string(DTypeName(tensor.dtype)) +
                          "; there are kernels for int4 and int2 only",
                      ErrorCode::kUnsupported);
  }
  QG_RETURN_IF_ERROR(CheckBlocks(tensor));
  const TensorInfo* scales = TensorAt(graph, tensor.blockwise->scales_tensor);
  const auto bytes = scales == nullptr ? std::span<const std::byte>() : model.Constant(*scales);
  if (bytes.empty()) return BlockError(tensor, "its scales are in no constant");
  if (scales->dtype != DType::kFloat16 || scales->sparsity) {
    return BlockError(tensor, "scales of type " + std::string(DTypeName(scales->dtype)) +
                                  (scales->sparsity ? ", sparse," : "") +
                                  " where dense float16 is needed");
  }
  QuantParams params;
  params.block = tensor.blockwise->block_size;
  const auto blocks = static_cast<size_t>(tensor.shape.num_elements() / params.block);
  const auto count = static_cast<size_t>(scales->shape.num_elements());
  if (count != blocks) {
    return BlockError(tensor, std::to_string(count) + " scales for " + std::to_string(blocks) +
                                  " blocks of " + std::to_string(params.block));
  }
  QG_RETURN_IF_ERROR(CheckZeroPoints(model, graph, tensor));
  for (size_t i = 0; i < count; ++i) {
    const auto scale = static_cast<float>(ReadElement(bytes, scales->dtype, i));
    if (!(scale > 0) || !std::isfinite(scale)) {
      return BlockError(tensor, "scale " + std::to_string(scale) + " of block " +
                                    std::to_string(i) + " is not positive and finite");
    }
    params.scales.push_back(scale);
  }
  params.zero_points.assign(count, 0);
  return params;
}

}  // namespace quantgate
