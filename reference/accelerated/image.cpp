#include "reference/accelerated/image.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace quantgate::accelerated {
namespace {

constexpr int64_t kBandBytes = 1 << 17;
constexpr size_t kSlack = 512;  // above what a block of the widest vectors reads behind the end

size_t RoundUp(int64_t bytes) { return (static_cast<size_t>(bytes) + 63) / 64 * 64; }

// Copies `count` pixels, reading every one and writing every `step`-th, or the other way round.
template <class Word>
void CopyPixels(const std::byte* from, int64_t from_step, std::byte* to, int64_t to_step,
                int64_t count, int64_t pixel_bytes) {
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t b = 0; b < pixel_bytes; b += static_cast<int64_t>(sizeof(Word))) {
      Word word;
      std::memcpy(&word, from + b, sizeof(word));
      std::memcpy(to + b, &word, sizeof(word));
    }
    from += from_step;
    to += to_step;
  }
}

struct SixteenBytes {
  std::array<uint64_t, 2> words;
};

void CopyStrided(const std::byte* from, int64_t from_step, std::byte* to, int64_t to_step,
                 int64_t count, int64_t pixel_bytes) {
  if (pixel_bytes >= 64) {
    for (int64_t i = 0; i < count; ++i) {
      std::memcpy(to + i * to_step, from + i * from_step, static_cast<size_t>(pixel_bytes));
    }
  } else if (pixel_bytes % 16 == 0) {
    CopyPixels<SixteenBytes>(from, from_step, to, to_step, count, pixel_bytes);
  } else if (pixel_bytes % 8 == 0) {
    CopyPixels<uint64_t>(from, from_step, to, to_step, count, pixel_bytes);
  } else if (pixel_bytes % 4 == 0) {
    CopyPixels<uint32_t>(from, from_step, to, to_step, count, pixel_bytes);
  } else {
    CopyPixels<uint8_t>(from, from_step, to, to_step, count, pixel_bytes);
  }
}

// Each operand `repeats` times in a row.
template <class T>
void Repeat(const std::byte* from, int64_t count, int32_t repeats, std::byte* to) {
  const auto* in = reinterpret_cast<const T*>(from);
  auto* out = reinterpret_cast<T*>(to);
  for (int64_t i = 0; i < count; ++i) {
    for (int32_t k = 0; k < repeats; ++k) *out++ = in[i];
  }
}

int64_t BandBytes(const ImageLayout& layout) {
  return layout.row_bytes * layout.HeightOf(layout.band_outputs);
}

// The parts of FillBand, with what they share.
class Filler {
 public:
  Filler(const ImageLayout& layout, const SimdKernels& simd, bool is_signed, int32_t zero_point,
         std::byte* scratch)
      : layout_(layout),
        simd_(simd),
        is_signed_(is_signed),
        zero_point_(zero_point),
        line_(scratch + RoundUp(BandBytes(layout))),
        unrepeated_(line_ + RoundUp(InputRowBytes())) {}

  [[nodiscard]] int64_t InputRowBytes() const {
    return static_cast<int64_t>(layout_.x.input) * layout_.pixel_bytes;
  }

  // Row `row` of the padded image to `out`.
  void Row(const std::byte* image, int32_t row, std::byte* out) {
    const int32_t iy = row - layout_.y.padding_before;
    if (iy < 0 || iy >= layout_.y.input) return Pad(out, layout_.row_bytes);
    const int64_t elements = static_cast<int64_t>(layout_.x.input) * layout_.in_channels;
    const int64_t element_bytes = layout_.operand == Operand::kFloats ? 4 : 1;
    const std::byte* const in = image + iy * elements * element_bytes;
    if (layout_.phases == 1) {
      PadAndCopy(in, out);
    } else {
      const bool as_stored = layout_.operand == Operand::kFloats && layout_.repeats == 1;
      if (!as_stored) Elements(in, elements, line_);
      for (int32_t phase = 0; phase < layout_.phases; ++phase) {
        SplitPhase(phase, as_stored ? in : line_, out);
      }
    }
  }

 private:
  // Zeros in reals.
  void Pad(std::byte* out, int64_t bytes) const {
    const int32_t code =
        layout_.operand == Operand::kBytes ? zero_point_ + (is_signed_ ? 128 : 0) : 0;
    std::memset(out, code, static_cast<size_t>(bytes));
  }

