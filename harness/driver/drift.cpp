#include "harness/driver/drift.h"

#include "harness/comparison/code_differences.h"
#include "harness/comparison/predictions.h"
#include "harness/driver/settled_task.h"
#include "harness/execution/chunks.h"
#include "harness/execution/first_failure.h"
#include "harness/execution/settled_plan.h"
#include "reference/interpreter/interpreter.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

struct Partial {
  std::vector<CodeDifference> rows;
  int64_t arg_max_flips = 0;
};

// The model under one profile, with what it computed last.
class Side {
 public:
  Side(const std::shared_ptr<const Plan>& plan, const InputFeed& feed,
       std::optional<double> threshold)
      : plan_(plan),
        interpreter_(plan),
        feed_(feed),
        record_(*plan),
        classifier_(Classifier::Of(plan->subgraph(), threshold)) {
    scores_.resize(static_cast<size_t>(plan->shape(output()).num_elements()));
  }

  Status Run(int64_t sample) {
    QG_RETURN_IF_ERROR(feed_.Fill(sample, interpreter_));
    interpreter_.ResetState();
    return interpreter_.Run(&record_);
  }
  // The class that the first output answers; -1 for one that has no numbers.
  [[nodiscard]] int ArgMax() {
    const TensorInfo& info = plan_->info(output());
    const bool numeric = DequantizeTensor(interpreter_.output(0), info.dtype,
                                          plan_->shape(output()), info.quant, scores_);
    return numeric ? classifier_(scores_).arg_max : -1;
  }
  [[nodiscard]] const BytesRecord& record() const { return record_; }

 private:
  [[nodiscard]] int output() const { return plan_->subgraph().outputs.front(); }

  std::shared_ptr<const Plan> plan_;
  Interpreter interpreter_;
  InputFeed feed_;
  BytesRecord record_;
  Classifier classifier_;
  std::vector<float> scores_;
};

class Worker : public ChunkWorker<Partial> {
 public:
  Worker(const std::shared_ptr<const Plan>& first, const std::shared_ptr<const Plan>& second,
         const InputFeed& feed, std::optional<double> threshold, FirstFailure& failure)
      : plan_(first),
        first_(first, feed, threshold),
        second_(second, feed, threshold),
        failure_(failure) {}

  Partial Process(const Chunk& chunk) override {
    Partial partial{MakeCodeDifferences(*plan_)};
    for (int64_t sample = chunk.first; sample < chunk.last; ++sample) {
      if (!failure_.Passed(sample, first_.Run(sample))) break;
      if (!failure_.Passed(sample, second_.Run(sample))) break;
      AddSample(*plan_, sample, first_.record(), second_.record(), partial.rows);
      partial.arg_max_flips += first_.ArgMax() != second_.ArgMax() ? 1 : 0;
    }
    return partial;
  }

 private:
  std::shared_ptr<const Plan> plan_;
  Side first_;
  Side second_;
  FirstFailure& failure_;
};

}  // namespace

Result<DriftReport> MeasureDrift(const DriftInput& input) {
  const auto plan_under = [&](const Profile* profile) -> Result<std::shared_ptr<const Plan>> {
    QG_ASSIGN_OR_RETURN(
        const auto plan,
        Plan::Make(input.model, {.profile = profile, .file = input.file, .deferred = true}));
    return SettlePlan(plan, *input.dataset, input.preprocessing, input.feed);
  };
  QG_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> first, plan_under(input.first));
  QG_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> second, plan_under(input.second));
  if (first->subgraph().outputs.empty()) {
    return Error{.code = ErrorCode::kModel, .message = "has no output", .file = input.file};
  }
  QG_ASSIGN_OR_RETURN(const InputFeed feed,
                      InputFeed::Make(*first, *input.dataset, input.preprocessing, input.feed));
  DriftReport drift;
  drift.first = "profile " + std::string(input.first->name);
  drift.second = "profile " + std::string(input.second->name);
  drift.samples = input.dataset->size();
  drift.tensors = MakeCodeDifferences(*first);
  if (input.classify.value_or(AnswersWithAClass(*first, *input.dataset))) drift.arg_max_flips = 0;
  FirstFailure failure;
  ProcessChunks<Partial>(
      drift.samples, input.threads,
      [&] { return std::make_unique<Worker>(first, second, feed, input.threshold, failure); },
      [&](const Chunk& chunk, Partial&& part) {
        MergeCodeDifferences(drift.tensors, part.rows);
        if (drift.arg_max_flips) *drift.arg_max_flips += part.arg_max_flips;
        if (input.progress) input.progress(chunk.last, drift.samples);
      });
  QG_RETURN_IF_ERROR(failure.status());
  return drift;
}

}  // namespace quantgate
