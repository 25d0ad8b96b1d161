#include "reference/accelerated/image.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/random.h"

namespace quantgate::accelerated {
namespace {

WindowAxis AnyAxis(Random& random, int32_t most_input) {
  WindowAxis axis;
  axis.filter = random.Int(1, 4);
  axis.stride = random.Int(1, 3);
  axis.dilation = random.Int(1, 2);
  const int32_t reach = (axis.filter - 1) * axis.dilation + 1;
  axis.input = random.Int(1, most_input);
  axis.padding_before = random.Int(0, reach - 1);
  const int32_t padded =
      std::max(axis.input + axis.padding_before + random.Int(0, reach - 1), reach);
  axis.output = (padded - reach) / axis.stride + 1;
  return axis;
}

// Value of the padded image; behind what is stored it is zero.
float PaddedAt(const ConvGeometry& g, const std::vector<float>& image, int32_t y, int32_t x,
               int32_t c) {
  const int32_t iy = y - g.y.padding_before;
  const int32_t ix = x - g.x.padding_before;
  if (iy < 0 || iy >= g.y.input || ix < 0 || ix >= g.x.input) return 0;
  return image[static_cast<size_t>((iy * g.x.input + ix) * g.in_channels + c)];
}

// Every band shows its rows of the padded image, whether the image is one band or many.
TEST(Image, BandsShowThePaddedImage) {
  const SimdKernels* simd = BestSimd();
  if (simd == nullptr)
    GTEST_SKIP() << "no instruction set with accelerated kernels on this machine";
  int several = 0;
  for (uint32_t seed = 0; seed < 60; ++seed) {
    QG_SEED(seed);
    ConvGeometry g;
    g.in_channels = random.Int(1, 40);
    g.y = AnyAxis(random, 150);
    g.x = AnyAxis(random, 60);
    const ImageLayout layout(g, Operand::kFloats, false, 1);
    const auto image = random.Floats(int64_t{g.y.input} * g.x.input * g.in_channels, -1, 1);
    std::vector<std::byte> scratch(layout.scratch_bytes());
    int32_t next = 0;
    ForEachBand(layout, [&](int32_t first, int32_t outputs) {
      ASSERT_EQ(first, next);
      next += outputs;
      FillBand(layout, *simd, reinterpret_cast<const std::byte*>(image.data()), false, 0, first,
               outputs, scratch.data());
      for (int32_t row = 0; row < layout.HeightOf(outputs); ++row) {
        for (int32_t x = 0; x < layout.width; ++x) {
          for (int32_t c = 0; c < g.in_channels; ++c) {
            float found = 0;
            std::memcpy(&found,
                        &scratch[static_cast<size_t>(row * layout.row_bytes) +
                                 static_cast<size_t>(x * g.in_channels + c) * sizeof(float)],
                        sizeof(found));
            ASSERT_EQ(found, PaddedAt(g, image, first * g.y.stride + row, x, c));
          }
        }
      }
    });
    EXPECT_EQ(next, g.y.output);
    several += g.y.output > layout.band_outputs ? 1 : 0;
  }
  EXPECT_GT(several, 10);
}

}  // namespace
}  // namespace quantgate::accelerated
