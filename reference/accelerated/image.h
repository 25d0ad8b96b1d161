// One image of an activation tensor as the vector kernels read it: padded, its codes converted to
// operands, channels repeated for a depth multiplier, and for strided depthwise windows split by
// column phase, so that the outputs of a row read each tap from one run of bytes.
#pragma once

#include <algorithm>

#include "reference/accelerated/simd.h"
#include "reference/ops/conv_spec.h"

namespace quantgate::accelerated {

struct ImageLayout {
  ImageLayout() = default;
  // `split`: by column phase (depthwise). `repeats`: of each channel.
  ImageLayout(const ConvGeometry& geometry, Operand operand, bool split, int32_t repeats);

  WindowAxis y, x;
  Operand operand = Operand::kBytes;
  int32_t in_channels = 0;
  int32_t repeats = 1;
  int32_t height = 0;  // rows, padding included
  int32_t width = 0;   // pixels of one phase of a row
  int32_t phases = 1;
  int32_t pixel_bytes = 0;
  int64_t row_bytes = 0;  // all phases

  [[nodiscard]] int64_t bytes() const { return row_bytes * height; }

  // Images are filled and used in bands of output rows that stay in a near cache.
  int32_t band_outputs = 0;  // output rows of a band, the last one may have fewer
  // Rows of the image behind `outputs` output rows.
  [[nodiscard]] int32_t HeightOf(int32_t outputs) const {
    return (outputs - 1) * y.stride + (y.filter - 1) * y.dilation + 1;
  }
  // Scratch for FillBand: a band, a row, and what vectors may read behind it.
  [[nodiscard]] size_t scratch_bytes() const;

  // Offset of a window's first byte.
  [[nodiscard]] int64_t WindowOffset(int32_t oy, int32_t ox) const {
    return static_cast<int64_t>(oy) * y.stride * row_bytes +
           static_cast<int64_t>(ox) * x.stride * pixel_bytes;
  }
  // Offset, from the start of an output row, of tap (i, j) of its first window; split images.
  [[nodiscard]] int64_t TapOffset(int32_t i, int32_t j) const;
};

// Fills scratch with what the output rows [first, first + outputs) read of one image [height,
// width, channels] of codes or floats.
void FillBand(const ImageLayout& layout, const SimdKernels& simd, const std::byte* image,
              bool is_signed, int32_t zero_point, int32_t first, int32_t outputs,
              std::byte* scratch);

// Calls visit(first output row, output rows) for every band.
template <class Visit>
void ForEachBand(const ImageLayout& layout, const Visit& visit) {
  for (int32_t first = 0; first < layout.y.output; first += layout.band_outputs) {
    visit(first, std::min(layout.band_outputs, layout.y.output - first));
  }
}

}  // namespace quantgate::accelerated
