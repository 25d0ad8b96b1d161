// DEPTHWISE_CONV_2D of floats without a copy of the image: whole vectors of channels, a pixel
// behind the other. Taps in the padding are left out, as the plain kernel does.
#include <algorithm>

#include "reference/accelerated/packed_gemm.h"
#include "reference/accelerated/rows.h"

namespace quantgate::accelerated {
namespace {

// The taps of a window that lie in the image.
struct Taps {
  int32_t first = 0;
  int32_t count = 0;
};

Taps TapsOf(const WindowAxis& axis, int32_t output) {
  Taps taps;
  for (int32_t tap = 0; tap < axis.filter; ++tap) {
    const int32_t at = axis.origin(output) + tap * axis.dilation;
    if (at < 0) taps.first = tap + 1;
    if (at >= 0 && at < axis.input) ++taps.count;
  }
  return taps;
}

// Outputs next to each other whose windows have the same taps.
struct Span {
  int32_t first = 0;
  int32_t count = 0;
  Taps taps;
};

std::vector<Span> SpansOf(const WindowAxis& axis) {
  std::vector<Span> spans;
  for (int32_t at = 0; at < axis.output; ++at) {
    const Taps taps = TapsOf(axis, at);
    if (!spans.empty() && spans.back().taps.first == taps.first &&
        spans.back().taps.count == taps.count) {
      ++spans.back().count;
    } else {
      spans.push_back({at, 1, taps});
    }
  }
  return spans;
}

struct InPlace {
  ConvGeometry g;
  FloatRange clamp;
  const SimdKernels& simd;
  AlignedBytes weights;  // [tap row][tap column][channel] of floats
  AlignedBytes bias;
  std::vector<Span> columns;

  void Run(const KernelArgs& args) const {
    DepthwisePixels pixels = Common();
    for (int32_t n = 0; n < g.batches; ++n) {
      for (int32_t oy = 0; oy < g.y.output; ++oy) {
        const Taps rows = TapsOf(g.y, oy);
        pixels.rows = rows.count;
        for (const Span& span : columns) {
          const int32_t iy = g.y.origin(oy) + rows.first * g.y.dilation;
          const int32_t tap = rows.first * g.x.filter + span.taps.first;
          pixels.input = args.in<float>(0) + g.input_offset(n, iy, FirstColumn(span));
          pixels.columns = span.taps.count;
          pixels.weights = weights.as<float>() + static_cast<int64_t>(tap) * g.out_channels;
          pixels.pixels = span.count;
          pixels.output = args.out<float>(0) + g.output_offset(n, oy, span.first);
          simd.depthwise_in_place(pixels);
        }
      }
    }
  }

  [[nodiscard]] DepthwisePixels Common() const {
    DepthwisePixels pixels;
    pixels.channels = g.out_channels;
    pixels.row_step = g.input_offset(0, g.y.dilation, 0);
    pixels.column_step = g.input_offset(0, 0, g.x.dilation);
    pixels.pixel_step = g.input_offset(0, 0, g.x.stride);
    pixels.weight_row_step = static_cast<int64_t>(g.x.filter) * g.out_channels;
    pixels.bias = bias.as<float>();
    pixels.min = clamp.min;
    pixels.max = clamp.max;
    return pixels;
  }
  // Of the first tap's.
  [[nodiscard]] int32_t FirstColumn(const Span& span) const {
    return g.x.origin(span.first) + span.taps.first * g.x.dilation;
  }
};

}  // namespace

Offer TryInPlaceDepthwise(const PrepareContext& context, const ConvSpec& spec,
                          const SimdKernels& simd) {
  const ConvGeometry& g = spec.geometry;
  if (g.in_channels != g.out_channels || g.out_channels % simd.lanes != 0) return std::nullopt;
  const std::span<const std::byte> weights = context.input_constant(1);
  const std::vector<float> bias = FloatBiasOf(context, g.out_channels);
  auto kernel =
      std::make_shared<InPlace>(InPlace{g, spec.clamp, simd, AlignedBytes(weights.size()),
                                        AlignedBytes(bias.size() * sizeof(float)), SpansOf(g.x)});
  std::copy(weights.begin(), weights.end(), kernel->weights.data());
  std::copy(bias.begin(), bias.end(), kernel->bias.as<float>());
  return AcceleratedKernel{[kernel](const KernelArgs& args) { kernel->Run(args); }, 0};
}

}  // namespace quantgate::accelerated
