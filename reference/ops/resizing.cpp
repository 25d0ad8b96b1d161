// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR of [batch, height, width, depth]. An output index o
// stands for the place  o * in / out  of the input,  o * (in - 1) / (out - 1)  with align_corners,
// or  (o + 0.5) * in / out - 0.5  with half_pixel_centers. As TFLite 2.9.0 computes them:
//   float32        floats; doubling without options takes halves of sums of neighbours
//   uint8          floats, rounded half up; nearest: places in 16.16 fixed point
//   int8, int16    places and weights in units of 2^-10, rounded half away from zero
// Places that rounding puts outside of the input are clamped to its last pixel.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "reference/model/op_options.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/strided_copy.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

// Heights and widths up to here are resized to: the tables of places are held in memory.
constexpr int64_t kMaxExtent = 1 << 20;

struct ResizeOp {
  Shape in;
  Shape out;
  bool align_corners = false;
  bool half_pixel_centers = false;
};

// Input 1: the new height and width.
Result<ResizeOp> ReadResize(PrepareContext& context, bool align_corners, bool half_pixel_centers) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_RETURN_IF_ERROR(MovedElementBytes(context));
  ResizeOp op{context.input_shape(0), {}, align_corners, half_pixel_centers};
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> size, ConstantIntegers(context, 1, 2, "extents"));
  if (op.in.rank() != 4 || op.in.dim(1) < 1 || op.in.dim(2) < 1 || size[0] < 1 || size[1] < 1) {
    return PrepareContext::Malformed("resizes " + op.in.ToString() + " to height " +
                                     std::to_string(size[0]) + " and width " +
                                     std::to_string(size[1]));
  }
  if (std::max(size[0], size[1]) > kMaxExtent) {
    return PrepareContext::Unsupported("a new extent of " +
                                       std::to_string(std::max(size[0], size[1])));
  }
  QG_ASSIGN_OR_RETURN(op.out, MakeShape({op.in.dim(0), size[0], size[1], op.in.dim(3)}));
  context.SetOutputShape(0, op.out);
  return op;
}

// The two input indices an output index lies between, and the weight of each.
template <class W>
struct Place {
  int64_t low = 0;
  int64_t high = 0;
  W low_weight{};
  W high_weight{};
};

using FloatPlace = Place<float>;
using FixedPlace = Place<int64_t>;

std::vector<FloatPlace> FloatPlaces(const ResizeOp& op, int axis) {
  const int32_t in = op.in.dim(axis);
  const int32_t out = op.out.dim(axis);
  const float scale = op.align_corners && out > 1
                          ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                          : static_cast<float>(in) / static_cast<float>(out);
  std::vector<FloatPlace> places;
  for (int32_t o = 0; o < out; ++o) {
    const float at = op.half_pixel_centers ? (static_cast<float>(o) + 0.5F) * scale - 0.5F
                                           : static_cast<float>(o) * scale;
    FloatPlace place;
    place.low = std::clamp<int64_t>(static_cast<int64_t>(std::floor(at)), 0, in - 1);
    place.high = std::clamp<int64_t>(static_cast<int64_t>(std::ceil(at)), 0, in - 1);
    place.high_weight = at - static_cast<float>(place.low);
    place.low_weight = 1 - place.high_weight;
    places.push_back(place);
  }
  return places;
}

std::vector<FixedPlace> FixedPlaces(const ResizeOp& op, int axis) {
  constexpr int64_t kOne = 1 << 10;
  const int64_t in = op.in.dim(axis);
  const int64_t out = op.out.dim(axis);
  const int64_t scale = op.align_corners && out > 1 ? (kOne * (in - 1) + (out - 1) / 2) / (out - 1)
                                                    : (kOne * in + out / 2) / out;
  std::vector<FixedPlace> places;
  for (int64_t o = 0; o < out; ++o) {
    const int64_t at = op.half_pixel_centers ? o * scale + scale / 2 - kOne / 2 : o * scale;
    FixedPlace place;
    place.low = std::clamp<int64_t>(at / kOne, 0, in - 1);
    place.high = std::clamp<int64_t>((at + kOne - 1) / kOne, 0, in - 1);
    place.high_weight = at - kOne * place.low;
    place.low_weight = kOne - place.high_weight;
    places.push_back(place);
  }
  return places;
}

