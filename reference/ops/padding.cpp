// PAD, PADV2 and MIRROR_PAD: a border around a tensor, [before, after] of every axis.
//   PAD         zeros; the zero point of the output where it is quantized
//   PADV2       a value given as a third input
//   MIRROR_PAD  the tensor mirrored: at its edge elements, which are not repeated (REFLECT), or
//               between them and the border, so that they are (SYMMETRIC)
// Paddings of int64 mean what they say; TFLite 2.9.0 misreads them in PAD and PADV2.
#include <algorithm>
#include <cstring>

#include "reference/model/op_options.h"
#include "reference/ops/fill_pattern.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {
namespace {

struct PadAxis {
  int64_t before = 0;
  int64_t after = 0;
};

Result<std::vector<PadAxis>> ParsePads(const PrepareContext& context) {
  const auto rank = static_cast<size_t>(context.input_shape(0).rank());
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> flat,
                      ConstantIntegers(context, 1, 2 * rank, "paddings"));
  std::vector<PadAxis> pads;
  for (size_t k = 0; k < flat.size(); k += 2) {
    if (flat[k] < 0 || flat[k + 1] < 0 || flat[k] > INT32_MAX || flat[k + 1] > INT32_MAX) {
      return PrepareContext::Malformed("padding of " + std::to_string(flat[k]) + " and " +
                                       std::to_string(flat[k + 1]));
    }
    pads.push_back({flat[k], flat[k + 1]});
  }
  return pads;
}

Result<Shape> PaddedShape(const Shape& in, const std::vector<PadAxis>& pads) {
  std::vector<int64_t> dims;
  for (size_t k = 0; k < pads.size(); ++k) {
    dims.push_back(in.dim(static_cast<int>(k)) + pads[k].before + pads[k].after);
  }
  return MakeShape(dims);
}

// The copy of the input into the middle of the output.
StridedCopy CopyInside(const Shape& in, const Shape& out, const std::vector<PadAxis>& pads,
                       size_t element) {
  const std::vector<int64_t> from = ByteStrides(in, element);
  const std::vector<int64_t> to = ByteStrides(out, element);
  std::vector<CopyAxis> axes;
  int64_t offset = 0;
  for (size_t k = 0; k < pads.size(); ++k) {
    axes.push_back({in.dim(static_cast<int>(k)), from[k], to[k]});
    offset += pads[k].before * to[k];
  }
  return {axes, element, 0, offset};
}

// One axis of MIRROR_PAD: the tensor padded along the axes after it is complete; `rows` are the
// slices it has along this axis, `outer` the places where the axis occurs.
struct MirrorAxis {
  int64_t outer = 1;
  int64_t slice_bytes = 0;
  int64_t extent = 0;
  PadAxis pad;
  int64_t skip = 0;  // 1: the edge itself is not repeated
};

// Completes the border of one axis within the output: slices are mirrored at both ends.
void MirrorAlong(const MirrorAxis& axis, std::byte* out) {
  const auto slice = static_cast<size_t>(axis.slice_bytes);
  const int64_t padded = axis.pad.before + axis.extent + axis.pad.after;
  for (int64_t o = 0; o < axis.outer; ++o) {
    std::byte* first = out + (o * padded + axis.pad.before) * axis.slice_bytes;
    std::byte* last = first + (axis.extent - 1) * axis.slice_bytes;
    for (int64_t i = 1; i <= axis.pad.before; ++i) {
      std::memcpy(first - i * axis.slice_bytes, first + (i - 1 + axis.skip) * axis.slice_bytes,
                  slice);
    }
    for (int64_t i = 1; i <= axis.pad.after; ++i) {
      std::memcpy(last + i * axis.slice_bytes, last - (i - 1 + axis.skip) * axis.slice_bytes,
                  slice);
    }
  }
}

