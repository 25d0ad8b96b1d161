// SHAPE, RANK, FILL, RANGE, ZEROS_LIKE, TILE, BROADCAST_TO and BROADCAST_ARGS: tensors made of few
// values, or of one tensor repeated. Where the shapes that BROADCAST_ARGS joins do not fit, the
// first one's extent is taken.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "reference/model/op_options.h"
#include "reference/ops/fill_pattern.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/shape_operand.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {
namespace {

bool IsIndexType(DType dtype) { return dtype == DType::kInt32 || dtype == DType::kInt64; }

// A kernel that writes these integers to output 0, int32 or int64.
Result<Kernel> WriteIntegers(const PrepareContext& context, const std::vector<int64_t>& values) {
  const DType dtype = context.output(0).dtype;
  if (!IsIndexType(dtype)) return UnsupportedTypes(context);
  return Kernel([=](const KernelArgs& args) {
    for (size_t i = 0; i < values.size(); ++i) {
      if (dtype == DType::kInt64) {
        args.out<int64_t>(0)[i] = values[i];
      } else {
        args.out<int32_t>(0)[i] = static_cast<int32_t>(values[i]);
      }
    }
  });
}

// Input `i` as one constant value of type T.
template <class T>
Result<T> ConstantScalar(const PrepareContext& context, size_t i) {
  if (context.input_shape(i).num_elements() != 1) {
    return PrepareContext::Malformed("input " + std::to_string(i) + " must be one value");
  }
  const auto data = context.PlannedValue(i);
  if (!data) return NotKnown(context, i);
  T value{};
  if (data->size() < sizeof(T)) return UnsupportedTypes(context);
  std::memcpy(&value, data->data(), sizeof(T));
  return value;
}

// ceil(|limit - start| / |delta|) elements, in T's own arithmetic.
template <class T>
Result<int64_t> RangeCount(T start, T limit, T delta) {
  const bool forward = start <= limit && delta > 0;
  const bool backward = start >= limit && delta < 0;
  if (!forward && !backward) {
    return PrepareContext::Malformed("from " + std::to_string(start) + " to " +
                                     std::to_string(limit) + " by " + std::to_string(delta));
  }
  if constexpr (std::is_floating_point_v<T>) {
    const T count = std::ceil(std::abs((limit - start) / delta));
    return count <= static_cast<T>(INT32_MAX) ? static_cast<int64_t>(count) : int64_t{-1};
  } else {
    // Two's complement differences fit unsigned.
    const uint64_t span = forward ? static_cast<uint64_t>(limit) - static_cast<uint64_t>(start)
                                  : static_cast<uint64_t>(start) - static_cast<uint64_t>(limit);
    const uint64_t step = forward ? static_cast<uint64_t>(delta) : -static_cast<uint64_t>(delta);
    const uint64_t count = span / step + (span % step != 0 ? 1 : 0);
    return count <= INT32_MAX ? static_cast<int64_t>(count) : int64_t{-1};
  }
}

template <class T>
Result<Kernel> MakeRange(PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const T start, ConstantScalar<T>(context, 0));
  QG_ASSIGN_OR_RETURN(const T limit, ConstantScalar<T>(context, 1));
  QG_ASSIGN_OR_RETURN(const T delta, ConstantScalar<T>(context, 2));
  QG_ASSIGN_OR_RETURN(const int64_t count, RangeCount(start, limit, delta));
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape({count}));
  context.SetOutputShape(0, out);
  return Kernel([=](const KernelArgs& args) {
    // The real runtime adds up, and so its rounding does.
    T value = start;
    for (int64_t i = 0; i < count; ++i) {
      args.out<T>(0)[i] = value;
      value = static_cast<T>(value + delta);
    }
  });
}

}  // namespace

Result<Kernel> PrepareShape(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape({in.rank()}));
  context.SetOutputShape(0, out);
  return WriteIntegers(context, {in.dims().begin(), in.dims().end()});
}

Result<Kernel> PrepareRank(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  context.SetOutputShape(0, Shape{});
  return WriteIntegers(context, {context.input_shape(0).rank()});
}

Result<Kernel> PrepareFill(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context, 1));
  if (context.input_shape(1).num_elements() != 1) {
    return PrepareContext::Malformed("fills with " + context.input_shape(1).ToString() +
                                     ", which is not one value");
  }
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> dims, ReadShapeOperand(context, 0));
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  context.SetOutputShape(0, out);
  const size_t bytes = ByteSize(context.output(0).dtype, out);
  return Kernel([=](const KernelArgs& args) {
    FillBytes(PatternAt(args.inputs[1], element), args.outputs[0], bytes);
  });
}