// Calls pixel(y, x, corners, out) for every output pixel, where corners are the four input pixels
// around it: low y low x, low y high x, high y low x, high y high x.
template <class T, class Place, class Pixel>
void ForEachPixel(const ResizeOp& op, const std::vector<Place>& ys, const std::vector<Place>& xs,
                  const KernelArgs& args, const Pixel& pixel) {
  const int64_t depth = op.in.dim(3);
  const int64_t row = op.in.dim(2) * depth;
  T* out = args.out<T>(0);
  for (int64_t b = 0; b < op.in.dim(0); ++b) {
    const T* image = args.in<T>(0) + b * op.in.dim(1) * row;
    for (size_t y = 0; y < ys.size(); ++y) {
      const T* low = image + ys[y].low * row;
      const T* high = image + ys[y].high * row;
      for (size_t x = 0; x < xs.size(); ++x, out += depth) {
        const int64_t left = xs[x].low * depth;
        const int64_t right = xs[x].high * depth;
        pixel(y, x, std::array{low + left, low + right, high + left, high + right}, out);
      }
    }
  }
}

template <class Place>
auto CornerWeights(const Place& y, const Place& x) {
  return std::array{y.low_weight * x.low_weight, y.low_weight * x.high_weight,
                    y.high_weight * x.low_weight, y.high_weight * x.high_weight};
}

template <class T>
Kernel WeighFloats(const ResizeOp& op) {
  const std::vector<FloatPlace> ys = FloatPlaces(op, 1);
  const std::vector<FloatPlace> xs = FloatPlaces(op, 2);
  const int64_t depth = op.in.dim(3);
  return [=](const KernelArgs& args) {
    ForEachPixel<T>(op, ys, xs, args, [&](size_t y, size_t x, const auto& corners, T* out) {
      const std::array<float, 4> weights = CornerWeights(ys[y], xs[x]);
      for (int64_t c = 0; c < depth; ++c) {
        float sum = static_cast<float>(corners[0][c]) * weights[0];
        for (size_t k = 1; k < 4; ++k) sum += static_cast<float>(corners[k][c]) * weights[k];
        if constexpr (std::is_integral_v<T>) {
          out[c] = static_cast<T>(static_cast<int32_t>(sum + 0.5F));
        } else {
          out[c] = sum;
        }
      }
    });
  };
}

template <class T>
Kernel WeighFixed(const ResizeOp& op) {
  const std::vector<FixedPlace> ys = FixedPlaces(op, 1);
  const std::vector<FixedPlace> xs = FixedPlaces(op, 2);
  const int64_t depth = op.in.dim(3);
  return [=](const KernelArgs& args) {
    ForEachPixel<T>(op, ys, xs, args, [&](size_t y, size_t x, const auto& corners, T* out) {
      const std::array<int64_t, 4> weights = CornerWeights(ys[y], xs[x]);
      for (int64_t c = 0; c < depth; ++c) {
        int64_t sum = 0;
        for (size_t k = 0; k < 4; ++k) sum += corners[k][c] * weights[k];
        const int64_t half = sum > 0 ? 1 << 19 : -(1 << 19);
        out[c] = static_cast<T>((sum + half) / (1 << 20));
      }
    });
  };
}

// XNNPACK: weights of 11 bits made of the float places, one rounding at the end, ties upward.
Kernel WeighXnnpack(const ResizeOp& op) {
  const std::vector<FloatPlace> ys = FloatPlaces(op, 1);
  const std::vector<FloatPlace> xs = FloatPlaces(op, 2);
  const int64_t depth = op.in.dim(3);
  constexpr int32_t kOne = 1 << 11;
  const auto weight = [](float high_weight) {
    return static_cast<int32_t>(std::nearbyint(std::clamp(high_weight, 0.0F, 1.0F) * kOne));
  };
  return [=](const KernelArgs& args) {
    ForEachPixel<int8_t>(op, ys, xs, args, [&](size_t y, size_t x, const auto& at, int8_t* out) {
      const int32_t down = weight(ys[y].high_weight);
      const int32_t right = weight(xs[x].high_weight);
      for (int64_t c = 0; c < depth; ++c) {
        const int32_t top = at[0][c] * kOne + (at[1][c] - at[0][c]) * right;
        const int32_t bottom = at[2][c] * kOne + (at[3][c] - at[2][c]) * right;
        const int32_t sum = top * kOne + (bottom - top) * down;
        out[c] = static_cast<int8_t>((sum + (1 << 21)) >> 22);
      }
    });
  };
}

