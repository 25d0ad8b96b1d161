// How well a score tells anomalous samples from normal ones: plain data.
#pragma once

#include <cstdint>

#include "harness/results/metric_value.h"

namespace quantgate {

// Area under the ROC curve: the chance that an anomalous sample scores above a normal one, equal
// scores counted half.
struct Auc {
  int64_t normal = 0;     // samples labelled 0
  int64_t anomalous = 0;  // samples labelled 1
  double value = 0;
  double standard_error = 0;
  Interval delong95{};  // 95 %, within [0, 1]
};

// The reference's area less the variant's, on the same samples.
struct AucDrop {
  double value = 0;
  double standard_error = 0;
  Interval delong95{};
};

}  // namespace quantgate
