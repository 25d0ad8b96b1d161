#include "harness/comparison/classifier.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quantgate {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();
constexpr float kEvenOdds = 0.5F;

bool KeepsValues(OpCode code) {
  return OnlyReshapes(code) || code == OpCode::kDEQUANTIZE || code == OpCode::kQUANTIZE ||
         code == OpCode::kCAST;
}

}  // namespace

const OpNode* MakerOfScores(const Subgraph& graph) {
  int tensor = graph.outputs.empty() ? -1 : graph.outputs.front();
  // At most as many steps as operators: a damaged graph may run in circles.
  for (size_t step = 0; step <= graph.ops.size(); ++step) {
    const int maker = MakerOf(graph, tensor);
    if (maker < 0) return nullptr;
    const OpNode& op = graph.ops[static_cast<size_t>(maker)];
    if (!KeepsValues(op.code)) return &op;
    if (op.inputs.empty()) return nullptr;
    tensor = op.inputs.front();
  }
  return nullptr;
}

Classifier Classifier::Of(const Subgraph& graph, std::optional<double> threshold) {
  const OpNode* const op = MakerOfScores(graph);
  const bool probability = op != nullptr && op->code == OpCode::kLOGISTIC;
  Classifier classifier(static_cast<float>(threshold.value_or(probability ? kEvenOdds : 0.0F)));
  classifier.known_ = threshold || probability;
  if (op == nullptr) return classifier;
  if (op->code == OpCode::kARG_MAX && !op->inputs.empty() && op->inputs.front() >= 0) {
    const TensorInfo& scores = graph.tensors[static_cast<size_t>(op->inputs.front())];
    classifier.numbered_ = std::max<int64_t>(scores.shape.num_elements(), 2);
  }
  return classifier;
}

Prediction Classifier::OfOne(float score) const {
  if (std::isnan(score)) return {};
  if (numbered_ > 0) {
    const bool is_class = score >= 0 && score < static_cast<float>(numbered_);
    return {is_class ? static_cast<int>(score) : -1, 0.0F};
  }
  const float distance = std::abs(score - threshold_);
  return {score > threshold_ ? 1 : 0, std::isfinite(distance) ? distance : 0.0F};
}

Prediction Classifier::operator()(std::span<const float> scores) const {
  if (scores.size() == 1) return OfOne(scores.front());
  Prediction prediction;
  float first = kLowest;
  float second = kLowest;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) continue;
    if (prediction.arg_max < 0 || scores[i] > first) {
      second = prediction.arg_max < 0 ? kLowest : first;
      first = scores[i];
      prediction.arg_max = static_cast<int>(i);
    } else if (scores[i] > second) {
      second = scores[i];
    }
  }
  prediction.margin = std::isfinite(first) && std::isfinite(second) ? first - second : 0.0F;
  return prediction;
}

}  // namespace quantgate
