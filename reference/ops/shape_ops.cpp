// RESHAPE, SQUEEZE, EXPAND_DIMS and DENSIFY: the same bytes under another shape.
#include <algorithm>
#include <array>
#include <cstring>

#include "reference/model/op_options.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/shape_operand.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {
namespace {

Result<Kernel> CopyInput(const PrepareContext& context) {
  if (context.input(0).dtype != context.output(0).dtype || DTypeBits(context.input(0).dtype) == 0) {
    return UnsupportedTypes(context);
  }
  const size_t bytes = ByteSize(context.input(0).dtype, context.input_shape(0));
  return Kernel([=](const KernelArgs& args) {
    if (bytes > 0) std::memcpy(args.outputs[0], args.inputs[0], bytes);
  });
}

// The wanted shape: the second input if there is one, else the option, else the output tensor's
// own shape (old converters wrote neither).
Result<std::vector<int64_t>> WantedShape(const PrepareContext& context) {
  if (context.has_input(1)) return ReadShapeOperand(context, 1);
  if (const auto* options = OptionsAs<schema::ReshapeOptionsT>(context.node())) {
    return std::vector<int64_t>(options->new_shape.begin(), options->new_shape.end());
  }
  const auto dims = context.output(0).shape.dims();
  return std::vector<int64_t>(dims.begin(), dims.end());
}

Result<Shape> ResolveReshape(const std::vector<int64_t>& wanted, int64_t elements) {
  std::vector<int32_t> dims;
  int64_t known = 1;
  int unknown_at = -1;
  for (int64_t extent : wanted) {
    if (extent == -1 && unknown_at < 0) {
      unknown_at = static_cast<int>(dims.size());
      dims.push_back(1);
      continue;
    }
    if (extent < 0 || extent > INT32_MAX) {
      return PrepareContext::Malformed("reshape to extent " + std::to_string(extent));
    }
    dims.push_back(static_cast<int32_t>(extent));
  }
  QG_ASSIGN_OR_RETURN(const Shape partial, Shape::Make(dims));
  known = partial.num_elements();
  if (unknown_at >= 0 && known > 0) {
    dims[static_cast<size_t>(unknown_at)] = static_cast<int32_t>(elements / known);
  }
  QG_ASSIGN_OR_RETURN(const Shape shape, Shape::Make(dims));
  if (shape.num_elements() != elements) {
    return PrepareContext::Malformed("reshape of " + std::to_string(elements) + " elements to " +
                                     shape.ToString());
  }
  return shape;
}

}  // namespace

Result<Kernel> PrepareReshape(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 2, 1));
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> wanted, WantedShape(context));
  QG_ASSIGN_OR_RETURN(const Shape shape,
                      ResolveReshape(wanted, context.input_shape(0).num_elements()));
  context.SetOutputShape(0, shape);
  return CopyInput(context);
}

// The interpreter has decoded the constant already.
Result<Kernel> PrepareDensify(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  context.SetOutputShape(0, context.input_shape(0));
  return CopyInput(context);
}

Result<Kernel> PrepareSqueeze(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  const Shape& in = context.input_shape(0);
  const auto options = OptionsOrDefault<schema::SqueezeOptionsT>(context.node());
  std::array<bool, Shape::kMaxRank> dropped{};
  for (int axis = 0; axis < in.rank(); ++axis) {
    dropped[static_cast<size_t>(axis)] = options.squeeze_dims.empty() && in.dim(axis) == 1;
  }
  for (int32_t axis : options.squeeze_dims) {
    const int at = axis < 0 ? axis + in.rank() : axis;
    if (at < 0 || at >= in.rank() || in.dim(at) != 1) {
      return PrepareContext::Malformed("axis " + std::to_string(axis) + " of " + in.ToString() +
                                       " cannot be squeezed");
    }
    dropped[static_cast<size_t>(at)] = true;
  }
  std::vector<int32_t> dims;
  for (int axis = 0; axis < in.rank(); ++axis) {
    if (!dropped[static_cast<size_t>(axis)]) dims.push_back(in.dim(axis));
  }
  QG_ASSIGN_OR_RETURN(const Shape shape, Shape::Make(dims));
  context.SetOutputShape(0, shape);
  return CopyInput(context);
}

Result<Kernel> PrepareExpandDims(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> listed, ConstantIntegers(context, 1, 1, "axes"));
  QG_ASSIGN_OR_RETURN(const int axis, ResolveAxis(listed[0], in.rank() + 1));
  std::vector<int32_t> dims(in.dims().begin(), in.dims().end());
  dims.insert(dims.begin() + axis, 1);
  QG_ASSIGN_OR_RETURN(const Shape shape, Shape::Make(dims));
  context.SetOutputShape(0, shape);
  return CopyInput(context);
}

}  // namespace quantgate
