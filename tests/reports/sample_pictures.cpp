// The sample report's flipped samples and their pictures.
#include <algorithm>
#include <array>
#include <cmath>

#include "tests/reports/sample_parts.h"

namespace quantgate::sample {
namespace {

constexpr int kSide = 28;

// A seven-segment digit, soft at the edges: recognisable, and made of nothing but this function.
SamplePicture DrawDigit(int64_t index, int digit, Random& random) {
  constexpr std::array<uint8_t, 10> kSegments = {0x3F, 0x06, 0x5B, 0x4F, 0x66,
                                                 0x6D, 0x7D, 0x07, 0x7F, 0x6F};
  constexpr std::array<std::array<double, 4>, 7> kLines = {{{9, 5, 19, 5},
                                                            {19, 5, 19, 14},
                                                            {19, 14, 19, 23},
                                                            {9, 23, 19, 23},
                                                            {9, 14, 9, 23},
                                                            {9, 5, 9, 14},
                                                            {9, 14, 19, 14}}};
  SamplePicture picture{index, kSide, kSide, 1, std::vector<uint8_t>(size_t{kSide} * kSide)};
  const double slant = (random.Share() - 0.5) * 0.5;
  const double thickness = 1.2 + random.Share();
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      double nearest = 99;
      for (size_t s = 0; s < kLines.size(); ++s) {
        if ((kSegments[static_cast<size_t>(digit)] >> s & 1) == 0) continue;
        const auto& [x0, y0, x1, y1] = kLines[s];
        const double px = x + slant * (y - 14);
        const double dx = std::max({std::min(x0, x1) - px, px - std::max(x0, x1), 0.0});
        const double dy = std::max({std::min(y0, y1) - y, y - std::max(y0, y1), 0.0});
        nearest = std::min(nearest, std::hypot(dx, dy));
      }
      const double ink = std::clamp(1.0 - (nearest - thickness + 0.8) / 1.4, 0.0, 1.0);
      picture.pixels[static_cast<size_t>(y) * kSide + static_cast<size_t>(x)] =
          static_cast<uint8_t>(ink * 255);
    }
  }
  return picture;
}

}  // namespace

// Flipped samples share their pictures between variants, as in a real run.
void AddFlips(VariantResult& variant, uint32_t seed, RunReport& report) {
  Random random(seed);
  const auto count = std::min<int64_t>(variant.paired->flips, 48);
  for (int64_t i = 0; i < count; ++i) {
    FlippedSample sample;
    sample.index = 37 + i * 97;
    sample.label = static_cast<int>(sample.index % kClasses);
    const int other = (sample.label + 1 + random.Below(9)) % kClasses;
    const bool gained = random.Below(5) == 0 && variant.paired->gained > 0;
    sample.reference_prediction = gained ? other : sample.label;
    sample.variant_prediction = gained ? sample.label : other;
    sample.reference_margin = 0.02 + random.Share() * 0.6;
    sample.variant_margin = 0.01 + random.Share() * 0.3;
    variant.flipped.push_back(sample);
    const bool drawn = std::any_of(report.pictures.begin(), report.pictures.end(),
                                   [&](const auto& p) { return p.index == sample.index; });
    if (!drawn) report.pictures.push_back(DrawDigit(sample.index, sample.label, random));
  }
}

}  // namespace quantgate::sample
