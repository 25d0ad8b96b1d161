// ARG_MAX, ARG_MIN, TOPK_V2 and CUMSUM: results that depend on the order along one axis. Among
// equal values the lowest index wins. Codes are compared as they are.
#include <algorithm>
#include <numeric>

#include "reference/model/op_options.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/shape_operand.h"

namespace quantgate {
namespace {

// A tensor seen as [outer, extent, inner] around one axis.
struct AxisView {
  int64_t outer = 1;
  int32_t extent = 1;
  int64_t inner = 1;
};

Result<AxisView> ViewAround(const Shape& shape, int64_t axis) {
  const int64_t at = axis < 0 ? axis + shape.rank() : axis;
  if (at < 0 || at >= shape.rank()) {
    return PrepareContext::Malformed("axis " + std::to_string(axis) + " of " + shape.ToString());
  }
  AxisView view;
  for (int k = 0; k < shape.rank(); ++k) {
    if (k < at) view.outer *= shape.dim(k);
    if (k == at) view.extent = shape.dim(k);
    if (k > at) view.inner *= shape.dim(k);
  }
  return view;
}

template <class T, class Index>
Kernel ArgKernel(const AxisView& view, bool maximum) {
  return [=](const KernelArgs& args) {
    for (int64_t o = 0; o < view.outer; ++o) {
      for (int64_t i = 0; i < view.inner; ++i) {
        const T* in = args.in<T>(0) + o * view.extent * view.inner + i;
        int32_t best = 0;
        for (int32_t k = 1; k < view.extent; ++k) {
          const T value = in[k * view.inner];
          const T leader = in[best * view.inner];
          if (maximum ? value > leader : value < leader) best = k;
        }
        args.out<Index>(0)[o * view.inner + i] = best;
      }
    }
  };
}

template <class T>
Result<Kernel> ArgOfType(const PrepareContext& context, const AxisView& view, bool maximum) {
  switch (context.output(0).dtype) {
    case DType::kInt32: return ArgKernel<T, int32_t>(view, maximum);
    case DType::kInt64: return ArgKernel<T, int64_t>(view, maximum);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareArg(PrepareContext& context, bool maximum) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> axis, ConstantIntegers(context, 1));
  if (axis.size() != 1) return PrepareContext::Malformed("one axis is needed");
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const AxisView view, ViewAround(in, axis[0]));
  if (view.extent < 1) return PrepareContext::Malformed("no elements along the axis");
  std::vector<int32_t> dims(in.dims().begin(), in.dims().end());
  dims.erase(dims.begin() + (axis[0] < 0 ? axis[0] + in.rank() : axis[0]));
  QG_ASSIGN_OR_RETURN(const Shape out, Shape::Make(dims));
  context.SetOutputShape(0, out);
  switch (context.input(0).dtype) {
    case DType::kFloat32: return ArgOfType<float>(context, view, maximum);
    case DType::kInt8: return ArgOfType<int8_t>(context, view, maximum);
    case DType::kUInt8: return ArgOfType<uint8_t>(context, view, maximum);
    case DType::kInt32: return ArgOfType<int32_t>(context, view, maximum);
    case DType::kBool: return ArgOfType<uint8_t>(context, view, maximum);
    default: return UnsupportedTypes(context);
  }
}

template <class T>
Result<Kernel> TopK(PrepareContext& context, int64_t rows, int32_t extent, int32_t k) {
  context.RequestScratch(static_cast<size_t>(extent) * sizeof(int32_t));
  return Kernel([=](const KernelArgs& args) {
    auto* order = reinterpret_cast<int32_t*>(args.scratch);
    for (int64_t row = 0; row < rows; ++row) {
      const T* in = args.in<T>(0) + row * extent;
      std::iota(order, order + extent, 0);
      std::partial_sort(order, order + k, order + extent, [in](int32_t a, int32_t b) {
        return in[a] > in[b] || (!(in[b] > in[a]) && a < b);
      });
      for (int32_t i = 0; i < k; ++i) {
        args.out<T>(0)[row * k + i] = in[order[i]];
        args.out<int32_t>(1)[row * k + i] = order[i];
      }
    }
  });
}

Result<Kernel> TopKOfType(PrepareContext& context, int32_t k) {
  const Shape& in = context.input_shape(0);
  const int64_t rows = in.outer_size();
  switch (context.input(0).dtype) {
    case DType::kFloat32: return TopK<float>(context, rows, in.last_dim(), k);
    case DType::kInt8: return TopK<int8_t>(context, rows, in.last_dim(), k);
    case DType::kUInt8: return TopK<uint8_t>(context, rows, in.last_dim(), k);
    case DType::kInt32: return TopK<int32_t>(context, rows, in.last_dim(), k);
    case DType::kInt64: return TopK<int64_t>(context, rows, in.last_dim(), k);
    default: return UnsupportedTypes(context);
  }
}

template <class T>
Kernel CumulativeSum(const AxisView& view, bool exclusive, bool reverse) {
  return [=](const KernelArgs& args) {
    for (int64_t o = 0; o < view.outer; ++o) {
      for (int64_t i = 0; i < view.inner; ++i) {
        const int64_t base = o * view.extent * view.inner + i;
        T sum = 0;
        for (int32_t step = 0; step < view.extent; ++step) {
          const int32_t k = reverse ? view.extent - 1 - step : step;
          const int64_t at = base + k * view.inner;
          const T value = args.in<T>(0)[at];
          args.out<T>(0)[at] = exclusive ? sum : static_cast<T>(sum + value);
          sum = static_cast<T>(sum + value);
        }
      }
    }
  };
}

}  // namespace

Result<Kernel> PrepareArgMax(PrepareContext& context) { return PrepareArg(context, true); }
Result<Kernel> PrepareArgMin(PrepareContext& context) { return PrepareArg(context, false); }

Result<Kernel> PrepareTopKV2(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 2));
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> wanted, ReadShapeOperand(context, 1, -1));
  const Shape& in = context.input_shape(0);
  if (wanted.size() != 1 || in.rank() < 1 || wanted[0] < 0 || wanted[0] > in.last_dim()) {
    return PrepareContext::Malformed("k does not fit input " + in.ToString());
  }
  if (context.output(0).dtype != context.input(0).dtype ||
      context.output(1).dtype != DType::kInt32) {
    return UnsupportedTypes(context);
  }
  const auto k = static_cast<int32_t>(wanted[0]);
  std::vector<int32_t> dims(in.dims().begin(), in.dims().end());
  dims.back() = k;
  QG_ASSIGN_OR_RETURN(const Shape out, Shape::Make(dims));
  context.SetOutputShape(0, out);
  context.SetOutputShape(1, out);
  return TopKOfType(context, k);
}

Result<Kernel> PrepareCumsum(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> axis, ConstantIntegers(context, 1));
  if (axis.size() != 1) return PrepareContext::Malformed("one axis is needed");
  QG_ASSIGN_OR_RETURN(const AxisView view, ViewAround(context.input_shape(0), axis[0]));
  context.SetOutputShape(0, context.input_shape(0));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  const auto options = OptionsOrDefault<schema::CumsumOptionsT>(context.node());
  switch (context.input(0).dtype) {
    case DType::kFloat32: return CumulativeSum<float>(view, options.exclusive, options.reverse);
    case DType::kInt32: return CumulativeSum<int32_t>(view, options.exclusive, options.reverse);
    case DType::kInt64: return CumulativeSum<int64_t>(view, options.exclusive, options.reverse);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
