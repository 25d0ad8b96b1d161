// SLICE, SPLIT, SPLIT_V, PACK, UNPACK and DYNAMIC_UPDATE_SLICE: rectangular parts of a tensor taken
// out, or put together. Codes are moved as they are. Which part is known when the model is loaded,
// but for DYNAMIC_UPDATE_SLICE, whose start is a value of the run and is clamped so that the update
// lies within the operand.
#include <algorithm>

#include "reference/model/op_options.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {
namespace {

// What is taken of one axis: `extent` indices from `begin` on, every `stride`-th.
struct TakenAxis {
  int64_t begin = 0;
  int64_t stride = 1;
  int64_t extent = 0;
};

// The copy of these parts of the input's axes into a dense output.
StridedCopy TakeAxes(const Shape& in, const std::vector<TakenAxis>& taken, size_t element) {
  const std::vector<int64_t> strides = ByteStrides(in, element);
  std::vector<CopyAxis> axes(taken.size());
  int64_t offset = 0;
  auto to_stride = static_cast<int64_t>(element);
  for (size_t k = taken.size(); k-- > 0;) {
    axes[k] = {taken[k].extent, strides[k] * taken[k].stride, to_stride};
    offset += strides[k] * taken[k].begin;
    to_stride *= taken[k].extent;
  }
  return {axes, element, offset};
}

std::vector<TakenAxis> WholeAxes(const Shape& shape) {
  std::vector<TakenAxis> axes;
  for (const int32_t dim : shape.dims()) axes.push_back({0, 1, dim});
  return axes;
}

// Parts of input `i` along `axis`, one an output.
Result<Kernel> SplitAlong(PrepareContext& context, size_t i, int axis,
                          const std::vector<int64_t>& sizes) {
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context, i));
  const Shape in = context.input_shape(i);
  std::vector<TakenAxis> taken = WholeAxes(in);
  TakenAxis& cut = taken[static_cast<size_t>(axis)];
  std::vector<StridedCopy> copies;
  for (size_t o = 0; o < sizes.size(); ++o) {
    cut.extent = sizes[o];
    std::vector<int64_t> dims(in.dims().begin(), in.dims().end());
    dims[static_cast<size_t>(axis)] = sizes[o];
    QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
    context.SetOutputShape(o, out);
    copies.push_back(TakeAxes(in, taken, element));
    cut.begin += sizes[o];
  }
  return Kernel([=](const KernelArgs& args) {
    for (size_t o = 0; o < copies.size(); ++o) copies[o].Run(args.inputs[i], args.outputs[o]);
  });
}

Result<int> ConstantAxis(const PrepareContext& context, size_t i, int rank) {
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> axis, ConstantIntegers(context, i, 1, "axes"));
  return ResolveAxis(axis[0], rank);
}

// Sizes with a -1 replaced by what the others leave of `extent`.
Status ResolveSizes(std::vector<int64_t>& sizes, int64_t extent) {
  int64_t known = 0;
  int64_t* open = nullptr;
  for (int64_t& size : sizes) {
    if (size == -1 && open == nullptr) {
      open = &size;
    } else if (size < 0 || size > extent) {
      return PrepareContext::Malformed("a part of " + std::to_string(size) + " of " +
                                       std::to_string(extent));
    } else {
      known += size;
    }
  }
  if (open != nullptr) *open = std::max<int64_t>(extent - known, 0);
  if (open != nullptr ? known > extent : known != extent) {
    return PrepareContext::Malformed("parts of " + std::to_string(known) + " in all of " +
                                     std::to_string(extent));
  }
  return OkStatus();
}

}  // namespace

Result<Kernel> PrepareSlice(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape in = context.input_shape(0);
  const auto rank = static_cast<size_t>(in.rank());
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> begin,
                      ConstantIntegers(context, 1, rank, "begins"));
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> size, ConstantIntegers(context, 2, rank, "sizes"));
  std::vector<TakenAxis> taken;
  std::vector<int64_t> dims;
  for (size_t k = 0; k < rank; ++k) {
    const int64_t extent = in.dim(static_cast<int>(k));
    // A size of -1 takes the rest.
    const int64_t want = size[k] == -1 ? extent - begin[k] : size[k];
    if (begin[k] < 0 || begin[k] > extent || want < 0 || want > extent - begin[k]) {
      return PrepareContext::Malformed("slice of " + std::to_string(size[k]) + " from " +
                                       std::to_string(begin[k]) + " of axis " + std::to_string(k) +
                                       " of " + in.ToString());
    }
    taken.push_back({begin[k], 1, want});
    dims.push_back(want);
  }
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  context.SetOutputShape(0, out);
  const StridedCopy copy = TakeAxes(in, taken, element);
  return Kernel([=](const KernelArgs& args) { copy.Run(args.inputs[0], args.outputs[0]); });
}

Result<Kernel> PrepareSplit(PrepareContext& context) {
  const auto options = OptionsOrDefault<schema::SplitOptionsT>(context.node());
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, context.num_outputs()));
  const Shape& in = context.input_shape(1);
  QG_ASSIGN_OR_RETURN(const int axis, ConstantAxis(context, 0, in.rank()));
  const auto parts = static_cast<int64_t>(context.num_outputs());
  if (parts == 0 || options.num_splits != parts || in.dim(axis) % parts != 0) {
    return PrepareContext::Malformed("axis " + std::to_string(axis) + " of " + in.ToString() +
                                     " split in " + std::to_string(options.num_splits) + " for " +
                                     std::to_string(parts) + " outputs");
  }
  return SplitAlong(context, 1, axis,
                    std::vector<int64_t>(context.num_outputs(), in.dim(axis) / parts));
}

