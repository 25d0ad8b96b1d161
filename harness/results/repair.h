// What was tried to bring a variant through its gate, in order of cost: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/verdict.h"

namespace quantgate {

struct RepairStep {
  std::string name;         // "int8-mse", "keep-2-float"
  std::string description;  // how it was made, in a sentence
  std::string error;        // not empty: it could not be made or run
  double top1 = 0;          // without labels 0
  double drop_points = 0;   // against the reference
  int64_t flips = 0;
  int64_t size_bytes = 0;
  double higher_precision_macs = 0;  // share of the MACs above 8 bits, 0 to 1
  std::vector<std::string> kept;     // outputs of the operators kept at a higher precision
  Verdict verdict = Verdict::kFail;
};

struct Repair {
  std::string reference;  // files as given
  std::string variant;
  std::string profile;
  int64_t samples = 0;
  std::vector<RepairStep> steps;  // in order of cost; the first is the variant as it was
  int best = -1;                  // the first that passes, else the one that loses least
  bool passes = false;
  std::string advice;  // when nothing passes: what is left to do
};

}  // namespace quantgate