  void Elements(const std::byte* in, int64_t count, std::byte* out) const {
    std::byte* const to = layout_.repeats == 1 ? out : unrepeated_;
    if (layout_.operand == Operand::kFloats) {
      std::memcpy(to, in, static_cast<size_t>(count) * sizeof(float));
    } else {
      simd_.convert(in, count, is_signed_, zero_point_, to);
    }
    if (layout_.repeats == 1) return;
    switch (layout_.operand) {
      case Operand::kBytes: return Repeat<uint8_t>(to, count, layout_.repeats, out);
      case Operand::kWords: return Repeat<int16_t>(to, count, layout_.repeats, out);
      case Operand::kFloats: return Repeat<float>(to, count, layout_.repeats, out);
    }
  }

  void PadAndCopy(const std::byte* in, std::byte* out) const {
    const int32_t before = std::min(layout_.x.padding_before, layout_.width);
    const int32_t inside = std::min(layout_.x.input, layout_.width - before);
    const int32_t after = layout_.width - before - inside;
    const int64_t pixel = layout_.pixel_bytes;
    Pad(out, before * pixel);
    Elements(in, static_cast<int64_t>(inside) * layout_.in_channels, out + before * pixel);
    Pad(out + (before + inside) * pixel, after * pixel);
  }

  // Pixels x = index * phases + phase - padding of the line.
  void SplitPhase(int32_t phase, const std::byte* line, std::byte* row) const {
    const int64_t pixel = layout_.pixel_bytes;
    std::byte* const out = row + static_cast<int64_t>(phase) * layout_.width * pixel;
    const int32_t pad = layout_.x.padding_before;
    const int32_t step = layout_.phases;
    const int32_t first = std::min(layout_.width, std::max(0, (pad - phase + step - 1) / step));
    const int32_t past =
        std::clamp((layout_.x.input + pad - phase + step - 1) / step, first, layout_.width);
    Pad(out, first * pixel);
    CopyStrided(line + (static_cast<int64_t>(first) * step + phase - pad) * pixel, step * pixel,
                out + first * pixel, pixel, past - first, pixel);
    Pad(out + past * pixel, (layout_.width - past) * pixel);
  }

  const ImageLayout& layout_;
  const SimdKernels& simd_;
  bool is_signed_;
  int32_t zero_point_;
  std::byte* line_;
  std::byte* unrepeated_;
};

int32_t Reach(const WindowAxis& axis) {
  return (axis.output - 1) * axis.stride + (axis.filter - 1) * axis.dilation + 1;
}

}  // namespace

ImageLayout::ImageLayout(const ConvGeometry& geometry, Operand factor, bool split,
                         int32_t channel_repeats)
    : y(geometry.y),
      x(geometry.x),
      operand(factor),
      in_channels(geometry.in_channels),
      repeats(channel_repeats),
      height(Reach(geometry.y)),
      phases(split ? geometry.x.stride : 1),
      pixel_bytes(geometry.in_channels * channel_repeats * FactorBytes(factor)) {
  // Where nothing is padded, columns that no window reaches stay: rows lie as in the tensor.
  const int32_t unpadded = x.padding_before == 0 ? x.input : 0;
  width = split ? x.output + (x.filter - 1) * x.dilation / x.stride : std::max(Reach(x), unpadded);
  row_bytes = static_cast<int64_t>(width) * phases * pixel_bytes;
  band_outputs = 1;
  while (band_outputs < y.output && row_bytes * HeightOf(band_outputs + 1) <= kBandBytes) {
    ++band_outputs;
  }
}

int64_t ImageLayout::TapOffset(int32_t i, int32_t j) const {
  const int32_t column = j * x.dilation;
  const int64_t pixel = static_cast<int64_t>(column % phases) * width + column / phases;
  return static_cast<int64_t>(i) * y.dilation * row_bytes + pixel * pixel_bytes;
}

size_t ImageLayout::scratch_bytes() const {
  const size_t line = RoundUp(static_cast<int64_t>(x.input) * pixel_bytes);
  return RoundUp(BandBytes(*this)) + 2 * line + kSlack;
}

void FillBand(const ImageLayout& layout, const SimdKernels& simd, const std::byte* image,
              bool is_signed, int32_t zero_point, int32_t first, int32_t outputs,
              std::byte* scratch) {
  Filler filler(layout, simd, is_signed, zero_point, scratch);
  const int32_t rows = layout.HeightOf(outputs);
  for (int32_t row = 0; row < rows; ++row) {
    filler.Row(image, first * layout.y.stride + row, scratch + row * layout.row_bytes);
  }
}

}  // namespace quantgate::accelerated
