// CONV_2D: windows of a padded image, read in place, times packed weights. A window is a run of
// bytes for every filter row (for every tap when columns are dilated).
#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/accelerated/image.h"
#include "reference/accelerated/packed_gemm.h"
#include "reference/accelerated/rows.h"

namespace quantgate::accelerated {
namespace {

constexpr int64_t kMaxOffset = std::numeric_limits<int32_t>::max() / 2;

// Windows of an image and where their runs lie.
struct Windows {
  Windows(const ConvGeometry& g, const ImageLayout& layout) {
    const bool whole_rows = g.x.dilation == 1;
    const int32_t taps = whole_rows ? 1 : g.x.filter;
    for (int32_t i = 0; i < g.y.filter; ++i) {
      for (int32_t j = 0; j < taps; ++j) {
        segment_offsets.push_back(static_cast<int32_t>(layout.TapOffset(i, j)));
      }
    }
    for (int32_t oy = 0; oy < g.y.output; ++oy) {
      for (int32_t ox = 0; ox < g.x.output; ++ox) {
        row_offsets.push_back(static_cast<int32_t>(layout.WindowOffset(oy, ox)));
      }
    }
  }
  std::vector<int32_t> segment_offsets;
  std::vector<int32_t> row_offsets;
};

// The filter's rows that lie in the image, at least one.
struct FilterRows {
  int32_t first = 0;
  int32_t past = 0;
  bool operator==(const FilterRows&) const = default;
};

FilterRows RowsInside(const WindowAxis& y, int32_t output) {
  const int32_t top = output * y.stride - y.padding_before;
  const auto rows_above = [&](int32_t limit) {
    return std::clamp((limit - top + y.dilation - 1) / y.dilation, 0, y.filter);
  };
  FilterRows rows = {top < 0 ? rows_above(0) : 0, top < y.input ? rows_above(y.input) : 0};
  rows.first = std::min(rows.first, y.filter - 1);
  rows.past = std::max(rows.past, rows.first + 1);
  return rows;
}

GemmShape ShapeOf(const ConvGeometry& g) {
  const bool whole_rows = g.x.dilation == 1;
  return {g.out_channels, whole_rows ? g.y.filter : g.y.filter * g.x.filter,
          whole_rows ? g.x.filter * g.in_channels : g.in_channels};
}

template <class Gemm>
struct Convolution {
  ConvGeometry g;
  ImageLayout layout;
  Windows windows;
  Gemm gemm;
  const SimdKernels& simd;
  bool is_signed = false;
  int32_t input_zero_point = 0;

  Convolution(const ConvGeometry& geometry, Operand operand, Gemm product,
              const SimdKernels& kernels)
      : g(geometry),
        layout(geometry, operand, false, 1),
        windows(geometry, layout),
        gemm(std::move(product)),
        simd(kernels) {}

  // Operands that lie in the tensor as the windows want them: no padding, no conversion, and whole
  // steps, so that none reads behind the last one.
  [[nodiscard]] bool as_stored() const {
    const bool padded = g.y.padding_before > 0 || g.x.padding_before > 0 ||
                        layout.height > g.y.input || layout.width != g.x.input;
    if (padded) return false;
    if (layout.operand == Operand::kFloats) return true;
    return layout.operand == Operand::kBytes && !is_signed && g.in_channels % 4 == 0;
  }
  [[nodiscard]] size_t image_bytes() const { return (layout.scratch_bytes() + 63) / 64 * 64; }
  [[nodiscard]] size_t scratch_bytes() const {
    return image_bytes() + windows.row_offsets.size() * sizeof(int32_t);  // with the rows' terms
  }

  void Run(const KernelArgs& args) const {
    for (int32_t n = 0; n < g.batches; ++n) {
      const std::byte* image = args.in<std::byte>(0) + g.input_offset(n, 0, 0) * element_bytes();
      std::byte* out = args.out<std::byte>(0) + g.output_offset(n, 0, 0) * element_bytes();
      if (as_stored()) {
        Multiply(image, {0, g.y.output}, args.scratch, out);
        continue;
      }
      // Windows of a band lie like those of the first one.
      ForEachBand(layout, [&](int32_t first, int32_t outputs) {
        FillBand(layout, simd, image, is_signed, input_zero_point, first, outputs, args.scratch);
        Multiply(args.scratch, {first, first + outputs}, args.scratch, out);
      });
    }
  }

