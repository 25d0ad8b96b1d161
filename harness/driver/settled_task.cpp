#include "harness/driver/settled_task.h"

#include <algorithm>

#include "harness/comparison/classifier.h"

namespace quantgate {
namespace {

// What decides, of the reference's first output.
struct OutputFacts {
  std::string shape;
  int64_t values = 0;
  bool is_vector = false;
  bool like_input = false;  // as many values as a sample, several, and no SOFTMAX made them
  bool answer = false;      // where it is a single number
  bool takes_threshold = false;
  int64_t classes = 0;  // that scores of this shape tell apart
};

OutputFacts FactsOf(const Plan& plan, const Dataset& dataset, std::optional<double> threshold) {
  const Shape& shape = plan.shape(plan.subgraph().outputs.front());
  OutputFacts facts;
  facts.shape = shape.ToString();
  facts.values = shape.num_elements();
  facts.is_vector = std::all_of(shape.dims().begin(), shape.dims().end(),
                                [&](int32_t dim) { return dim == 1 || dim == facts.values; });
  const OpNode* const maker = MakerOfScores(plan.subgraph());
  facts.like_input = dataset.parts().size() == 1 && facts.values > 1 &&
                     facts.values == dataset.sample_shape().num_elements() &&
                     (maker == nullptr || maker->code != OpCode::kSOFTMAX);
  const Classifier classifier = Classifier::Of(plan.subgraph(), threshold);
  facts.answer = classifier.knows_single_scores();
  facts.takes_threshold = facts.values == 1 && !classifier.takes_numbers();
  facts.classes = classifier.ClassesOf(facts.values);
  return facts;
}

Error Misfit(std::string message, std::string hint = {}) {
  return Error{.code = ErrorCode::kInput, .message = std::move(message), .hint = std::move(hint)};
}

const int* FirstThatIsNeither(std::span<const int> labels) {
  const auto other = std::find_if(labels.begin(), labels.end(),
                                  [](int label) { return label != 0 && label != 1; });
  return other == labels.end() ? nullptr : &*other;
}

Status CheckAnomaly(std::span<const int> labels, const OutputFacts& output,
                    const Dataset& dataset) {
  const int* const other = FirstThatIsNeither(labels);
  if (labels.empty() || other != nullptr) {
    return Misfit("task 'anomaly' needs labels 0 (normal) and 1 (anomalous)" +
                  (labels.empty() || *other < 0 ? std::string(", the data has none")
                                                : ", not " + std::to_string(*other)));
  }
  if (dataset.parts().size() > 1) {
    return Misfit("task 'anomaly' compares the first output with the input, and there are several");
  }
  const int64_t wanted = dataset.sample_shape().num_elements();
  if (output.values == wanted) return OkStatus();
  return Misfit("task 'anomaly' compares the first output with the input, but it has " +
                std::to_string(output.values) + " elements instead of " + std::to_string(wanted));
}

SettledTask TaskByName(Task task) {
  if (task == Task::kClassification) return {};
  return {task, "task '" + std::string(TaskName(task)) + "' was asked for"};
}

SettledTask TaskByLooks(std::span<const int> labels, const OutputFacts& output) {
  constexpr int64_t kMostBinaryScores = 2;
  const std::string subject = "the first output, " + output.shape + ", ";
  if (!labels.empty() && labels.front() >= 0) {
    const bool tells_anomalies = output.like_input && output.values > kMostBinaryScores &&
                                 FirstThatIsNeither(labels) == nullptr;
    if (tells_anomalies) {
      return {Task::kAnomaly, subject + "has as many values as the input, and labels are 0 and 1"};
    }
    if (output.values > 1 || output.classes > 2 || FirstThatIsNeither(labels) == nullptr) return {};
    return {Task::kNone, subject + "is a number that tells two classes apart, and labels name " +
                             std::to_string(*FirstThatIsNeither(labels))};
  }
  if (!output.is_vector) return {Task::kNone, subject + "is not one vector of scores"};
  if (output.like_input) return {Task::kNone, subject + "has as many values as the input"};
  if (output.values == 1 && !output.answer) {
    return {Task::kNone, subject + "is a number that neither LOGISTIC nor ARG_MAX makes"};
  }
  return {};
}

}  // namespace

Result<SettledTask> SettleTask(std::optional<Task> named, std::span<const int> labels,
                               const Plan& reference, const Dataset& dataset,
                               std::optional<double> threshold) {
  if (!reference.complete()) return TaskByName(named.value_or(Task::kClassification));
  const OutputFacts output = FactsOf(reference, dataset, threshold);
  const SettledTask settled = named ? TaskByName(*named) : TaskByLooks(labels, output);
  if (threshold && !(settled.task == Task::kClassification && output.takes_threshold)) {
    return Misfit("a threshold is for the single score of a classifier, the first output is " +
                  output.shape + (settled.reason.empty() ? "" : "; " + settled.reason));
  }
  if (settled.task == Task::kAnomaly) {
    QG_RETURN_IF_ERROR(CheckAnomaly(labels, output, dataset));
  }
  if (settled.task == Task::kClassification && !output.is_vector) {
    return Misfit(
        "task 'classification' takes one vector of scores, the first output is " + output.shape,
        "with task 'none' only tensors are compared");
  }
  return settled;
}

bool AnswersWithAClass(const Plan& plan, const Dataset& dataset) {
  const Result<SettledTask> settled = SettleTask({}, dataset.labels(), plan, dataset);
  return settled.ok() && settled->task == Task::kClassification;
}

}  // namespace quantgate