Result<Kernel> PrepareRange(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, 1));
  for (size_t i = 0; i < 3; ++i) QG_RETURN_IF_ERROR(MovedElementBytes(context, i));
  switch (context.output(0).dtype) {
    case DType::kFloat32: return MakeRange<float>(context);
    case DType::kInt32: return MakeRange<int32_t>(context);
    case DType::kInt64: return MakeRange<int64_t>(context);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareZerosLike(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  QG_RETURN_IF_ERROR(MovedElementBytes(context));
  const DType dtype = context.output(0).dtype;
  if (dtype != DType::kFloat32 && !IsIndexType(dtype)) return UnsupportedTypes(context);
  context.SetOutputShape(0, context.input_shape(0));
  const size_t bytes = ByteSize(dtype, context.input_shape(0));
  return Kernel([=](const KernelArgs& args) {
    if (bytes > 0) std::memset(args.outputs[0], 0, bytes);
  });
}

Result<Kernel> PrepareTile(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape& in = context.input_shape(0);
  const auto rank = static_cast<size_t>(in.rank());
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> multiples,
                      ConstantIntegers(context, 1, rank, "multiples"));
  std::vector<int64_t> dims(rank);
  for (size_t k = 0; k < rank; ++k) {
    if (multiples[k] < 0 || multiples[k] > INT32_MAX) {
      return PrepareContext::Malformed("repeats an axis " + std::to_string(multiples[k]) +
                                       " times");
    }
    dims[k] = in.dim(static_cast<int>(k)) * multiples[k];
  }
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  context.SetOutputShape(0, out);
  const std::vector<int64_t> from = ByteStrides(in, element);
  const std::vector<int64_t> to = ByteStrides(out, element);
  std::vector<CopyAxis> axes;
  for (size_t k = 0; k < rank; ++k) {
    const int64_t extent = in.dim(static_cast<int>(k));
    axes.push_back({multiples[k], 0, extent * to[k]});
    axes.push_back({extent, from[k], to[k]});
  }
  const StridedCopy copy(axes, element);
  return Kernel([=](const KernelArgs& args) { copy.Run(args.inputs[0], args.outputs[0]); });
}

Result<Kernel> PrepareBroadcastTo(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> dims, ConstantIntegers(context, 1));
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  const int added = out.rank() - in.rank();
  bool fits = added >= 0;
  for (int k = 0; fits && k < in.rank(); ++k) {
    fits = in.dim(k) == out.dim(k + added) || in.dim(k) == 1;
  }
  if (!fits) {
    return PrepareContext::Malformed(in.ToString() + " does not broadcast to " + out.ToString());
  }
  context.SetOutputShape(0, out);
  const std::vector<int64_t> from = ByteStrides(in, element);
  const std::vector<int64_t> to = ByteStrides(out, element);
  std::vector<CopyAxis> axes;
  for (int k = 0; k < out.rank(); ++k) {
    const bool repeated = k < added || in.dim(k - added) == 1;
    axes.push_back({out.dim(k), repeated ? 0 : from[static_cast<size_t>(k - added)],
                    to[static_cast<size_t>(k)]});
  }
  const StridedCopy copy(axes, element);
  return Kernel([=](const KernelArgs& args) { copy.Run(args.inputs[0], args.outputs[0]); });
}

Result<Kernel> PrepareBroadcastArgs(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_RETURN_IF_ERROR(MovedElementBytes(context, 0));
  QG_RETURN_IF_ERROR(MovedElementBytes(context, 1));
  const DType dtype = context.output(0).dtype;
  if (!IsIndexType(dtype)) return UnsupportedTypes(context);
  const Shape& a = context.input_shape(0);
  const Shape& b = context.input_shape(1);
  if (a.rank() != 1 || b.rank() != 1) {
    return PrepareContext::Malformed("shapes as tensors of shape " + a.ToString() + " and " +
                                     b.ToString());
  }
  const int32_t count = std::max(a.dim(0), b.dim(0));
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape({count}));
  context.SetOutputShape(0, out);
  const int32_t skip_a = count - a.dim(0);
  const int32_t skip_b = count - b.dim(0);
  const auto join = [=]<class T>(const KernelArgs& args, T) {
    for (int32_t k = 0; k < count; ++k) {
      const T first = k < skip_a ? T{1} : args.in<T>(0)[k - skip_a];
      const T second = k < skip_b ? T{1} : args.in<T>(1)[k - skip_b];
      args.out<T>(0)[k] = first == 1 ? second : first;
    }
  };
  if (dtype == DType::kInt64) {
    return Kernel([=](const KernelArgs& args) { join(args, int64_t{}); });
  }
  return Kernel([=](const KernelArgs& args) { join(args, int32_t{}); });
}

}  // namespace quantgate
