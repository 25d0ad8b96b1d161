// CONCATENATION and PAD: values moved, not computed. Codes are copied as they are when input and
// output share their parameters. Legacy uint8 CONCATENATION may also rescale an input, in float32:
//   out = clamp(round(in * (s_in / s_out) - zp_in * (s_in / s_out)) + zp_out)               (eq.
//   16)
#include <algorithm>
#include <cmath>
#include <cstring>

#include "reference/model/op_options.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

struct ConcatPart {
  size_t bytes = 0;  // one contiguous run
  bool rescale = false;
  float scale = 1;
  float bias = 0;
};

struct Concat {
  int64_t outer = 1;
  int32_t zero_point_out = 0;
  std::vector<ConcatPart> parts;
};

void CopyRun(const Concat& op, const ConcatPart& part, const std::byte* from, std::byte* to) {
  if (!part.rescale) {
    if (part.bytes > 0) std::memcpy(to, from, part.bytes);
    return;
  }
  for (size_t i = 0; i < part.bytes; ++i) {
    const auto code = static_cast<float>(static_cast<uint8_t>(from[i]));
    const auto value =
        static_cast<int32_t>(std::round(code * part.scale + part.bias)) + op.zero_point_out;
    to[i] = static_cast<std::byte>(std::clamp(value, 0, 255));
  }
}

void RunConcat(const Concat& op, const KernelArgs& args) {
  std::byte* out = args.outputs[0];
  for (int64_t row = 0; row < op.outer; ++row) {
    for (size_t i = 0; i < op.parts.size(); ++i) {
      CopyRun(op, op.parts[i], args.inputs[i] + static_cast<size_t>(row) * op.parts[i].bytes, out);
      out += op.parts[i].bytes;
    }
  }
}

// The output's shape: all inputs agree but along `axis`, where they add up.
Result<Shape> ConcatShape(const PrepareContext& context, int axis) {
  const Shape& first = context.input_shape(0);
  std::vector<int32_t> dims(first.dims().begin(), first.dims().end());
  for (size_t i = 1; i < context.num_inputs(); ++i) {
    const Shape& shape = context.input_shape(i);
    bool fits = shape.rank() == first.rank();
    for (int k = 0; fits && k < first.rank(); ++k) fits = k == axis || shape.dim(k) == first.dim(k);
    if (!fits) {
      return PrepareContext::Malformed("inputs " + first.ToString() + " and " + shape.ToString() +
                                       " cannot be joined along axis " + std::to_string(axis));
    }
    dims[static_cast<size_t>(axis)] += shape.dim(axis);
  }
  return Shape::Make(dims);
}

Result<ConcatPart> MakePart(const PrepareContext& context, size_t i, int axis) {
  const Shape& shape = context.input_shape(i);
  const TensorInfo& input = context.input(i);
  const TensorInfo& output = context.output(0);
  if (input.dtype != output.dtype || DTypeBits(input.dtype) < 8) return UnsupportedTypes(context);
  ConcatPart part{.bytes = static_cast<size_t>(DTypeBits(input.dtype)) / 8};
  for (int k = axis; k < shape.rank(); ++k) part.bytes *= static_cast<size_t>(shape.dim(k));
  if (input.quant == output.quant) return part;
  if (input.dtype == DType::kFloat32) return part;
  if (input.dtype != DType::kUInt8) {
    return PrepareContext::Malformed("input '" + input.name +
                                     "' and the output must share scale and zero point");
  }
  QG_RETURN_IF_ERROR(CheckPerTensor(input));
  QG_RETURN_IF_ERROR(CheckPerTensor(output));
  part.rescale = true;
  part.scale = input.quant.scale() * (1.0F / output.quant.scale());
  part.bias = static_cast<float>(-input.quant.zero_point()) * part.scale;
  return part;
}

struct PadAxis {
  int32_t before = 0;
  int32_t after = 0;
};

// Copies [at this axis and inside] of the input into the output, which is already filled.
void CopyInside(const Shape& in, const Shape& out, const std::vector<PadAxis>& pads, int axis,
                size_t element, const std::byte* from, std::byte* to) {
  size_t in_stride = element;
  size_t out_stride = element;
  for (int k = axis + 1; k < in.rank(); ++k) {
    in_stride *= static_cast<size_t>(in.dim(k));
    out_stride *= static_cast<size_t>(out.dim(k));
  }
  to += static_cast<size_t>(pads[static_cast<size_t>(axis)].before) * out_stride;
  if (axis == in.rank() - 1) {
    std::memcpy(to, from, in_stride * static_cast<size_t>(in.dim(axis)));
    return;
  }
  for (int32_t i = 0; i < in.dim(axis); ++i) {
    CopyInside(in, out, pads, axis + 1, element, from + static_cast<size_t>(i) * in_stride,
               to + static_cast<size_t>(i) * out_stride);
  }
}