Result<Kernel> PrepareSplitV(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, context.num_outputs()));
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const int axis, ConstantAxis(context, 2, in.rank()));
  QG_ASSIGN_OR_RETURN(std::vector<int64_t> sizes,
                      ConstantIntegers(context, 1, context.num_outputs(), "sizes of parts"));
  QG_RETURN_IF_ERROR(ResolveSizes(sizes, in.dim(axis)));
  return SplitAlong(context, 0, axis, sizes);
}

Result<Kernel> PreparePack(PrepareContext& context) {
  const size_t count = context.num_inputs();
  QG_RETURN_IF_ERROR(CheckArity(context, std::max<size_t>(count, 1), count, 1));
  const auto options = OptionsOrDefault<schema::PackOptionsT>(context.node());
  const Shape in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const int axis, ResolveAxis(options.axis, in.rank() + 1));
  for (size_t i = 0; i < count; ++i) {
    QG_RETURN_IF_ERROR(MovedElementBytes(context, i));
    if (context.input_shape(i) != in || context.input(i).quant != context.input(0).quant) {
      return PrepareContext::Malformed("inputs 0 and " + std::to_string(i) +
                                       " must share shape, scale and zero point");
    }
  }
  std::vector<int64_t> dims(in.dims().begin(), in.dims().end());
  dims.insert(dims.begin() + axis, static_cast<int64_t>(count));
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  context.SetOutputShape(0, out);
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  int64_t outer = 1;
  for (int k = 0; k < axis; ++k) outer *= in.dim(k);
  const auto run =
      static_cast<int64_t>(ByteSize(context.input(0).dtype, in)) / std::max<int64_t>(outer, 1);
  std::vector<StridedCopy> copies;
  for (size_t i = 0; i < count; ++i) {
    const CopyAxis rows{outer, run, run * static_cast<int64_t>(count)};
    const CopyAxis inside{run / static_cast<int64_t>(element), static_cast<int64_t>(element),
                          static_cast<int64_t>(element)};
    copies.emplace_back(std::vector{rows, inside}, element, 0, run * static_cast<int64_t>(i));
  }
  return Kernel([=](const KernelArgs& args) {
    for (size_t i = 0; i < copies.size(); ++i) copies[i].Run(args.inputs[i], args.outputs[0]);
  });
}

Result<Kernel> PrepareUnpack(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, context.num_outputs()));
  const auto options = OptionsOrDefault<schema::UnpackOptionsT>(context.node());
  const Shape in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const int axis, ResolveAxis(options.axis, in.rank()));
  const auto count = static_cast<int64_t>(context.num_outputs());
  if (count != in.dim(axis) || options.num != count) {
    return PrepareContext::Malformed(std::to_string(in.dim(axis)) + " slices for " +
                                     std::to_string(count) + " outputs");
  }
  QG_ASSIGN_OR_RETURN(Kernel kernel,
                      SplitAlong(context, 0, axis, std::vector<int64_t>(context.num_outputs(), 1)));
  std::vector<int64_t> dims(in.dims().begin(), in.dims().end());
  dims.erase(dims.begin() + axis);
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  for (size_t o = 0; o < context.num_outputs(); ++o) context.SetOutputShape(o, out);
  return kernel;
}

Result<Kernel> PrepareDynamicUpdateSlice(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape in = context.input_shape(0);
  const Shape update = context.input_shape(1);
  const DType start_type = context.input(2).dtype;
  if (context.input(1).dtype != context.input(0).dtype ||
      (start_type != DType::kInt32 && start_type != DType::kInt64)) {
    return UnsupportedTypes(context);
  }
  const bool starts_fit = context.input_shape(2).num_elements() == in.rank();
  bool fits = update.rank() == in.rank() && starts_fit;
  for (int k = 0; fits && k < in.rank(); ++k) fits = update.dim(k) <= in.dim(k);
  if (!fits) {
    return PrepareContext::Malformed("update of " + update.ToString() + " in " + in.ToString() +
                                     " at " + context.input_shape(2).ToString() + " starts");
  }
  context.SetOutputShape(0, in);
  const std::vector<int64_t> to = ByteStrides(in, element);
  const std::vector<int64_t> from = ByteStrides(update, element);
  std::vector<CopyAxis> axes;
  for (size_t k = 0; k < to.size(); ++k) {
    axes.push_back({update.dim(static_cast<int>(k)), from[k], to[k]});
  }
  const StridedCopy copy(axes, element);
  const Kernel base = CopyBytes(ByteSize(context.input(0).dtype, in));
  return Kernel([=](const KernelArgs& args) {
    base(args);
    int64_t offset = 0;
    for (size_t k = 0; k < to.size(); ++k) {
      const int64_t start =
          start_type == DType::kInt32 ? args.in<int32_t>(2)[k] : args.in<int64_t>(2)[k];
      const int axis = static_cast<int>(k);
      offset += to[k] * std::clamp<int64_t>(start, 0, in.dim(axis) - update.dim(axis));
    }
    copy.Run(args.inputs[1], args.outputs[0] + offset);
  });
}

}  // namespace quantgate
