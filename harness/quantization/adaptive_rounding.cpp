#include "harness/quantization/adaptive_rounding.h"

#include <algorithm>
#include <numeric>

#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

size_t At(int64_t index) { return static_cast<size_t>(index); }

constexpr double kDamping = 0.01;

// The order of coding and the triangular factor, in that order.
struct Sweep {
  std::vector<int64_t> order;
  Eigen::MatrixXd factor;
  bool usable = false;
};

Sweep MakeSweep(const LayerInputs& inputs, size_t group) {
  Sweep sweep;
  const Eigen::MatrixXd& products = inputs.products[group];
  const Eigen::Index n = products.rows();
  const double patches = static_cast<double>(std::max<int64_t>(1, inputs.patches));
  sweep.order.resize(At(n));
  std::iota(sweep.order.begin(), sweep.order.end(), 0);
  std::stable_sort(sweep.order.begin(), sweep.order.end(),
                   [&](int64_t a, int64_t b) { return products(a, a) > products(b, b); });
  const double mean = products.diagonal().mean() / patches;
  if (!(mean > 0)) return sweep;  // this group never sees anything but zeros
  Eigen::MatrixXd hessian(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      hessian(i, j) = products(sweep.order[At(i)], sweep.order[At(j)]) / patches;
    }
    hessian(i, i) += kDamping * mean;
  }
  const Eigen::LLT<Eigen::MatrixXd> cholesky(hessian);
  if (cholesky.info() != Eigen::Success) return sweep;
  const Eigen::MatrixXd inverse = cholesky.solve(Eigen::MatrixXd::Identity(n, n));
  const Eigen::LLT<Eigen::MatrixXd> of_inverse(inverse);
  if (of_inverse.info() != Eigen::Success) return sweep;
  sweep.factor = of_inverse.matrixU();
  sweep.usable = true;
  return sweep;
}

}  // namespace

std::vector<int32_t> RoundAdaptively(std::span<const float> weights, const LayerShape& layer,
                                     const LayerInputs& inputs, const QuantParams& quant,
                                     CodeRange codes) {
  if (inputs.products.empty()) return {};
  std::vector<int32_t> rounded(weights.size());
  for (int64_t g = 0; g < layer.groups; ++g) {
    const Sweep sweep = MakeSweep(inputs, At(g));
    for (int64_t r = 0; r < layer.rows; ++r) {
      const size_t channel = At(layer.ChannelOf(g, r));
      Eigen::VectorXd row(layer.patch);
      for (int64_t k = 0; k < layer.patch; ++k) {
        row[k] = static_cast<double>(weights[layer.WeightAt(g, r, sweep.order[At(k)])]);
      }
      for (int64_t k = 0; k < layer.patch; ++k) {
        const size_t weight = layer.WeightAt(g, r, sweep.order[At(k)]);
        const size_t slice = quant.block > 0 ? weight / At(quant.block) : channel;
        const float scale = quant.scale(slice);
        const int32_t zero_point = quant.zero_point(slice);
        const int32_t code = Quantize(static_cast<float>(row[k]), scale, zero_point, codes);
        rounded[weight] = code;
        const int64_t rest = layer.patch - k - 1;
        if (!sweep.usable || rest == 0) continue;
        const double error = (row[k] - static_cast<double>(Dequantize(code, scale, zero_point))) /
                             sweep.factor(k, k);
        row.tail(rest) -= error * sweep.factor.row(k).tail(rest).transpose();
      }
    }
  }
  return rounded;
}

}  // namespace quantgate