Result<std::vector<MirrorAxis>> MirrorAxes(const Shape& in, const Shape& out,
                                           const std::vector<PadAxis>& pads, size_t element,
                                           int64_t skip) {
  const std::vector<int64_t> strides = ByteStrides(out, element);
  std::vector<MirrorAxis> axes;
  int64_t outer = 1;
  for (size_t k = 0; k < pads.size(); ++k) {
    const int32_t extent = in.dim(static_cast<int>(k));
    const bool padded = pads[k].before + pads[k].after > 0;
    if (padded && std::max(pads[k].before, pads[k].after) > extent - skip) {
      return PrepareContext::Malformed("a mirrored border of " + std::to_string(pads[k].before) +
                                       " and " + std::to_string(pads[k].after) +
                                       " on an extent of " + std::to_string(extent));
    }
    axes.push_back({outer, strides[k], extent, pads[k], skip});
    outer *= out.dim(static_cast<int>(k));
  }
  return axes;
}

}  // namespace

Result<Kernel> PreparePad(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const std::vector<PadAxis> pads, ParsePads(context));
  QG_ASSIGN_OR_RETURN(const Shape out, PaddedShape(in, pads));
  context.SetOutputShape(0, out);
  const FillPattern zeros = ZerosOf(context.output(0));
  const size_t bytes = ByteSize(context.output(0).dtype, out);
  const StridedCopy copy = CopyInside(in, out, pads, element);
  return Kernel([=](const KernelArgs& args) {
    FillBytes(zeros, args.outputs[0], bytes);
    copy.Run(args.inputs[0], args.outputs[0]);
  });
}

Result<Kernel> PreparePadV2(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  QG_RETURN_IF_ERROR(MovedElementBytes(context, 2));
  const TensorInfo& value = context.input(2);
  if (context.input_shape(2).num_elements() != 1) {
    return PrepareContext::Malformed("a padding value of shape " +
                                     context.input_shape(2).ToString());
  }
  const bool codes = DTypeBits(value.dtype) <= 16 && context.output(0).quant.quantized();
  if (codes && value.quant != context.output(0).quant) {
    return PrepareContext::Malformed("padding value '" + value.name +
                                     "' and the output must share scale and zero point");
  }
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const std::vector<PadAxis> pads, ParsePads(context));
  QG_ASSIGN_OR_RETURN(const Shape out, PaddedShape(in, pads));
  context.SetOutputShape(0, out);
  const size_t bytes = ByteSize(context.output(0).dtype, out);
  const StridedCopy copy = CopyInside(in, out, pads, element);
  return Kernel([=](const KernelArgs& args) {
    FillBytes(PatternAt(args.inputs[2], element), args.outputs[0], bytes);
    copy.Run(args.inputs[0], args.outputs[0]);
  });
}

Result<Kernel> PrepareMirrorPad(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const Shape& in = context.input_shape(0);
  QG_ASSIGN_OR_RETURN(const std::vector<PadAxis> pads, ParsePads(context));
  QG_ASSIGN_OR_RETURN(const Shape out, PaddedShape(in, pads));
  context.SetOutputShape(0, out);
  const auto options = OptionsOrDefault<schema::MirrorPadOptionsT>(context.node());
  const int64_t skip = options.mode == schema::MirrorPadMode::REFLECT ? 1 : 0;
  QG_ASSIGN_OR_RETURN(const std::vector<MirrorAxis> axes, MirrorAxes(in, out, pads, element, skip));
  const StridedCopy copy = CopyInside(in, out, pads, element);
  const bool empty = in.num_elements() == 0;
  return Kernel([=](const KernelArgs& args) {
    if (empty) return;
    copy.Run(args.inputs[0], args.outputs[0]);
    // The innermost axis first: each one mirrors slices whose own borders are complete, and those
    // of them that lie in an outer border are written when that border is.
    for (size_t k = axes.size(); k-- > 0;) MirrorAlong(axes[k], args.outputs[0]);
  });
}

}  // namespace quantgate
