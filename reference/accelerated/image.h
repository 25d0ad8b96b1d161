// One image of an activation tensor as the vector kernels read it: padded, its codes converted to
// operands, channels repeated for a depth multiplier, and for strided depthwise windows split by
// column phase, so that the outputs of a row read each tap from one run of bytes.
#pragma once

#include <functional>

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

  // Images are used in bands of output rows whose windows stay in a near cache. Scratch holds the
  // rows behind several bands, since the windows of neighbours overlap.
  int32_t band_outputs = 0;  // output rows of a band, the last one may have fewer
  int32_t held_outputs = 0;  // of as many bands as scratch holds at once
  // Rows of the image behind `outputs` output rows.
  [[nodiscard]] int32_t HeightOf(int32_t outputs) const {
    return (outputs - 1) * y.stride + (y.filter - 1) * y.dilation + 1;
  }
  // Scratch for ForEachBand: rows, a line, and what vectors may read behind it.
  [[nodiscard]] size_t scratch_bytes() const;

  // Offset of a window's first byte.
  [[nodiscard]] int64_t WindowOffset(int32_t oy, int32_t ox) const {
    return static_cast<int64_t>(oy) * y.stride * row_bytes +
           static_cast<int64_t>(ox) * x.stride * pixel_bytes;
  }
  // Offset, from the start of an output row, of tap (i, j) of its first window; split images.
  [[nodiscard]] int64_t TapOffset(int32_t i, int32_t j) const;
};

// An image [height, width, channels] of codes or floats, and what to read it with.
struct ImageSource {
  const SimdKernels& simd;
  const std::byte* image = nullptr;
  bool is_signed = false;
  int32_t zero_point = 0;
};

// Calls visit(first output row, output rows, input) for every band in order; the windows lie in
// `input`, a part of scratch, like those of the first band.
using VisitBand = std::function<void(int32_t first, int32_t outputs, const std::byte* input)>;
void ForEachBand(const ImageLayout& layout, const ImageSource& source, std::byte* scratch,
                 const VisitBand& visit);

}  // namespace quantgate::accelerated
