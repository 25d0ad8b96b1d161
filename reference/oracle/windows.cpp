// Convolutions, pools and bilinear resizing of [N, H, W, C].
#include <algorithm>
#include <array>

#include "reference/model/op_options.h"
#include "reference/oracle/oracle_families.h"

namespace quantgate::oracle {
namespace {

// Windows along one axis of an image.
struct Axis {
  int64_t image = 0;
  int64_t windows = 0;
  int64_t taps = 0;
  int64_t stride = 1;
  int64_t dilation = 1;

  // Positions missing before the image, half of all that are missing.
  [[nodiscard]] int64_t before(bool same) const {
    const int64_t missing = (windows - 1) * stride + (taps - 1) * dilation + 1 - image;
    return same ? std::max<int64_t>(missing, 0) / 2 : 0;
  }
  // The place of a tap, or -1 outside of the image.
  [[nodiscard]] int64_t place(int64_t window, int64_t tap, bool same) const {
    const int64_t at = window * stride - before(same) + tap * dilation;
    return at >= 0 && at < image ? at : -1;
  }
};

size_t At(const Shape& shape, int64_t n, int64_t y, int64_t x, int64_t c) {
  return static_cast<size_t>(((n * shape.dim(1) + y) * shape.dim(2) + x) * shape.dim(3) + c);
}

// Calls visit(n, y, x, c, index) for every element of an output.
template <class Visit>
void ForEach(const Shape& shape, const Visit& visit) {
  size_t index = 0;
  for (int64_t n = 0; n < shape.dim(0); ++n) {
    for (int64_t y = 0; y < shape.dim(1); ++y) {
      for (int64_t x = 0; x < shape.dim(2); ++x) {
        for (int64_t c = 0; c < shape.dim(3); ++c) visit(n, y, x, c, index++);
      }
    }
  }
}

// Calls visit(y, x, i, j) for the places of a window's taps inside the image.
template <class Visit>
void ForEachTap(const Axis& rows, const Axis& columns, bool same, int64_t y, int64_t x,
                const Visit& visit) {
  for (int64_t i = 0; i < rows.taps; ++i) {
    const int64_t iy = rows.place(y, i, same);
    if (iy < 0) continue;
    for (int64_t j = 0; j < columns.taps; ++j) {
      const int64_t ix = columns.place(x, j, same);
      if (ix >= 0) visit(iy, ix, i, j);
    }
  }
}

template <class Options>
bool Convolve(const OracleInputs& op, const Options& options, bool depthwise,
              std::vector<double>& out) {
  const OracleReals& in = op.inputs[0];
  const OracleReals& filter = op.inputs[1];
  const bool same = options.padding == schema::Padding::SAME;
  const Axis rows{in.shape.dim(1), op.output.dim(1), filter.shape.dim(1), options.stride_h,
                  options.dilation_h_factor};
  const Axis columns{in.shape.dim(2), op.output.dim(2), filter.shape.dim(2), options.stride_w,
                     options.dilation_w_factor};
  const int64_t channels = op.output.dim(3);
  const int64_t inputs = in.shape.dim(3);
  // Input channels one output channel reads, and how many output channels read the same ones.
  const int64_t depth = depthwise ? 1 : filter.shape.dim(3);
  const int64_t shared = channels / std::max<int64_t>(inputs / depth, 1);
  const std::vector<double> bias = BiasOf(op, 2, 0, 1, channels);
  ForEach(op.output, [&](int64_t n, int64_t y, int64_t x, int64_t o, size_t index) {
    double sum = bias[static_cast<size_t>(o)];
    const int64_t first = o / shared * depth;
    ForEachTap(rows, columns, same, y, x, [&](int64_t iy, int64_t ix, int64_t i, int64_t j) {
      for (int64_t c = 0; c < depth; ++c) {
        const size_t weight =
            depthwise ? At(filter.shape, 0, i, j, o) : At(filter.shape, o, i, j, c);
        sum += in.values[At(in.shape, n, iy, ix, first + c)] * filter.values[weight];
      }
    });
    out[index] = Activate(static_cast<Activation>(options.fused_activation_function), sum);
  });
  return true;
}

// Calls pool(values of the window) for every output element.
template <class Function>
bool Pool(const OracleInputs& op, std::vector<double>& out, Function function) {
  const auto options = OptionsOrDefault<schema::Pool2DOptionsT>(*op.node);
  const OracleReals& in = op.inputs[0];
  const bool same = options.padding == schema::Padding::SAME;
  const Axis rows{in.shape.dim(1), op.output.dim(1), options.filter_height, options.stride_h, 1};
  const Axis columns{in.shape.dim(2), op.output.dim(2), options.filter_width, options.stride_w, 1};
  std::vector<double> window;
  ForEach(op.output, [&](int64_t n, int64_t y, int64_t x, int64_t c, size_t index) {
    window.clear();
    ForEachTap(rows, columns, same, y, x, [&](int64_t iy, int64_t ix, int64_t, int64_t) {
      window.push_back(in.values[At(in.shape, n, iy, ix, c)]);
    });
    out[index] =
        Activate(static_cast<Activation>(options.fused_activation_function), function(window));
  });
  return true;
}

struct Place {
  int64_t low, high;
  double high_weight;
};
Place PlaceOf(int64_t o, int64_t in, int64_t out, bool align_corners, bool half_pixel_centers) {
  const double scale = align_corners && out > 1
                           ? static_cast<double>(in - 1) / static_cast<double>(out - 1)
                           : static_cast<double>(in) / static_cast<double>(out);
  const double at = half_pixel_centers ? (static_cast<double>(o) + 0.5) * scale - 0.5
                                       : static_cast<double>(o) * scale;
  const double inside = std::clamp(at, 0.0, static_cast<double>(in - 1));
  const auto low = static_cast<int64_t>(std::floor(inside));
  return {low, std::min(low + 1, in - 1), inside - static_cast<double>(low)};
}

}  // namespace

bool Conv2D(const OracleInputs& op, std::vector<double>& out) {
  return Convolve(op, OptionsOrDefault<schema::Conv2DOptionsT>(*op.node), false, out);
}
bool DepthwiseConv2D(const OracleInputs& op, std::vector<double>& out) {
  return Convolve(op, OptionsOrDefault<schema::DepthwiseConv2DOptionsT>(*op.node), true, out);
}

// The transpose of a convolution from the output to the input: each input pixel adds its window.
bool TransposeConv(const OracleInputs& op, std::vector<double>& out) {
  const auto options = OptionsOrDefault<schema::TransposeConvOptionsT>(*op.node);
  const OracleReals& filter = op.inputs[1];
  const OracleReals& in = op.inputs[2];
  const bool same = options.padding == schema::Padding::SAME;
  const Axis rows{op.output.dim(1), in.shape.dim(1), filter.shape.dim(1), options.stride_h, 1};
  const Axis columns{op.output.dim(2), in.shape.dim(2), filter.shape.dim(2), options.stride_w, 1};
  const std::vector<double> bias = BiasOf(op, 3, 2, 1, op.output.dim(3));
  for (size_t i = 0; i < out.size(); ++i) out[i] = bias[i % bias.size()];
  ForEach(in.shape, [&](int64_t n, int64_t y, int64_t x, int64_t c, size_t index) {
    ForEachTap(rows, columns, same, y, x, [&](int64_t oy, int64_t ox, int64_t i, int64_t j) {
      for (int64_t o = 0; o < op.output.dim(3); ++o) {
        out[At(op.output, n, oy, ox, o)] +=
            in.values[index] * filter.values[At(filter.shape, o, i, j, c)];
      }
    });
  });
  for (double& value : out)
    value = Activate(static_cast<Activation>(options.fused_activation_function), value);
  return true;
}

bool AveragePool2D(const OracleInputs& op, std::vector<double>& out) {
  return Pool(op, out, [](const std::vector<double>& window) {
    double sum = 0;
    for (const double value : window) sum += value;
    return sum / static_cast<double>(window.size());
  });
}
bool MaxPool2D(const OracleInputs& op, std::vector<double>& out) {
  return Pool(op, out, [](const std::vector<double>& window) {
    return *std::max_element(window.begin(), window.end());
  });
}

bool ResizeBilinear(const OracleInputs& op, std::vector<double>& out) {
  const auto options = OptionsOrDefault<schema::ResizeBilinearOptionsT>(*op.node);
  const OracleReals& in = op.inputs[0];
  const auto place = [&](int axis, int64_t o) {
    return PlaceOf(o, in.shape.dim(axis), op.output.dim(axis), options.align_corners,
                   options.half_pixel_centers);
  };
  ForEach(op.output, [&](int64_t n, int64_t y, int64_t x, int64_t c, size_t index) {
    const Place row = place(1, y);
    const Place column = place(2, x);
    const auto along = [&](int64_t iy) {
      return in.values[At(in.shape, n, iy, column.low, c)] * (1 - column.high_weight) +
             in.values[At(in.shape, n, iy, column.high, c)] * column.high_weight;
    };
    out[index] = along(row.low) * (1 - row.high_weight) + along(row.high) * row.high_weight;
  });
  return true;
}

}  // namespace quantgate::oracle
