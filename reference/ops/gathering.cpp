// GATHER, GATHER_ND, SCATTER_ND, EMBEDDING_LOOKUP and ONE_HOT: elements picked, or placed, by
// indices that are values of the run. Codes are moved as they are; an EMBEDDING_LOOKUP of codes
// into floats gives scale * code, with one scale or one a block. The real runtime stops at an index
// out of range; here GATHER, GATHER_ND and EMBEDDING_LOOKUP write zero bits for it, and SCATTER_ND
// leaves it out. For ONE_HOT it is no error: no element of the depth axis is on.
#include <algorithm>
#include <cstring>

#include "reference/model/op_options.h"
#include "reference/ops/fill_pattern.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {
namespace {

// A tensor of indices, int32 or int64.
struct Indices {
  size_t input = 0;
  bool wide = false;

  [[nodiscard]] int64_t At(const KernelArgs& args, int64_t i) const {
    return wide ? args.in<int64_t>(input)[i] : args.in<int32_t>(input)[i];
  }
};

Result<Indices> IndicesOf(const PrepareContext& context, size_t input) {
  const DType dtype = context.input(input).dtype;
  if (dtype != DType::kInt32 && dtype != DType::kInt64) return UnsupportedTypes(context);
  return Indices{input, dtype == DType::kInt64};
}

int64_t Product(const Shape& shape, int from, int to) {
  int64_t product = 1;
  for (int k = from; k < to; ++k) product *= shape.dim(k);
  return product;
}

void Append(std::vector<int64_t>& dims, const Shape& shape, int from, int to) {
  for (int k = from; k < to; ++k) dims.push_back(shape.dim(k));
}

// Input 0 as [batch, outer, axis, inner], the indices as [batch, count].
struct GatherOp {
  int64_t batch = 1;
  int64_t outer = 1;
  int64_t axis = 1;
  int64_t count = 1;
  size_t slice_bytes = 0;
  Indices indices;
};

void RunGather(const GatherOp& op, const KernelArgs& args) {
  std::byte* to = args.outputs[0];
  if (op.slice_bytes == 0) return;
  for (int64_t b = 0; b < op.batch; ++b) {
    for (int64_t o = 0; o < op.outer; ++o) {
      const int64_t row = (b * op.outer + o) * op.axis;
      for (int64_t i = 0; i < op.count; ++i, to += op.slice_bytes) {
        const int64_t at = op.indices.At(args, b * op.count + i);
        if (at < 0 || at >= op.axis) {
          std::memset(to, 0, op.slice_bytes);
        } else {
          std::memcpy(to, args.inputs[0] + static_cast<size_t>(row + at) * op.slice_bytes,
                      op.slice_bytes);
        }
      }
    }
  }
}

// Tuples of indices into the leading axes of a tensor, each with the slice behind it.
struct TupleOp {
  std::vector<int64_t> extents;  // of the indexed axes
  int64_t count = 0;             // of tuples
  int64_t slice = 0;             // elements
  Indices indices;

  // The slice's number, or -1 when the tuple is out of range.
  [[nodiscard]] int64_t Slice(const KernelArgs& args, int64_t tuple) const {
    int64_t at = 0;
    const auto width = static_cast<int64_t>(extents.size());
    for (int64_t k = 0; k < width; ++k) {
      const int64_t extent = extents[static_cast<size_t>(k)];
      const int64_t index = indices.At(args, tuple * width + k);
      if (index < 0 || index >= extent) return -1;
      at = at * extent + index;
    }
    return at;
  }
};

// The op for tuples in input `i` into `indexed`.
Result<TupleOp> MakeTuples(const PrepareContext& context, size_t i, const Shape& indexed) {
  const Shape& shape = context.input_shape(i);
  if (shape.rank() < 1 || shape.last_dim() > indexed.rank()) {
    return PrepareContext::Malformed("tuples of shape " + shape.ToString() + " into " +
                                     indexed.ToString());
  }
  TupleOp op;
  QG_ASSIGN_OR_RETURN(op.indices, IndicesOf(context, i));
  const int width = shape.last_dim();
  Append(op.extents, indexed, 0, width);
  op.count = shape.outer_size();
  op.slice = Product(indexed, width, indexed.rank());
  return op;
}

// The shape of the picked slices: the tuples' without the last axis, then what they leave.
Result<Shape> SlicesShape(const Shape& tuples, const Shape& indexed) {
  std::vector<int64_t> dims;
  Append(dims, tuples, 0, tuples.rank() - 1);
  Append(dims, indexed, tuples.last_dim(), indexed.rank());
  return MakeShape(dims);
}

template <class T>
void AddSlice(const std::byte* from, std::byte* to, int64_t elements) {
  const T* more = reinterpret_cast<const T*>(from);
  T* sum = reinterpret_cast<T*>(to);
  for (int64_t i = 0; i < elements; ++i) sum[i] = static_cast<T>(sum[i] + more[i]);
}

// Tensors of bool are bytes of 0 and 1; their sum is "or".
void OrSlice(const std::byte* from, std::byte* to, int64_t elements) {
  for (int64_t i = 0; i < elements; ++i) to[i] |= from[i];
}

using AddFunction = void (*)(const std::byte*, std::byte*, int64_t);

AddFunction AddFor(DType dtype) {
  switch (dtype) {
    case DType::kFloat32: return &AddSlice<float>;
    case DType::kInt8: return &AddSlice<int8_t>;
    case DType::kUInt8: return &AddSlice<uint8_t>;
    case DType::kInt16: return &AddSlice<int16_t>;
    case DType::kInt32: return &AddSlice<int32_t>;
    case DType::kInt64: return &AddSlice<int64_t>;
    case DType::kBool: return &OrSlice;
    default: return nullptr;
  }
}

}  // namespace

