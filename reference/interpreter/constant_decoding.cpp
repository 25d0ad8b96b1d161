#include "reference/interpreter/constant_decoding.h"

#include <cstring>
#include <span>

#include "reference/interpreter/block_params.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 30;

Error ModelError(const TensorInfo& tensor, std::string message) {
  return Error{ErrorCode::kModel, "sparse constant: " + std::move(message), {}, {}, tensor.name};
}

// Walks the levels of a sparse layout in traversal order. Level l stands for axis order[l] of the
// tensor if that is below its rank, else for the position within a block of axis
// block_map[order[l] - rank]; an axis of blocks has position = block * block extent + within.
class SparseWalk {
 public:
  SparseWalk(const TensorInfo& tensor, std::span<const std::byte> values)
      : tensor_(tensor),
        layout_(*tensor.sparsity),
        values_(values),
        rank_(static_cast<size_t>(tensor.shape.rank())),
        element_(static_cast<size_t>(DTypeBits(tensor.dtype) / 8)),
        axis_of_block_(layout_.block_map.begin(), layout_.block_map.end()),
        block_extent_(rank_, 1),
        position_(rank_ + layout_.block_map.size(), 0) {}

  Result<std::vector<std::byte>> Run() {
    QG_RETURN_IF_ERROR(CheckLevels());
    dense_.resize(ByteSize(tensor_.dtype, tensor_.shape));
    QG_RETURN_IF_ERROR(Visit(0, 0));
    return std::move(dense_);
  }

 private:
  Status CheckLevels() {
    const size_t levels = position_.size();
    if (element_ == 0 || rank_ == 0 || levels > 2 * rank_ || layout_.dimensions.size() != levels ||
        layout_.traversal_order.size() != levels) {
      return ModelError(tensor_, "its levels do not fit its shape");
    }
    std::vector<bool> seen(levels);
    for (size_t level = 0; level < levels; ++level) {
      const auto axis = static_cast<size_t>(layout_.traversal_order[level]);
      if (axis >= levels || seen[axis]) return ModelError(tensor_, "its levels name an axis twice");
      seen[axis] = true;
      if (axis < rank_) continue;
      const auto blocked = static_cast<size_t>(axis_of_block_[axis - rank_]);
      const SparseDimension& dimension = layout_.dimensions[level];
      if (blocked >= rank_ || dimension.compressed || dimension.dense_size < 1) {
        return ModelError(tensor_, "its blocks do not fit its shape");
      }
      block_extent_[blocked] = dimension.dense_size;
    }
    return OkStatus();
  }

  // Everything below `level`, its entry number `entry` among the entries of that level.
  Status Visit(size_t level, size_t entry) {
    if (level == position_.size()) return Store(entry);
    const SparseDimension& dimension = layout_.dimensions[level];
    int32_t& here = position_[static_cast<size_t>(layout_.traversal_order[level])];
    if (!dimension.compressed) {
      if (dimension.dense_size < 1) return ModelError(tensor_, "an extent below one");
      const auto extent = static_cast<size_t>(dimension.dense_size);
      for (size_t i = 0; i < extent; ++i) {
        here = static_cast<int32_t>(i);
        QG_RETURN_IF_ERROR(Visit(level + 1, entry * extent + i));
      }
      return OkStatus();
    }
    if (entry + 1 >= dimension.segments.size()) return ModelError(tensor_, "too few segments");
    const int32_t begin = dimension.segments[entry];
    const int32_t end = dimension.segments[entry + 1];
    if (begin < 0 || end < begin || static_cast<size_t>(end) > dimension.indices.size()) {
      return ModelError(tensor_, "a segment outside its indices");
    }
    for (int32_t i = begin; i < end; ++i) {
      here = dimension.indices[static_cast<size_t>(i)];
      QG_RETURN_IF_ERROR(Visit(level + 1, static_cast<size_t>(i)));
    }
    return OkStatus();
  }

  Status Store(size_t entry) {
    if (entry >= values_.size() / element_) return ModelError(tensor_, "too few values");
    std::vector<int64_t> at(position_.begin(), position_.begin() + static_cast<long>(rank_));
    for (size_t axis = 0; axis < rank_; ++axis) at[axis] *= block_extent_[axis];
    for (size_t b = 0; b < axis_of_block_.size(); ++b) {
      at[static_cast<size_t>(axis_of_block_[b])] += position_[rank_ + b];
    }
    int64_t offset = 0;
    for (size_t axis = 0; axis < rank_; ++axis) {
      const int32_t extent = tensor_.shape.dim(static_cast<int>(axis));
      if (at[axis] < 0 || at[axis] >= extent) return ModelError(tensor_, "an index out of range");
      offset = offset * extent + at[axis];
    }
    std::memcpy(&dense_[static_cast<size_t>(offset) * element_], &values_[entry * element_],
                element_);
    return OkStatus();
  }

  const TensorInfo& tensor_;
  const SparseLayout& layout_;
  std::span<const std::byte> values_;
  size_t rank_;
  size_t element_;
  std::vector<int32_t> axis_of_block_;
  std::vector<int32_t> block_extent_;  // by axis
  std::vector<int32_t> position_;      // by axis, then by block
  std::vector<std::byte> dense_;
};

std::vector<std::byte> Unpack(std::span<const std::byte> packed, DType dtype, size_t count) {
  std::vector<std::byte> codes(count);
  for (size_t i = 0; i < count; ++i) {
    codes[i] = static_cast<std::byte>(static_cast<int8_t>(ReadElement(packed, dtype, i)));
  }
  return codes;
}

}  // namespace

Result<std::optional<DecodedConstant>> DecodeConstant(const Model& model, const Subgraph& graph,
                                                      const TensorInfo& tensor) {
  const std::span<const std::byte> stored = model.Constant(tensor);
  const bool packed = tensor.dtype == DType::kInt4 || tensor.dtype == DType::kInt2;
  QuantParams quant = tensor.quant;
  if (packed && tensor.blockwise) {
    // What is wrong with them, the plan says of the operator that reads them.
    if (auto blocks = ReadBlockParams(model, graph, tensor); blocks.ok()) quant = *blocks;
  }
  if (stored.empty() || (!tensor.sparsity && !packed)) return std::optional<DecodedConstant>();
  const auto count = static_cast<size_t>(tensor.shape.num_elements());
  if (count > kMaxBytes || ByteSize(tensor.dtype, tensor.shape) > kMaxBytes) {
    return Error{
        ErrorCode::kUnsupported, "a constant of over 1 GiB when decoded", {}, {}, tensor.name};
  }
  DecodedConstant decoded{tensor, {}};
  decoded.info.quant = std::move(quant);
  decoded.info.sparsity = nullptr;
  if (tensor.sparsity) {
    if (packed) {
      return Error{
          ErrorCode::kUnsupported, "a sparse constant of packed integers", {}, {}, tensor.name};
    }
    QG_ASSIGN_OR_RETURN(decoded.bytes, SparseWalk(tensor, stored).Run());
    return std::optional(std::move(decoded));
  }
  decoded.info.dtype = DType::kInt8;
  decoded.bytes = Unpack(stored, tensor.dtype, count);
  return std::optional(std::move(decoded));
}

}  // namespace quantgate
