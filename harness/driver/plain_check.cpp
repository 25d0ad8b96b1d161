#include "harness/driver/plain_check.h"

#include <algorithm>
#include <set>

#include "harness/comparison/code_differences.h"
#include "reference/interpreter/interpreter_group.h"

namespace quantgate {
namespace {

bool AnyAccelerated(const Plan& plan) {
  return std::any_of(plan.steps().begin(), plan.steps().end(),
                     [](const Plan::Step& step) { return step.accelerated; });
}

Status ExpectEqual(const Plan& plan, int64_t sample, const BytesRecord& fast,
                   const BytesRecord& plain) {
  for (const Plan::Step& step : plan.steps()) {
    for (const int tensor : step.outputs) {
      const auto a = fast.bytes(tensor);
      const auto b = plain.bytes(tensor);
      if (std::equal(a.begin(), a.end(), b.begin(), b.end())) continue;
      return Error{.code = ErrorCode::kInternal,
                   .message = "the accelerated kernel differs from the plain one on sample " +
                              std::to_string(sample),
                   .op_index = step.op_index,
                   .tensor = plan.subgraph().tensors[static_cast<size_t>(tensor)].name,
                   .hint = "--plain runs without accelerated kernels; please report this"};
    }
  }
  return OkStatus();
}

Status CheckModel(const EvaluatedModel& model, const EvaluationInput& input,
                  const std::set<int64_t>& samples) {
  const std::shared_ptr<const Plan>& plan = model.runtime->plan();
  QG_ASSIGN_OR_RETURN(
      const std::shared_ptr<const Plan> plain,
      Plan::Make(plan->shared_model(),
                 {.profile = &plan->profile(), .deferred = true, .accelerated = false}));
  QG_ASSIGN_OR_RETURN(InputFeed feed,
                      InputFeed::Make(*plan, *input.dataset, input.preprocessing, model.feed));
  // Together, as evaluations run them: joint kernels are accelerated ones too.
  InterpreterGroup fast_runs(plan, samples.size());
  std::vector<BytesRecord> fast_bytes(samples.size(), BytesRecord(*plan));
  std::vector<Observer*> observers;
  for (const int64_t sample : samples) {
    QG_RETURN_IF_ERROR(feed.Fill(sample, fast_runs[observers.size()]));
    observers.push_back(&fast_bytes[observers.size()]);
  }
  for (const Status& status : fast_runs.Run(observers)) {
    if (!status.ok()) return status;
  }
  Interpreter plain_run(plain, RunShapes::kAny);
  BytesRecord plain_bytes(*plain);
  size_t k = 0;
  for (const int64_t sample : samples) {
    QG_RETURN_IF_ERROR(feed.Fill(sample, plain_run));
    plain_run.ResetState();
    QG_RETURN_IF_ERROR(plain_run.Run(&plain_bytes));
    QG_RETURN_IF_ERROR(ExpectEqual(*plan, sample, fast_bytes[k++], plain_bytes));
  }
  return OkStatus();
}

}  // namespace

Result<int64_t> CheckAgainstPlain(const EvaluationInput& input) {
  const int64_t size = input.dataset->size();
  if (size == 0) return int64_t{0};
  const std::set<int64_t> samples = {0, size / 4, size / 2, size * 3 / 4};
  bool any = false;
  const auto check = [&](const EvaluatedModel& model) -> Status {
    const bool ours = model.runtime->name() == "builtin" || model.compare_with_builtin;
    if (!ours || !AnyAccelerated(*model.runtime->plan())) return OkStatus();
    any = true;
    return CheckModel(model, input, samples);
  };
  QG_RETURN_IF_ERROR(check(input.reference));
  for (const EvaluatedModel& variant : input.variants) QG_RETURN_IF_ERROR(check(variant));
  return any ? static_cast<int64_t>(samples.size()) : 0;
}

}  // namespace quantgate