Result<Kernel> PrepareGather(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const auto options = OptionsOrDefault<schema::GatherOptionsT>(context.node());
  const Shape& in = context.input_shape(0);
  const Shape& at = context.input_shape(1);
  QG_ASSIGN_OR_RETURN(const int axis, ResolveAxis(options.axis, in.rank()));
  const int batch_dims =
      options.batch_dims < 0 ? options.batch_dims + at.rank() : options.batch_dims;
  bool fits = batch_dims >= 0 && batch_dims <= axis && batch_dims <= at.rank();
  for (int k = 0; fits && k < batch_dims; ++k) fits = in.dim(k) == at.dim(k);
  if (!fits) {
    return PrepareContext::Malformed(std::to_string(options.batch_dims) + " batch axes of " +
                                     in.ToString() + " and " + at.ToString() + " along axis " +
                                     std::to_string(axis));
  }
  GatherOp op;
  QG_ASSIGN_OR_RETURN(op.indices, IndicesOf(context, 1));
  op.batch = Product(in, 0, batch_dims);
  op.outer = Product(in, batch_dims, axis);
  op.axis = in.dim(axis);
  op.count = Product(at, batch_dims, at.rank());
  op.slice_bytes = static_cast<size_t>(Product(in, axis + 1, in.rank())) * element;
  std::vector<int64_t> dims;
  Append(dims, in, 0, axis);
  Append(dims, at, batch_dims, at.rank());
  Append(dims, in, axis + 1, in.rank());
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  context.SetOutputShape(0, out);
  return Kernel([=](const KernelArgs& args) { RunGather(op, args); });
}

Result<Kernel> PrepareGatherNd(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const TupleOp op, MakeTuples(context, 1, in));
  QG_ASSIGN_OR_RETURN(const Shape out, SlicesShape(context.input_shape(1), in));
  context.SetOutputShape(0, out);
  const size_t bytes = static_cast<size_t>(op.slice) * element;
  return Kernel([=](const KernelArgs& args) {
    std::byte* to = args.outputs[0];
    for (int64_t i = 0; bytes > 0 && i < op.count; ++i, to += bytes) {
      const int64_t slice = op.Slice(args, i);
      if (slice < 0) {
        std::memset(to, 0, bytes);
      } else {
        std::memcpy(to, args.inputs[0] + static_cast<size_t>(slice) * bytes, bytes);
      }
    }
  });
}

Result<Kernel> PrepareScatterNd(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context, 1));
  const AddFunction add = AddFor(context.input(1).dtype);
  if (add == nullptr) return UnsupportedTypes(context);
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> dims, ConstantIntegers(context, 2));
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  QG_ASSIGN_OR_RETURN(const TupleOp op, MakeTuples(context, 0, out));
  QG_ASSIGN_OR_RETURN(const Shape updates, SlicesShape(context.input_shape(0), out));
  if (updates != context.input_shape(1)) {
    return PrepareContext::Malformed("updates of " + context.input_shape(1).ToString() + " where " +
                                     updates.ToString() + " are needed");
  }
  context.SetOutputShape(0, out);
  const size_t bytes = ByteSize(context.output(0).dtype, out);
  return Kernel([=](const KernelArgs& args) {
    if (bytes == 0) return;
    std::memset(args.outputs[0], 0, bytes);
    const size_t slice_bytes = static_cast<size_t>(op.slice) * element;
    for (int64_t i = 0; i < op.count; ++i) {
      const int64_t slice = op.Slice(args, i);
      if (slice < 0) continue;
      add(args.inputs[1] + static_cast<size_t>(i) * slice_bytes,
          args.outputs[0] + static_cast<size_t>(slice) * slice_bytes, op.slice);
    }
  });
}

