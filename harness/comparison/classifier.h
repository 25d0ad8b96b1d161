// What a model answers: from the scores of its first output to a class.
#pragma once

#include <cstdint>
#include <span>

#include "reference/model/graph.h"

namespace quantgate {

// The answer of a model on one sample.
struct Prediction {
  int arg_max = -1;  // the class; -1 when every score is NaN
  float margin = 0;  // by how much it won, in output units
};

// Of several scores the largest wins, the lowest index among equals; NaN never does. The margin is
// its distance to the second largest. A single score is that of class 1: the answer is 1 where it
// lies above a threshold and 0 elsewhere, the margin its distance to the threshold.
class Classifier {
 public:
  explicit Classifier(float threshold = 0) : threshold_(threshold) {}
  // For the scores of `graph`: a threshold of 0.5 where they are probabilities, which LOGISTIC
  // makes, perhaps with operators behind it that only store or shape them otherwise; else 0, as
  // for logits.
  static Classifier Of(const Subgraph& graph);

  // At least one score.
  Prediction operator()(std::span<const float> scores) const;

  [[nodiscard]] float threshold() const { return threshold_; }
  // That an output of so many scores tells apart.
  static int64_t ClassesOf(int64_t scores) { return scores == 1 ? 2 : scores; }

 private:
  float threshold_;
};

}  // namespace quantgate
