#include "harness/driver/run_config.h"

namespace quantgate {

const char* TaskName(Task task) {
  switch (task) {
    case Task::kClassification: return "classification";
    case Task::kAnomaly: return "anomaly";
    case Task::kNone: return "none";
  }
  return "";
}

std::optional<Task> FindTask(std::string_view name) {
  for (const Task task : {Task::kClassification, Task::kAnomaly, Task::kNone}) {
    if (name == TaskName(task)) return task;
  }
  return std::nullopt;
}

}  // namespace quantgate
