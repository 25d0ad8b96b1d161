// CONV_3D, in float32: input [N,D,H,W,C], filter [d,h,w,C,O], bias [O] or none.
//
//   out[n,z,y,x,o] = act(bias[o] + sum filter[i,j,k,c,o] in[n, z s_d + i dil_d - p_d, ..., c])
#include <algorithm>
#include <array>

#include "reference/model/op_options.h"
#include "reference/ops/geometry.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/output_stage.h"

namespace quantgate {
namespace {

struct Conv3D {
  int32_t batches = 0;
  int32_t in_channels = 0;
  int32_t out_channels = 0;
  std::array<WindowAxis, 3> axes;  // depth, height, width
  FloatRange clamp;

  // Adds one input pixel's share to the sums of all output channels.
  void AddPixel(const float* in, const float* filter, float* sums) const {
    for (int32_t c = 0; c < in_channels; ++c) {
      for (int32_t o = 0; o < out_channels; ++o) sums[o] += in[c] * *filter++;
    }
  }

  // The window whose output is at `z`, `y`, `x`.
  void AddWindow(const float* in, const float* filter, int32_t z, int32_t y, int32_t x,
                 float* sums) const {
    const auto& [d, h, w] = axes;
    const int64_t pixel_weights = int64_t{in_channels} * out_channels;
    for (int32_t i = 0; i < d.filter; ++i) {
      const int32_t iz = d.origin(z) + i * d.dilation;
      for (int32_t j = 0; j < h.filter; ++j) {
        const int32_t iy = h.origin(y) + j * h.dilation;
        for (int32_t k = 0; k < w.filter; ++k, filter += pixel_weights) {
          const int32_t ix = w.origin(x) + k * w.dilation;
          const bool inside =
              iz >= 0 && iz < d.input && iy >= 0 && iy < h.input && ix >= 0 && ix < w.input;
          if (!inside) continue;
          const int64_t pixel = (int64_t{iz} * h.input + iy) * w.input + ix;
          AddPixel(in + pixel * in_channels, filter, sums);
        }
      }
    }
  }

  void Run(const KernelArgs& args) const {
    const auto& [d, h, w] = axes;
    const auto* bias = args.in<float>(2);
    const int64_t image = int64_t{d.input} * h.input * w.input * in_channels;
    auto* out = args.out<float>(0);
    for (int32_t n = 0; n < batches; ++n) {
      for (int32_t z = 0; z < d.output; ++z) {
        for (int32_t y = 0; y < h.output; ++y) {
          for (int32_t x = 0; x < w.output; ++x, out += out_channels) {
            std::fill_n(out, out_channels, 0.0F);
            AddWindow(args.in<float>(0) + n * image, args.in<float>(1), z, y, x, out);
            for (int32_t o = 0; o < out_channels; ++o) {
              out[o] =
                  std::clamp(out[o] + (bias != nullptr ? bias[o] : 0.0F), clamp.min, clamp.max);
            }
          }
        }
      }
    }
  }
};

}  // namespace

Result<Kernel> PrepareConv3D(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 3, 1));
  const auto options = OptionsOrDefault<schema::Conv3DOptionsT>(context.node());
  const auto activation = static_cast<Activation>(options.fused_activation_function);
  QG_RETURN_IF_ERROR(CheckActivation(activation));
  const Shape& in = context.input_shape(0);
  const Shape& filter = context.input_shape(1);
  if (in.rank() != 5 || filter.rank() != 5 || filter.dim(3) != in.dim(4)) {
    return PrepareContext::Malformed("input " + in.ToString() + " and filter " + filter.ToString() +
                                     " do not fit");
  }
  if (context.input(0).dtype != DType::kFloat32 || context.input(1).dtype != DType::kFloat32 ||
      context.output(0).dtype != DType::kFloat32) {
    return UnsupportedTypes(context);
  }
  Conv3D op;
  op.batches = in.dim(0);
  op.in_channels = in.dim(4);
  op.out_channels = filter.dim(4);
  op.clamp = ActivationRange(activation);
  const std::array<int32_t, 3> strides = {options.stride_d, options.stride_h, options.stride_w};
  const std::array<int32_t, 3> dilations = {options.dilation_d_factor, options.dilation_h_factor,
                                            options.dilation_w_factor};
  for (size_t k = 0; k < op.axes.size(); ++k) {
    const auto axis = static_cast<int>(k);
    QG_ASSIGN_OR_RETURN(op.axes[k],
                        MakeWindowAxis(in.dim(axis + 1), filter.dim(axis), strides[k], dilations[k],
                                       static_cast<PaddingKind>(options.padding)));
  }
  QG_RETURN_IF_ERROR(CheckBias(context, 2, op.out_channels, DType::kFloat32));
  QG_ASSIGN_OR_RETURN(const Shape out, Shape::Make(std::vector<int32_t>{
                                           op.batches, op.axes[0].output, op.axes[1].output,
                                           op.axes[2].output, op.out_channels}));
  context.SetOutputShape(0, out);
  return Kernel([op](const KernelArgs& args) { op.Run(args); });
}

}  // namespace quantgate
