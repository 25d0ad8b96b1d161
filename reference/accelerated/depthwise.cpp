// DEPTHWISE_CONV_2D: the outputs of a row, positions and channels, are one line; tap by tap the
// line of the image is read at another offset, and constants repeat along it in patterns.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "reference/accelerated/image.h"
#include "reference/accelerated/packed_gemm.h"
#include "reference/accelerated/rows.h"

namespace quantgate::accelerated {
namespace {

constexpr int64_t kMaxOffset = std::numeric_limits<int32_t>::max() / 2;
// Channel counts with few factors of two repeat late; beyond this the tables are not worth it.
constexpr int64_t kMaxPatternLanes = 1 << 16;

// How lanes of a block follow from positions along the line.
struct BlockShape {
  int lanes;
  int vectors;
  bool interleaved;
  int taps_per_group;

  [[nodiscard]] int size() const { return lanes * vectors; }
  [[nodiscard]] int Position(int vector, int lane) const {
    return interleaved ? lane / 4 * 4 * vectors + vector * 4 + lane % 4 : vector * lanes + lane;
  }
};

int32_t PatternsOf(const BlockShape& block, int32_t channels) {
  return channels / std::gcd(channels, block.size());
}

// Channel of every lane of every pattern.
std::vector<int32_t> ChannelsOfLanes(const BlockShape& block, int32_t channels) {
  std::vector<int32_t> lanes;
  for (int32_t pattern = 0; pattern < PatternsOf(block, channels); ++pattern) {
    for (int v = 0; v < block.vectors; ++v) {
      for (int lane = 0; lane < block.lanes; ++lane) {
        lanes.push_back((pattern * block.size() + block.Position(v, lane)) % channels);
      }
    }
  }
  return lanes;
}

// [pattern][tap group][vector][lane][tap of the group] of T.
template <class T, class Weight>
AlignedBytes Pack(const BlockShape& block, int32_t channels, int32_t taps, const Weight& weight) {
  const std::vector<int32_t> lanes = ChannelsOfLanes(block, channels);
  const int32_t groups = (taps + block.taps_per_group - 1) / block.taps_per_group;
  AlignedBytes packed(lanes.size() * static_cast<size_t>(groups) * 4);
  T* out = packed.as<T>();
  for (size_t first = 0; first < lanes.size(); first += static_cast<size_t>(block.size())) {
    for (int32_t group = 0; group < groups; ++group) {
      for (size_t lane = first; lane < first + static_cast<size_t>(block.size()); ++lane) {
        for (int32_t t = 0; t < block.taps_per_group; ++t, ++out) {
          const int32_t tap = group * block.taps_per_group + t;
          if (tap < taps) *out = static_cast<T>(weight(tap, lanes[lane]));
        }
      }
    }
  }
  return packed;
}

// Offsets of the taps and, behind them, of those in `again`, padded to whole groups.
std::vector<int32_t> TapOffsets(const ConvGeometry& g, const ImageLayout& layout,
                                int32_t taps_per_group, const std::vector<int32_t>& again) {
  std::vector<int32_t> offsets;
  for (int32_t i = 0; i < g.y.filter; ++i) {
    for (int32_t j = 0; j < g.x.filter; ++j) {
      offsets.push_back(static_cast<int32_t>(layout.TapOffset(i, j)));
    }
  }
  for (const int32_t tap : again) offsets.push_back(offsets[static_cast<size_t>(tap)]);
  while (offsets.size() % static_cast<size_t>(taps_per_group) != 0) offsets.push_back(offsets[0]);
  return offsets;
}

// What integer and float kernels share.
struct Line {
  ConvGeometry g;
  ImageLayout layout;
  BlockShape block;
  std::vector<int32_t> tap_offsets;
  AlignedBytes weights;

  Line(const ConvGeometry& geometry, Operand operand, const BlockShape& shape,
       const std::vector<int32_t>& again)
      : g(geometry),
        layout(geometry, operand, true, geometry.out_channels / geometry.in_channels),
        block(shape),
        tap_offsets(TapOffsets(geometry, layout, shape.taps_per_group, again)) {}

  [[nodiscard]] DepthwiseArgs Args(std::byte* scratch) const {
    DepthwiseArgs args;
    args.input = scratch;
    args.tap_offsets = tap_offsets.data();
    args.row_step = layout.row_bytes * g.y.stride;
    args.tap_groups = static_cast<int32_t>(tap_offsets.size()) / block.taps_per_group;
    args.length = g.x.output * g.out_channels;
    args.patterns = PatternsOf(block, g.out_channels);
    args.weights = weights.data();
    return args;
  }

