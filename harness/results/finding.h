// One named, evidenced statement about a cause, with a suggested fix: plain data.
#pragma once

#include <string>
#include <vector>

#include "harness/results/metric_value.h"

namespace quantgate {

enum class Severity { kNote, kWarning, kError };
// "note", "warning" or "error".
const char* SeverityName(Severity severity);

struct Finding {
  std::string id;    // "QG001", stable
  std::string name;  // "input-not-quantized", stable
  Severity severity = Severity::kNote;
  std::string variant;  // whose finding it is
  std::string tensor;   // where, if it is about one tensor
  int op_index = -1;    // where, if it is about one operator
  std::string message;  // one or two sentences with the numbers in them
  std::vector<MetricValue> evidence;
  std::string fix;    // what to do about it
  std::string repro;  // a command that shows it again
};

}  // namespace quantgate