namespace {

// Rows of codes as floats: scale * code, with a scale a table or a block of a row. The zero point
// takes no part, as in the real runtime, whose tables are symmetric.
Result<Kernel> LookupCodes(const PrepareContext& context, const GatherOp& op) {
  const TensorInfo& table = context.input(1);
  const bool codes = table.dtype == DType::kInt8 || table.dtype == DType::kUInt8;
  if (!codes || context.output(0).dtype != DType::kFloat32) return UnsupportedTypes(context);
  const QuantParams& quant = table.quant;
  if (quant.block == 0) QG_RETURN_IF_ERROR(CheckPerTensor(table));
  const size_t block = quant.block > 0 ? static_cast<size_t>(quant.block) : op.slice_bytes;
  return Kernel([op, block, scales = quant.scales](const KernelArgs& args) {
    float* to = args.out<float>(0);
    for (int64_t i = 0; i < op.count; ++i) {
      const int64_t row = op.indices.At(args, i);
      const bool inside = row >= 0 && row < op.axis;
      for (size_t k = 0; k < op.slice_bytes; ++k) {
        const size_t at = static_cast<size_t>(row) * op.slice_bytes + k;
        const float scale = scales[inside && scales.size() > 1 ? at / block : 0];
        *to++ = inside ? static_cast<float>(args.in<int8_t>(1)[at]) * scale : 0.0F;
      }
    }
  });
}

}  // namespace

Result<Kernel> PrepareEmbeddingLookup(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  const Shape& at = context.input_shape(0);
  const Shape& table = context.input_shape(1);
  if (at.rank() != 1 || table.rank() < 2) {
    return PrepareContext::Malformed("look-up of " + at.ToString() + " in " + table.ToString());
  }
  const DType dtype = context.input(1).dtype;
  if (DTypeBits(dtype) < 8) return UnsupportedTypes(context);
  GatherOp op;
  QG_ASSIGN_OR_RETURN(op.indices, IndicesOf(context, 0));
  op.axis = table.dim(0);
  op.count = at.dim(0);
  op.slice_bytes = static_cast<size_t>(Product(table, 1, table.rank()) * DTypeBits(dtype) / 8);
  std::vector<int64_t> dims = {at.dim(0)};
  Append(dims, table, 1, table.rank());
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  context.SetOutputShape(0, out);
  const bool reals = context.output(0).dtype != dtype || context.input(1).quant.block > 0;
  if (reals) return LookupCodes(context, op);
  return Kernel([=](const KernelArgs& args) {
    const std::byte* rows[] = {args.inputs[1], args.inputs[0]};
    GatherOp swapped = op;
    swapped.indices.input = 1;
    RunGather(swapped, KernelArgs{rows, args.outputs, nullptr});
  });
}

Result<Kernel> PrepareOneHot(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 4, 4, 1));
  QG_ASSIGN_OR_RETURN(const Indices indices, IndicesOf(context, 0));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context, 2));
  QG_RETURN_IF_ERROR(MovedElementBytes(context, 3));
  const Shape& at = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> depth, ConstantIntegers(context, 1, 1, "depths"));
  const auto options = OptionsOrDefault<schema::OneHotOptionsT>(context.node());
  QG_ASSIGN_OR_RETURN(const int axis, ResolveAxis(options.axis, at.rank() + 1));
  if (context.input_shape(2).num_elements() != 1 || context.input_shape(3).num_elements() != 1) {
    return PrepareContext::Malformed("on and off must be single values");
  }
  std::vector<int64_t> dims(at.dims().begin(), at.dims().end());
  dims.insert(dims.begin() + axis, depth[0]);
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape(dims));
  context.SetOutputShape(0, out);
  const size_t bytes = ByteSize(context.output(0).dtype, out);
  const int64_t outer = Product(at, 0, axis);
  const int64_t inner = Product(at, axis, at.rank());
  const int64_t classes = depth[0];
  return Kernel([=](const KernelArgs& args) {
    FillBytes(PatternAt(args.inputs[3], element), args.outputs[0], bytes);
    for (int64_t i = 0; i < outer * inner; ++i) {
      const int64_t hot = indices.At(args, i);
      if (hot < 0 || hot >= classes) continue;
      const int64_t to = (i / inner * classes + hot) * inner + i % inner;
      std::memcpy(args.outputs[0] + static_cast<size_t>(to) * element, args.inputs[2], element);
    }
  });
}

}  // namespace quantgate
