#include "reference/ops/strided_copy.h"

#include <array>
#include <cstring>

#include "reference/ops/op_checks.h"

namespace quantgate {
namespace {

// Runs of the usual element sizes are copied by a move of known size.
void CopyRun(const std::byte* from, std::byte* to, size_t bytes) {
  switch (bytes) {
    case 1: *to = *from; return;
    case 2: std::memcpy(to, from, 2); return;
    case 4: std::memcpy(to, from, 4); return;
    case 8: std::memcpy(to, from, 8); return;
    default: std::memcpy(to, from, bytes); return;
  }
}

}  // namespace

StridedCopy::StridedCopy(const std::vector<CopyAxis>& axes, size_t element_bytes,
                         int64_t from_offset, int64_t to_offset)
    : run_bytes_(element_bytes),
      from_offset_(from_offset),
      to_offset_(to_offset),
      empty_(element_bytes == 0) {
  for (const CopyAxis& axis : axes) {
    empty_ = empty_ || axis.extent <= 0;
    if (axis.extent == 1) continue;
    if (!axes_.empty() && axes_.back().from_stride == axis.extent * axis.from_stride &&
        axes_.back().to_stride == axis.extent * axis.to_stride) {
      axes_.back() = {axes_.back().extent * axis.extent, axis.from_stride, axis.to_stride};
    } else {
      axes_.push_back(axis);
    }
  }
  const auto run = static_cast<int64_t>(run_bytes_);
  if (!empty_ && !axes_.empty() && axes_.back().from_stride == run &&
      axes_.back().to_stride == run) {
    run_bytes_ *= static_cast<size_t>(axes_.back().extent);
    axes_.pop_back();
  }
  QG_CHECK(axes_.size() <= kMaxAxes);
}

void StridedCopy::Run(const std::byte* from, std::byte* to) const {
  if (empty_) return;
  from += from_offset_;
  to += to_offset_;
  std::array<int64_t, kMaxAxes> at{};
  while (true) {
    CopyRun(from, to, run_bytes_);
    size_t k = axes_.size();
    while (k > 0) {
      const CopyAxis& axis = axes_[k - 1];
      if (++at[k - 1] < axis.extent) {
        from += axis.from_stride;
        to += axis.to_stride;
        break;
      }
      at[k - 1] = 0;
      from -= axis.from_stride * (axis.extent - 1);
      to -= axis.to_stride * (axis.extent - 1);
      --k;
    }
    if (k == 0) return;
  }
}

std::vector<int64_t> ByteStrides(const Shape& shape, size_t element_bytes) {
  std::vector<int64_t> strides(static_cast<size_t>(shape.rank()));
  auto stride = static_cast<int64_t>(element_bytes);
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    strides[static_cast<size_t>(axis)] = stride;
    stride *= shape.dim(axis);
  }
  return strides;
}

Result<size_t> MovedElementBytes(const PrepareContext& context, size_t i) {
  const DType dtype = context.input(i).dtype;
  bool same = DTypeBits(dtype) >= 8;
  for (size_t o = 0; o < context.num_outputs(); ++o) same &= context.output(o).dtype == dtype;
  if (!same) return UnsupportedTypes(context);
  return static_cast<size_t>(DTypeBits(dtype)) / 8;
}

Result<int> ResolveAxis(int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    return PrepareContext::Malformed("axis " + std::to_string(axis) + " at rank " +
                                     std::to_string(rank));
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Result<std::vector<int64_t>> ConstantIntegers(const PrepareContext& context, size_t i, size_t count,
                                              const char* what) {
  QG_ASSIGN_OR_RETURN(std::vector<int64_t> values, ConstantIntegers(context, i));
  if (values.size() != count) {
    return PrepareContext::Malformed(std::to_string(values.size()) + " " + what + " where " +
                                     std::to_string(count) + " are needed");
  }
  return values;
}

Result<Shape> MakeShape(const std::vector<int64_t>& dims) {
  std::vector<int32_t> extents;
  for (const int64_t dim : dims) {
    if (dim < 0 || dim > INT32_MAX) {
      return PrepareContext::Malformed("an output extent of " + std::to_string(dim));
    }
    extents.push_back(static_cast<int32_t>(dim));
  }
  return Shape::Make(extents);
}

Kernel CopyBytes(size_t bytes, size_t i) {
  return [=](const KernelArgs& args) {
    if (bytes > 0) std::memcpy(args.outputs[0], args.inputs[i], bytes);
  };
}

}  // namespace quantgate