  // Calls run(arguments) for every band of every image.
  template <class RunBand>
  void Run(const KernelArgs& args, const SimdKernels& simd, bool is_signed, int32_t zero_point,
           const RunBand& run) const {
    const int64_t element_bytes = layout.operand == Operand::kFloats ? 4 : 1;
    DepthwiseArgs product = Args(args.scratch);
    for (int32_t n = 0; n < g.batches; ++n) {
      const std::byte* image = args.in<std::byte>(0) + g.input_offset(n, 0, 0) * element_bytes;
      ForEachBand(layout, [&](int32_t first, int32_t outputs) {
        FillBand(layout, simd, image, is_signed, zero_point, first, outputs, args.scratch);
        product.rows = outputs;
        product.output = args.out<std::byte>(0) + g.output_offset(n, first, 0) * element_bytes;
        run(product);
      });
    }
  }
};

struct IntegerDepthwise {
  Line line;
  RequantTable table;
  const SimdKernels& simd;
  bool is_signed;
  int32_t input_zero_point;

  void Run(const KernelArgs& args) const {
    line.Run(args, simd, is_signed, input_zero_point,
             [&](const DepthwiseArgs& product) { simd.depthwise(product, table.View()); });
  }
};

struct FloatDepthwise {
  Line line;
  AlignedBytes bias;
  FloatRange clamp;
  const SimdKernels& simd;

  void Run(const KernelArgs& args) const {
    line.Run(args, simd, false, 0, [&](const DepthwiseArgs& product) {
      simd.depthwise_float(product, {bias.as<float>(), clamp.min, clamp.max});
    });
  }
};

// Bias with the zero points' part: with u the unsigned input byte and z its zero point,
// sum (u - z) w = sum u w - z sum w. Words carry their zero point already.
RequantTable MakeTable(const PrepareContext& context, const ConvSpec& spec, const BlockShape& block,
                       bool bytes) {
  const int32_t channels = spec.geometry.out_channels;
  const int32_t taps = spec.geometry.y.filter * spec.geometry.x.filter;
  const bool is_signed = context.input(0).dtype == DType::kInt8;
  const int64_t z = spec.quantized.input_zero_point + (is_signed ? 128 : 0);
  std::vector<int32_t> bias = BiasOf(context, channels);
  std::vector<int64_t> bound(bias.size());
  for (int32_t channel = 0; channel < channels; ++channel) {
    int64_t sum = 0;
    int64_t magnitude = 0;
    for (int32_t tap = 0; tap < taps; ++tap) {
      const int32_t weight = WeightCode(context, static_cast<int64_t>(tap) * channels + channel) -
                             spec.quantized.weight_zero_point;
      sum += weight;
      magnitude += std::abs(weight);
    }
    int32_t& start = bias[static_cast<size_t>(channel)];
    bound[static_cast<size_t>(channel)] = magnitude * 255 + std::abs(static_cast<int64_t>(start));
    if (bytes) start = static_cast<int32_t>(static_cast<uint32_t>(start - z * sum));
  }
  return RequantTable(spec.quantized.stage, context.output(0).dtype,
                      ChannelsOfLanes(block, channels), bias, bound);
}

// A weight less its zero point may need nine bits, which signed bytes do not have. Taps with such
// weights come again behind the others: first what fits into a byte, then the rest.
int32_t BytePart(int32_t weight) { return std::clamp(weight, -128, 127); }

struct Filter {
  std::vector<int32_t> weights;  // [tap][channel], less the zero point
  int32_t channels = 0;
  int32_t taps = 0;
  std::vector<int32_t> again;  // taps with a weight that bytes do not hold