Result<std::vector<PadAxis>> ParsePads(const PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> flat, ConstantIntegers(context, 1));
  const int rank = context.input_shape(0).rank();
  if (flat.size() != 2 * static_cast<size_t>(rank)) {
    return PrepareContext::Malformed(std::to_string(flat.size()) + " paddings for rank " +
                                     std::to_string(rank));
  }
  std::vector<PadAxis> pads;
  for (size_t k = 0; k < flat.size(); k += 2) {
    if (flat[k] < 0 || flat[k + 1] < 0 || flat[k] > INT32_MAX / 4 || flat[k + 1] > INT32_MAX / 4) {
      return PrepareContext::Malformed("padding of " + std::to_string(flat[k]) + " and " +
                                       std::to_string(flat[k + 1]));
    }
    pads.push_back({static_cast<int32_t>(flat[k]), static_cast<int32_t>(flat[k + 1])});
  }
  return pads;
}

}  // namespace

Result<Kernel> PrepareConcatenation(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, context.num_inputs(), 1));
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    if (!context.has_input(i)) return PrepareContext::Malformed("an input is left out");
  }
  const auto options = OptionsOrDefault<schema::ConcatenationOptionsT>(context.node());
  if (options.fused_activation_function != schema::ActivationFunctionType::NONE) {
    return PrepareContext::Unsupported("a fused activation");
  }
  const int rank = context.input_shape(0).rank();
  const int axis = options.axis < 0 ? options.axis + rank : options.axis;
  if (axis < 0 || axis >= rank) {
    return PrepareContext::Malformed("axis " + std::to_string(options.axis) + " at rank " +
                                     std::to_string(rank));
  }
  QG_ASSIGN_OR_RETURN(const Shape out, ConcatShape(context, axis));
  context.SetOutputShape(0, out);
  Concat op;
  if (context.output(0).quant.quantized()) {
    op.zero_point_out = context.output(0).quant.zero_point();
  }
  for (int k = 0; k < axis; ++k) op.outer *= out.dim(k);
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    QG_ASSIGN_OR_RETURN(const ConcatPart part, MakePart(context, i, axis));
    op.parts.push_back(part);
  }
  return Kernel([=](const KernelArgs& args) { RunConcat(op, args); });
}

Result<Kernel> PreparePad(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  const Shape in = context.input_shape(0);
  const DType dtype = context.input(0).dtype;
  if (dtype != context.output(0).dtype || DTypeBits(dtype) < 8) return UnsupportedTypes(context);
  if (in.rank() < 1) return PrepareContext::Malformed("a scalar cannot be padded");
  QG_ASSIGN_OR_RETURN(const std::vector<PadAxis> pads, ParsePads(context));
  std::vector<int32_t> dims;
  for (int k = 0; k < in.rank(); ++k) {
    const PadAxis& pad = pads[static_cast<size_t>(k)];
    const int64_t extent = static_cast<int64_t>(in.dim(k)) + pad.before + pad.after;
    if (extent > INT32_MAX) return PrepareContext::Malformed("padded extent is too large");
    dims.push_back(static_cast<int32_t>(extent));
  }
  QG_ASSIGN_OR_RETURN(const Shape out, Shape::Make(dims));
  context.SetOutputShape(0, out);
  // A quantized zero is the zero point; only one-byte types have one that is not all zero bits.
  int fill = 0;
  if (context.output(0).quant.quantized() && DTypeBits(dtype) == 8) {
    fill = context.output(0).quant.zero_point();
  }
  const size_t element = static_cast<size_t>(DTypeBits(dtype)) / 8;
  const size_t bytes = ByteSize(dtype, out);
  const bool empty = in.num_elements() == 0;
  return Kernel([=](const KernelArgs& args) {
    if (bytes > 0) std::memset(args.outputs[0], fill, bytes);
    if (!empty) CopyInside(in, out, pads, 0, element, args.inputs[0], args.outputs[0]);
  });
}

}  // namespace quantgate
