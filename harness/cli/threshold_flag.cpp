#include "harness/cli/threshold_flag.h"

namespace quantgate {

void DeclareThresholdFlag(ArgumentParser& parser) {
  parser.Number("threshold",
                "above which the single score of a classifier answers 1 (default: 0.5 of a "
                "probability, 0 of a logit)");
}

std::optional<double> ThresholdFromFlag(const Arguments& arguments) {
  return arguments.Number("threshold");
}

}  // namespace quantgate
