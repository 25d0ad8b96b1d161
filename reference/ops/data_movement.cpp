// CONCATENATION: tensors joined along one axis. Codes are copied as they are when input and output
// share their parameters. Legacy uint8 CONCATENATION may also rescale an input, in float32:
//   out = clamp(round(in * (s_in / s_out) - zp_in * (s_in / s_out)) + zp_out)             (eq. 16)
#include <algorithm>
#include <cmath>
#include <cstring>

#include "reference/model/op_options.h"
#include "reference/numeric/int_conversion.h"
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
    const int32_t value = ToCode(std::round(code * part.scale + part.bias), op.zero_point_out);
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

}  // namespace quantgate
