// What a model answers: from the scores of its first output to a class.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "reference/model/graph.h"

namespace quantgate {

// The operator behind the first output of `graph`, past others that only store or shape its scores
// otherwise (QUANTIZE, DEQUANTIZE, CAST, RESHAPE, ...); null where there is none.
const OpNode* MakerOfScores(const Subgraph& graph);

// The answer of a model on one sample.
struct Prediction {
  int arg_max = -1;  // the class; -1 when every score is NaN, or a number is none of a class
  float margin = 0;  // by how much it won, in output units
};

// Of several scores the largest wins, the lowest index among equals; NaN never does. The margin is
// its distance to the second largest. A single score is one of three things:
//   a class by its number    that is the answer, without a margin
//   a probability, a logit   of class 1: the answer is 1 where it lies above a threshold, else 0;
//                            the margin is its distance to the threshold
class Classifier {
 public:
  explicit Classifier(float threshold = 0) : threshold_(threshold) {}
  // By MakerOfScores: ARG_MAX makes a class's number, LOGISTIC a probability (threshold 0.5),
  // others a logit (threshold 0). `threshold`: another one than those.
  static Classifier Of(const Subgraph& graph, std::optional<double> threshold = {});

  // At least one score.
  Prediction operator()(std::span<const float> scores) const;

  [[nodiscard]] float threshold() const { return threshold_; }
  // Whether a single score is certain to be an answer, and not just a number.
  [[nodiscard]] bool knows_single_scores() const { return known_ || numbered_ > 0; }
  // Whether a single score is a class by its number, for which no threshold is asked.
  [[nodiscard]] bool takes_numbers() const { return numbered_ > 0; }
  // How many classes an output of so many scores tells apart.
  [[nodiscard]] int64_t ClassesOf(int64_t scores) const {
    if (scores > 1) return scores;
    return numbered_ > 0 ? numbered_ : 2;
  }

 private:
  [[nodiscard]] Prediction OfOne(float score) const;

  float threshold_;
  bool known_ = false;    // that a single score is one of class 1
  int64_t numbered_ = 0;  // classes, where a single score is a class's number
};

}  // namespace quantgate