  [[nodiscard]] int32_t At(int32_t tap, int32_t channel) const {
    return weights[static_cast<size_t>(static_cast<int64_t>(tap) * channels + channel)];
  }
  [[nodiscard]] int32_t Part(int32_t place, int32_t channel) const {
    if (place < taps) return BytePart(At(place, channel));
    const int32_t weight = At(again[static_cast<size_t>(place - taps)], channel);
    return weight - BytePart(weight);
  }
};

Filter FilterOf(const PrepareContext& context, const ConvSpec& spec, bool bytes) {
  const ConvGeometry& g = spec.geometry;
  Filter filter{{}, g.out_channels, g.y.filter * g.x.filter, {}};
  for (int32_t tap = 0; tap < filter.taps; ++tap) {
    bool fits = true;
    for (int32_t channel = 0; channel < filter.channels; ++channel) {
      const int64_t at = static_cast<int64_t>(tap) * filter.channels + channel;
      filter.weights.push_back(WeightCode(context, at) - spec.quantized.weight_zero_point);
      fits = fits && filter.weights.back() == BytePart(filter.weights.back());
    }
    if (bytes && !fits) filter.again.push_back(tap);
  }
  return filter;
}

Offer MakeInteger(const PrepareContext& context, const ConvSpec& spec, const SimdKernels& simd) {
  const bool bytes = simd.integer == Operand::kBytes;
  const Filter filter = FilterOf(context, spec, bytes);
  // 127 + 128: no second byte for it.
  if (bytes &&
      std::find(filter.weights.begin(), filter.weights.end(), 255) != filter.weights.end()) {
    return std::nullopt;
  }
  const ConvGeometry& g = spec.geometry;
  const BlockShape block{simd.lanes, simd.depthwise_vectors, true, FactorsPerStep(simd.integer)};
  auto kernel = std::make_shared<IntegerDepthwise>(IntegerDepthwise{
      Line(g, simd.integer, block, filter.again), MakeTable(context, spec, block, bytes), simd,
      context.input(0).dtype == DType::kInt8, spec.quantized.input_zero_point});
  const auto places = filter.taps + static_cast<int32_t>(filter.again.size());
  kernel->line.weights =
      bytes ? Pack<int8_t>(block, g.out_channels, places,
                           [&](int32_t place, int32_t c) { return filter.Part(place, c); })
            : Pack<int16_t>(block, g.out_channels, places,
                            [&](int32_t tap, int32_t c) { return filter.At(tap, c); });
  return AcceleratedKernel{[kernel](const KernelArgs& args) { kernel->Run(args); },
                           kernel->line.layout.scratch_bytes()};
}

Offer MakeFloat(const PrepareContext& context, const ConvSpec& spec, const SimdKernels& simd) {
  const ConvGeometry& g = spec.geometry;
  const BlockShape block{simd.lanes, simd.depthwise_float_vectors, false, 1};
  const auto* weights = reinterpret_cast<const float*>(context.input_constant(1).data());
  const int32_t taps = g.y.filter * g.x.filter;
  // A padded position adds 0 w, which is nothing only when w is finite.
  for (int64_t i = 0; i < static_cast<int64_t>(taps) * g.out_channels; ++i) {
    if (!std::isfinite(weights[i])) return std::nullopt;
  }
  const std::vector<int32_t> lanes = ChannelsOfLanes(block, g.out_channels);
  const std::vector<float> bias = FloatBiasOf(context, g.out_channels);
  auto kernel = std::make_shared<FloatDepthwise>(
      FloatDepthwise{Line(g, Operand::kFloats, block, {}),
                     AlignedBytes(lanes.size() * sizeof(float)), spec.clamp, simd});
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    kernel->bias.as<float>()[lane] = bias[static_cast<size_t>(lanes[lane])];
  }
  kernel->line.weights =
      Pack<float>(block, g.out_channels, taps, [&](int32_t tap, int32_t channel) {
        return weights[static_cast<int64_t>(tap) * g.out_channels + channel];
      });
  return AcceleratedKernel{[kernel](const KernelArgs& args) { kernel->Run(args); },
                           kernel->line.layout.scratch_bytes()};
}

}  // namespace

Offer TryDepthwise(const PrepareContext& context, const SimdKernels& simd) {
  const auto* spec = context.spec<ConvSpec>();
  if (spec == nullptr || !spec->depthwise || !HasConstantWeights(context)) return std::nullopt;
  const ConvGeometry& g = spec->geometry;
  const DType dtype = context.input(0).dtype;
  const bool is_float = dtype == DType::kFloat32;
  if (is_float && !simd.fused_floats) return std::nullopt;
  if (!is_float && dtype != DType::kInt8 && dtype != DType::kUInt8) return std::nullopt;
  if (is_float) {
    if (Offer offer = TryInPlaceDepthwise(context, *spec, simd)) return offer;
  }
  const int vectors = is_float ? simd.depthwise_float_vectors : simd.depthwise_vectors;
  const BlockShape block{simd.lanes, vectors, !is_float, 1};
  if (static_cast<int64_t>(PatternsOf(block, g.out_channels)) * block.size() > kMaxPatternLanes) {
    return std::nullopt;
  }
  const Operand operand = is_float ? Operand::kFloats : simd.integer;
  if (ImageLayout(g, operand, true, g.out_channels / g.in_channels).bytes() > kMaxOffset) {
    return std::nullopt;
  }
  return is_float ? MakeFloat(context, *spec, simd) : MakeInteger(context, *spec, simd);
}

}  // namespace quantgate::accelerated
