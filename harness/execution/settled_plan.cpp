#include "harness/execution/settled_plan.h"

#include "reference/interpreter/interpreter.h"

namespace quantgate {

Result<std::shared_ptr<const Plan>> SettlePlan(const std::shared_ptr<const Plan>& plan,
                                               const Dataset& dataset,
                                               const Preprocessing& preprocessing, FeedMode mode) {
  if (!plan->dynamic() || dataset.size() == 0) return plan;
  QG_ASSIGN_OR_RETURN(InputFeed feed, InputFeed::MakeForRun(*plan, dataset, preprocessing, mode));
  Interpreter interpreter(plan, RunShapes::kAny);
  QG_RETURN_IF_ERROR(feed.Fill(0, interpreter));
  QG_RETURN_IF_ERROR(interpreter.Run());
  return interpreter.shared_plan();
}

}  // namespace quantgate
