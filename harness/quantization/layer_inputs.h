// What the weighted layers of a graph are fed: the patches their weights multiply, summed over
// samples. A layer y[o] = b[o] + sum_k W[o,k] x[k] sees one patch x for each position of its
// output, zero where the window hangs over the border.
#pragma once

#include <Eigen/Dense>
#include <memory>
#include <optional>
#include <vector>

#include "harness/quantization/correction_data.h"
#include "harness/results/ranges.h"
#include "reference/interpreter/plan.h"
#include "reference/ops/conv_spec.h"

namespace quantgate {

// A CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED as groups of rows that share their patches: one
// group, but a group a channel for depthwise.
struct LayerShape {
  bool depthwise = false;
  ConvGeometry conv;  // of a convolution; a dense layer has batches = rows
  int64_t patch = 0;  // values a patch has
  int64_t groups = 1;
  int64_t rows = 0;  // outputs a group computes
  // Where weight (row r, value k) of group g lies in the weight tensor.
  [[nodiscard]] size_t WeightAt(int64_t g, int64_t r, int64_t k) const;
  // The output channel of row r of group g.
  [[nodiscard]] int64_t ChannelOf(int64_t g, int64_t r) const { return g * rows + r; }
};

// Null for another operator, one with grouped convolutions, or computed weights.
std::optional<LayerShape> LayerShapeOf(const Model& model, const OpNode& op);

struct LayerInputs {
  int64_t patches = 0;
  std::vector<Eigen::VectorXd> sums;      // by group: sum of x
  std::vector<Eigen::MatrixXd> products;  // by group: sum of x x^T; empty when not asked for
};

struct LayerInputsRequest {
  std::vector<int> ops;   // of the plan's subgraph
  bool products = false;  // for layers of at most kMaxPatch values
};
inline constexpr int64_t kMaxPatch = 2048;

// Runs the model over the samples; codes are read as the reals they stand for. By position in
// `request.ops`. The same bits for any number of threads.
Result<std::vector<LayerInputs>> CollectLayerInputs(const std::shared_ptr<const Plan>& plan,
                                                    const LayerInputsRequest& request,
                                                    const CorrectionData& data);

}  // namespace quantgate
