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

// The taps' offsets `parts` times over, padded to whole groups.
std::vector<int32_t> TapOffsets(const ConvGeometry& g, const ImageLayout& layout,
                                int32_t taps_per_group, int32_t parts) {
  std::vector<int32_t> offsets;
  for (int32_t part = 0; part < parts; ++part) {
    for (int32_t i = 0; i < g.y.filter; ++i) {
      for (int32_t j = 0; j < g.x.filter; ++j) {
        offsets.push_back(static_cast<int32_t>(layout.TapOffset(i, j)));
      }
    }
  }
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

  Line(const ConvGeometry& geometry, Operand operand, const BlockShape& shape, int32_t parts)
      : g(geometry),
        layout(geometry, operand, true, geometry.out_channels / geometry.in_channels),
        block(shape),
        tap_offsets(TapOffsets(geometry, layout, shape.taps_per_group, parts)) {}

  [[nodiscard]] DepthwiseArgs Args(std::byte* scratch) const {
    DepthwiseArgs args;
    args.input = scratch;
    args.tap_offsets = tap_offsets.data();
    args.row_step = layout.row_bytes * g.y.stride;
    args.tap_groups = static_cast<int32_t>(tap_offsets.size()) / block.taps_per_group;
    args.rows = g.y.output;
    args.length = g.x.output * g.out_channels;
    args.patterns = PatternsOf(block, g.out_channels);
    args.weights = weights.data();
    return args;
  }
};

struct IntegerDepthwise {
  Line line;
  RequantTable table;
  const SimdKernels& simd;
  bool is_signed;
  int32_t input_zero_point;

  void Run(const KernelArgs& args) const {
    DepthwiseArgs product = line.Args(args.scratch);
    for (int32_t n = 0; n < line.g.batches; ++n) {
      FillImage(line.layout, simd, args.in<std::byte>(0) + line.g.input_offset(n, 0, 0), is_signed,
                input_zero_point, args.scratch);
      product.output = args.out<std::byte>(0) + line.g.output_offset(n, 0, 0);
      simd.depthwise(product, table.View());
    }
  }
};

struct FloatDepthwise {
  Line line;
  AlignedBytes bias;
  FloatRange clamp;
  const SimdKernels& simd;

  void Run(const KernelArgs& args) const {
    DepthwiseArgs product = line.Args(args.scratch);
    for (int32_t n = 0; n < line.g.batches; ++n) {
      FillImage(line.layout, simd, args.in<std::byte>(0) + line.g.input_offset(n, 0, 0) * 4, false,
                0, args.scratch);
      product.output = args.out<std::byte>(0) + line.g.output_offset(n, 0, 0) * 4;
      simd.depthwise_float(product, {bias.as<float>(), clamp.min, clamp.max});
    }
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

// A weight less its zero point may need nine bits, which signed bytes do not have. Such filters are
// run as two, tap after tap twice, with the weights' part within a byte and the rest.
int32_t BytePart(int32_t weight, int32_t part) {
  const int32_t within = std::clamp(weight, -128, 127);
  return part == 0 ? within : weight - within;
}

struct WeightRange {
  int32_t min = 0;
  int32_t max = 0;
};
WeightRange RangeOf(const PrepareContext& context, int32_t zero_point) {
  WeightRange range;
  const size_t count = context.input_constant(1).size();
  for (size_t i = 0; i < count; ++i) {
    const int32_t weight = WeightCode(context, static_cast<int64_t>(i)) - zero_point;
    range = {std::min(range.min, weight), std::max(range.max, weight)};
  }
  return range;
}

Offer MakeInteger(const PrepareContext& context, const ConvSpec& spec, const SimdKernels& simd) {
  const bool bytes = simd.integer == Operand::kBytes;
  const WeightRange range = RangeOf(context, spec.quantized.weight_zero_point);
  if (bytes && range.max > 254) return std::nullopt;  // 127 + 128: no second byte for it
  const int32_t parts = bytes && (range.min < -128 || range.max > 127) ? 2 : 1;
  const ConvGeometry& g = spec.geometry;
  const BlockShape block{simd.lanes, simd.depthwise_vectors, true, FactorsPerStep(simd.integer)};
  auto kernel = std::make_shared<IntegerDepthwise>(IntegerDepthwise{
      Line(g, simd.integer, block, parts), MakeTable(context, spec, block, bytes), simd,
      context.input(0).dtype == DType::kInt8, spec.quantized.input_zero_point});
  const int32_t taps = g.y.filter * g.x.filter;
  const auto weight = [&](int32_t tap, int32_t channel) {
    const int64_t at = static_cast<int64_t>(tap % taps) * g.out_channels + channel;
    const int32_t code = WeightCode(context, at) - spec.quantized.weight_zero_point;
    return parts == 1 ? code : BytePart(code, tap / taps);
  };
  kernel->line.weights = bytes ? Pack<int8_t>(block, g.out_channels, parts * taps, weight)
                               : Pack<int16_t>(block, g.out_channels, taps, weight);
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
      FloatDepthwise{Line(g, Operand::kFloats, block, 1),
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
