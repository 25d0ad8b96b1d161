#include "harness/driver/task_check.h"

#include <algorithm>

namespace quantgate {

Status CheckTask(const RunConfig& config, std::span<const int> labels, const Plan& reference,
                 const Dataset& dataset) {
  if (config.task != Task::kAnomaly) return OkStatus();
  const auto other = std::find_if(labels.begin(), labels.end(),
                                  [](int label) { return label != 0 && label != 1; });
  if (labels.empty() || other != labels.end()) {
    return Error{.code = ErrorCode::kInput,
                 .message = "task 'anomaly' needs labels 0 (normal) and 1 (anomalous)" +
                            (labels.empty() || *other < 0 ? std::string(", the data has none")
                                                          : ", not " + std::to_string(*other))};
  }
  const int output = reference.subgraph().outputs.front();
  const int64_t elements = reference.shape(output).num_elements();
  const int64_t wanted = dataset.sample_shape().num_elements();
  if (elements == wanted) return OkStatus();
  return Error{.code = ErrorCode::kInput,
               .message = "task 'anomaly' compares the first output with the input, but it has " +
                          std::to_string(elements) + " elements instead of " +
                          std::to_string(wanted),
               .file = config.reference_model};
}

}  // namespace quantgate