 private:
  struct OutputRows {
    int32_t first, past;
  };

  [[nodiscard]] int64_t element_bytes() const { return layout.operand == Operand::kFloats ? 4 : 1; }

  // `windows_of`: where the first row's first window begins; `out`: of the image. Floats leave out
  // the filter's rows that no window of an output row has in the image; codes' zeros are numbers.
  void Multiply(const std::byte* windows_of, OutputRows rows, std::byte* scratch,
                std::byte* out) const {
    if (layout.operand != Operand::kFloats) {
      return MultiplyPart(windows_of, rows, rows, {0, g.y.filter}, scratch, out);
    }
    for (OutputRows part = {rows.first, rows.first}; part.first < rows.past;
         part.first = part.past) {
      const FilterRows inside = RowsInside(g.y, part.first);
      while (part.past < rows.past && RowsInside(g.y, part.past) == inside) ++part.past;
      MultiplyPart(windows_of, rows, part, inside, scratch, out);
    }
  }

  void MultiplyPart(const std::byte* windows_of, OutputRows rows, OutputRows part,
                    FilterRows inside, std::byte* scratch, std::byte* out) const {
    const auto segments_of_row = static_cast<int32_t>(windows.segment_offsets.size()) / g.y.filter;
    GemmArgs product;
    product.input = windows_of;
    product.row_offsets =
        windows.row_offsets.data() + static_cast<int64_t>(part.first - rows.first) * g.x.output;
    product.segment_offsets = windows.segment_offsets.data();
    product.first_segment = inside.first * segments_of_row;
    product.past_segment = inside.past * segments_of_row;
    product.rows = static_cast<int64_t>(part.past - part.first) * g.x.output;
    product.output = out + g.output_offset(0, part.first, 0) * element_bytes();
    gemm.Run(product, reinterpret_cast<int32_t*>(scratch + image_bytes()));
  }
};

template <class Gemm>
AcceleratedKernel Wrap(std::shared_ptr<const Convolution<Gemm>> convolution) {
  const size_t scratch = convolution->scratch_bytes();
  return {
      [convolution = std::move(convolution)](const KernelArgs& args) { convolution->Run(args); },
      scratch};
}

bool AllFinite(std::span<const std::byte> floats) {
  const auto* values = reinterpret_cast<const float*>(floats.data());
  return std::all_of(values, values + floats.size() / sizeof(float),
                     [](float value) { return std::isfinite(value); });
}

}  // namespace

Offer TryConvolution(const PrepareContext& context, const SimdKernels& simd) {
  const auto* spec = context.spec<ConvSpec>();
  if (spec == nullptr || spec->depthwise || !HasConstantWeights(context)) return std::nullopt;
  const ConvGeometry& g = spec->geometry;
  const DType dtype = context.input(0).dtype;
  if (g.filter_channels != g.in_channels || g.batches < 1) return std::nullopt;
  const Operand operand = dtype == DType::kFloat32 ? Operand::kFloats : simd.integer;
  if (ImageLayout(g, operand, false, 1).bytes() > kMaxOffset) return std::nullopt;
  const GemmShape shape = ShapeOf(g);
  if (dtype == DType::kFloat32) {
    if (!simd.fused_floats) return std::nullopt;
    // A padded position adds 0 w, which is nothing only when w is finite.
    if (!AllFinite(context.input_constant(1))) return std::nullopt;
    return Wrap(std::make_shared<const Convolution<FloatGemm>>(
        g, operand, FloatGemm(context, spec->clamp, simd, shape), simd));
  }
  if (dtype != DType::kInt8 && dtype != DType::kUInt8) return std::nullopt;
  auto convolution = std::make_shared<Convolution<IntegerGemm>>(
      g, operand, IntegerGemm(context, spec->quantized, simd, shape), simd);
  convolution->is_signed = dtype == DType::kInt8;
  convolution->input_zero_point = spec->quantized.input_zero_point;
  return Wrap<IntegerGemm>(std::move(convolution));
}

}  // namespace quantgate::accelerated
