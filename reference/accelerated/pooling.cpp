// AVERAGE_POOL_2D and MAX_POOL_2D, all channels of a pixel at once. Codes are first gathered down
// the rows of a window, whole image rows at a time, then along it.
#include <algorithm>
#include <cstring>
#include <memory>

#include "reference/accelerated/rows.h"
#include "reference/ops/pool_spec.h"

namespace quantgate::accelerated {
namespace {

struct Window {
  int32_t first;
  int32_t past;
  [[nodiscard]] int32_t size() const { return past - first; }
};
Window WindowOf(const WindowAxis& axis, int32_t output) {
  return {std::max(axis.origin(output), 0),
          std::min(axis.origin(output) + axis.filter, axis.input)};
}

struct Pool {
  PoolGeometry g;
  CodeRange clamp;
  bool is_signed;
  const SimdKernels& simd;
  std::vector<PixelRange> windows;  // of a row's windows

  [[nodiscard]] int64_t row_elements() const {
    return static_cast<int64_t>(g.x.input) * g.channels;
  }

  // Calls row(first input row of the window, output row pointer, scratch) for every output row.
  template <class Row>
  void ForEachRow(const KernelArgs& args, const Row& row) const {
    std::byte* out = args.out<std::byte>(0);
    for (int32_t n = 0; n < g.batches; ++n) {
      const std::byte* image = args.in<std::byte>(0) + int64_t{n} * g.y.input * row_elements();
      for (int32_t oy = 0; oy < g.y.output; ++oy) {
        row(image, WindowOf(g.y, oy), out);
        out += static_cast<int64_t>(g.x.output) * g.channels;
      }
    }
  }

  void MaxRow(const std::byte* image, Window rows, std::byte* line, std::byte* out) const {
    const int64_t width = row_elements();
    std::memcpy(line, image + rows.first * width, static_cast<size_t>(width));
    for (int32_t y = rows.first + 1; y < rows.past; ++y) {
      simd.max_bytes(image + y * width, width, is_signed, line);
    }
    simd.max_of_windows(line, windows.data(), g.x.output, g.channels, is_signed, out);
    const int64_t outputs = static_cast<int64_t>(g.x.output) * g.channels;
    if (is_signed) {
      Clamp(reinterpret_cast<int8_t*>(out), outputs);
    } else {
      Clamp(reinterpret_cast<uint8_t*>(out), outputs);
    }
  }

  template <class Code>
  void Clamp(Code* codes, int64_t count) const {
    const auto min = static_cast<Code>(clamp.min);
    const auto max = static_cast<Code>(clamp.max);
    for (int64_t i = 0; i < count; ++i) codes[i] = std::clamp(codes[i], min, max);
  }

  void AverageRow(const std::byte* image, Window rows, int32_t* line, std::byte* out) const {
    const int64_t width = row_elements();
    int32_t* const sums = line + width;  // [channels]
    std::fill_n(line, width, 0);
    for (int32_t y = rows.first; y < rows.past; ++y) {
      simd.accumulate(image + y * width, width, is_signed, line);
    }
    for (int32_t ox = 0; ox < g.x.output; ++ox) {
      const Window columns = WindowOf(g.x, ox);
      std::fill_n(sums, g.channels, 0);
      for (int32_t x = columns.first; x < columns.past; ++x) {
        const int32_t* pixel = line + static_cast<int64_t>(x) * g.channels;
        for (int32_t c = 0; c < g.channels; ++c) sums[c] += pixel[c];
      }
      const int32_t count = rows.size() * columns.size();
      for (int32_t c = 0; c < g.channels; ++c) {
        const int32_t half = sums[c] >= 0 ? count / 2 : -(count / 2);
        const int32_t code = std::clamp((sums[c] + half) / count, clamp.min, clamp.max);
        *out++ = static_cast<std::byte>(code);
      }
    }
  }
};

// The plain kernel's order of additions, channel by channel.
void PoolFloatImage(const PoolSpec& spec, const SimdKernels& simd, const KernelArgs& args) {
  const PoolGeometry& g = spec.geometry;
  const int64_t width = static_cast<int64_t>(g.x.input) * g.channels;
  FloatPool pool{.row_step = width,
                 .channels = g.channels,
                 .is_max = spec.kind == PoolKind::kMax,
                 .min = spec.clamp.min,
                 .max = spec.clamp.max,
                 .out = args.out<float>(0)};
  const float* image = args.in<float>(0);
  for (int32_t n = 0; n < g.batches; ++n, image += g.y.input * width) {
    for (int32_t oy = 0; oy < g.y.output; ++oy) {
      const Window rows = WindowOf(g.y, oy);
      pool.rows = rows.size();
      for (int32_t ox = 0; ox < g.x.output; ++ox, pool.out += g.channels) {
        const Window columns = WindowOf(g.x, ox);
        pool.first = image + rows.first * width + int64_t{columns.first} * g.channels;
        pool.columns = columns.size();
        simd.pool_floats(pool);
      }
    }
  }
}

}  // namespace

Offer TryPool(const PrepareContext& context, const SimdKernels& simd) {
  const auto* spec = context.spec<PoolSpec>();
  if (spec == nullptr || spec->kind == PoolKind::kL2) return std::nullopt;
  const bool is_max = spec->kind == PoolKind::kMax;
  const DType dtype = context.input(0).dtype;
  if (dtype == DType::kFloat32) {
    return AcceleratedKernel{
        [spec = *spec, &simd](const KernelArgs& args) { PoolFloatImage(spec, simd, args); }, 0};
  }
  if (dtype != DType::kInt8 && dtype != DType::kUInt8) return std::nullopt;
  Pool made{spec->geometry, spec->codes, dtype == DType::kInt8, simd, {}};
  for (int32_t ox = 0; ox < made.g.x.output; ++ox) {
    const Window columns = WindowOf(made.g.x, ox);
    made.windows.push_back({columns.first, columns.size()});
  }
  const auto pool = std::make_shared<const Pool>(std::move(made));
  const auto line = static_cast<size_t>(pool->row_elements());
  if (is_max) {
    return AcceleratedKernel{[pool](const KernelArgs& args) {
                               pool->ForEachRow(
                                   args, [&](const std::byte* image, Window rows, std::byte* out) {
                                     pool->MaxRow(image, rows, args.scratch, out);
                                   });
                             },
                             line};
  }
  const size_t sums = (line + static_cast<size_t>(pool->g.channels)) * sizeof(int32_t);
  return AcceleratedKernel{
      [pool](const KernelArgs& args) {
        pool->ForEachRow(args, [&](const std::byte* image, Window rows, std::byte* out) {
          pool->AverageRow(image, rows, reinterpret_cast<int32_t*>(args.scratch), out);
        });
      },
      sums};
}

}  // namespace quantgate::accelerated
