#include "harness/driver/pictures.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace quantgate {
namespace {

constexpr int kLargestSide = 256;

bool IsPicture(const Shape& shape) {
  return shape.rank() == 3 && (shape.dim(2) == 1 || shape.dim(2) == 3) &&
         shape.dim(0) <= kLargestSide && shape.dim(1) <= kLargestSide;
}

// Stored bytes stay as they are; anything else is stretched from its own range to 0..255.
std::vector<uint8_t> ToPixels(const std::vector<float>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const bool bytes =
      *low >= 0 && *high <= 255 &&
      std::all_of(values.begin(), values.end(), [](float v) { return v == std::floor(v); });
  const bool unit = bytes && *high <= 1;
  const float shift = bytes && !unit ? 0.0F : *low;
  const float span = bytes && !unit ? 255.0F : std::max(*high - *low, 1e-30F);
  std::vector<uint8_t> pixels;
  for (const float value : values) {
    const float scaled = std::round((value - shift) / span * 255.0F);
    pixels.push_back(std::isfinite(scaled) ? static_cast<uint8_t>(std::clamp(scaled, 0.0F, 255.0F))
                                           : uint8_t{0});
  }
  return pixels;
}

}  // namespace

Result<std::vector<SamplePicture>> PicturesOfFlips(const std::vector<VariantResult>& variants,
                                                   const Dataset& dataset) {
  const Shape& shape = dataset.sample_shape();
  if (!IsPicture(shape)) return std::vector<SamplePicture>{};
  std::set<int64_t> indices;
  for (const VariantResult& variant : variants) {
    for (const FlippedSample& sample : variant.flipped) indices.insert(sample.index);
  }
  std::vector<SamplePicture> pictures;
  std::vector<float> values(static_cast<size_t>(shape.num_elements()));
  for (const int64_t index : indices) {
    QG_RETURN_IF_ERROR(dataset.ReadRaw(index, values));
    pictures.push_back({index, shape.dim(0), shape.dim(1), shape.dim(2), ToPixels(values)});
  }
  return pictures;
}

}  // namespace quantgate
