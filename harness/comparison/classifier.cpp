#include "harness/comparison/classifier.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quantgate {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();
constexpr float kEvenOdds = 0.5F;

bool KeepsValues(OpCode code) {
  return code == OpCode::kDEQUANTIZE || code == OpCode::kQUANTIZE || code == OpCode::kRESHAPE ||
         code == OpCode::kSQUEEZE || code == OpCode::kEXPAND_DIMS || code == OpCode::kCAST;
}

const OpNode* ProducerOf(const Subgraph& graph, int tensor) {
  const auto found = std::find_if(graph.ops.begin(), graph.ops.end(), [&](const OpNode& op) {
    return std::find(op.outputs.begin(), op.outputs.end(), tensor) != op.outputs.end();
  });
  return found == graph.ops.end() ? nullptr : &*found;
}

}  // namespace

Classifier Classifier::Of(const Subgraph& graph) {
  if (graph.outputs.empty()) return Classifier();
  const OpNode* op = ProducerOf(graph, graph.outputs.front());
  // At most as many steps as operators: a damaged graph may run in circles.
  for (size_t steps = 0; op != nullptr && KeepsValues(op->code); ++steps) {
    if (op->inputs.empty() || steps == graph.ops.size()) return Classifier();
    op = ProducerOf(graph, op->inputs.front());
  }
  if (op == nullptr) return Classifier();
  Classifier classifier(op->code == OpCode::kLOGISTIC ? kEvenOdds : 0.0F);
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