// Doubling: an even index is a pixel of the input, an odd one lies halfway to the next.
Kernel DoubleFloats(const ResizeOp& op) {
  const std::vector<FloatPlace> ys = FloatPlaces(op, 1);
  const std::vector<FloatPlace> xs = FloatPlaces(op, 2);
  const int64_t depth = op.in.dim(3);
  return [=](const KernelArgs& args) {
    ForEachPixel<float>(op, ys, xs, args, [&](size_t y, size_t x, const auto& at, float* out) {
      for (int64_t c = 0; c < depth; ++c) {
        if (y % 2 == 0) {
          out[c] = x % 2 == 0 ? at[0][c] : (at[0][c] + at[1][c]) / 2;
        } else {
          const float left = (at[0][c] + at[2][c]) / 2;
          out[c] = x % 2 == 0 ? left : (left + (at[1][c] + at[3][c]) / 2) / 2;
        }
      }
    });
  };
}

int64_t NearestIndex(const ResizeOp& op, int axis, int32_t o, bool fixed_point) {
  const int32_t in = op.in.dim(axis);
  const int32_t out = op.out.dim(axis);
  if (fixed_point) {
    const int64_t scale = (static_cast<int64_t>(in) << 16) / out + 1;
    return std::clamp<int64_t>((o * scale) >> 16, 0, in - 1);
  }
  const float scale = op.align_corners && out > 1
                          ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                          : static_cast<float>(in) / static_cast<float>(out);
  const float at = (static_cast<float>(o) + (op.half_pixel_centers ? 0.5F : 0.0F)) * scale;
  const float index = op.align_corners ? std::round(at) : std::floor(at);
  return std::clamp<int64_t>(static_cast<int64_t>(index), 0, in - 1);
}

std::vector<int64_t> NearestIndices(const ResizeOp& op, int axis, bool fixed_point) {
  std::vector<int64_t> indices;
  for (int32_t o = 0; o < op.out.dim(axis); ++o) {
    indices.push_back(NearestIndex(op, axis, o, fixed_point));
  }
  return indices;
}

}  // namespace

Result<Kernel> PrepareResizeBilinear(PrepareContext& context) {
  const auto options = OptionsOrDefault<schema::ResizeBilinearOptionsT>(context.node());
  if (options.align_corners && options.half_pixel_centers) {
    return PrepareContext::Malformed("align_corners and half_pixel_centers exclude each other");
  }
  QG_ASSIGN_OR_RETURN(const ResizeOp op,
                      ReadResize(context, options.align_corners, options.half_pixel_centers));
  if (op.out.num_elements() == 0) return Kernel([](const KernelArgs&) {});
  const bool doubles = !op.align_corners && !op.half_pixel_centers &&
                       op.out.dim(1) == int64_t{2} * op.in.dim(1) &&
                       op.out.dim(2) == int64_t{2} * op.in.dim(2);
  switch (context.input(0).dtype) {
    case DType::kFloat32: return doubles ? DoubleFloats(op) : WeighFloats<float>(op);
    case DType::kUInt8: return WeighFloats<uint8_t>(op);
    case DType::kInt8:
      return XnnpackTakes(context, 0, 1) ? WeighXnnpack(op) : WeighFixed<int8_t>(op);
    case DType::kInt16: return WeighFixed<int16_t>(op);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareResizeNearestNeighbor(PrepareContext& context) {
  const auto options = OptionsOrDefault<schema::ResizeNearestNeighborOptionsT>(context.node());
  QG_ASSIGN_OR_RETURN(const ResizeOp op,
                      ReadResize(context, options.align_corners, options.half_pixel_centers));
  if (op.out.num_elements() == 0) return Kernel([](const KernelArgs&) {});
  const bool fixed_point =
      context.input(0).dtype == DType::kUInt8 && !op.align_corners && !op.half_pixel_centers;
  const std::vector<int64_t> ys = NearestIndices(op, 1, fixed_point);
  const std::vector<int64_t> xs = NearestIndices(op, 2, fixed_point);
  QG_ASSIGN_OR_RETURN(const size_t element, MovedElementBytes(context));
  const size_t pixel = static_cast<size_t>(op.in.dim(3)) * element;
  return Kernel([=](const KernelArgs& args) {
    std::byte* to = args.outputs[0];
    for (int64_t b = 0; b < op.in.dim(0); ++b) {
      for (const int64_t y : ys) {
        const int64_t row = (b * op.in.dim(1) + y) * op.in.dim(2);
        for (const int64_t x : xs) {
          std::memcpy(to, args.inputs[0] + static_cast<size_t>(row + x) * pixel, pixel);
          to += pixel;
        }
      }
    }
  });
}

}  // namespace quantgate
