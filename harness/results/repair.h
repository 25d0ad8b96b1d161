// What was tried to bring a variant through its gate, in order of cost: plain data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/verdict.h"

namespace quantgate {

struct RepairStep {
  std::string name;                   // "int8-mse", "keep-2-float"
  std::string description;            // how it was made, in a sentence
  std::string error;                  // not empty: it could not be made or run
  std::optional<double> top1;         // absent where no answers are judged
  std::optional<double> drop_points;  // of top-1 or AUC, against the reference
  int64_t flips = 0;                  // 0 where there are no answers
  int64_t size_bytes = 0;
  double higher_precision_macs = 0;  // share of the MACs above 8 bits, 0 to 1
  std::vector<std::string> kept;     // outputs of the operators kept at a higher precision
  Verdict verdict = Verdict::kFail;
  std::optional<double> auc = {};             // of anomaly detection
  std::optional<double> output_sqnr_db = {};  // lowest of the outputs; absent where not finite
  bool output_exact = false;                  // no output differs anywhere
};

struct Repair {
  std::string reference;  // files as given
  std::string variant;
  std::string profile;
  int64_t samples = 0;
  std::vector<RepairStep> steps;  // in order of cost; the first is the variant as it was
  // The first that passes, else the one that loses least: points, then predictions, then SQNR of
  // the outputs.
  int best = -1;
  bool passes = false;
  std::string advice;  // when nothing passes: what is left to do

  // Otherwise steps are told by the SQNR of their outputs.
  [[nodiscard]] bool judges_answers() const {
    return finds_anomalies() || std::any_of(steps.begin(), steps.end(), [](const RepairStep& step) {
             return step.top1.has_value();
           });
  }
  [[nodiscard]] bool finds_anomalies() const {
    return std::any_of(steps.begin(), steps.end(),
                       [](const RepairStep& step) { return step.auc.has_value(); });
  }
};

}  // namespace quantgate
