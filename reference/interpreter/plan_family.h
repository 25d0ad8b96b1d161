// The plans that runs of one plan go on with, kept so that values seen before cost a comparison and
// not a plan.
#pragma once

#include <list>
#include <memory>

#include "reference/interpreter/plan.h"

namespace quantgate {

class PlanFamily {
 public:
  // A plan that is `from` before `step` and holds there for `values` (all inputs of the operator
  // that are computed in the run) and `given` (graph inputs), one made earlier or a new one.
  // Several threads may call it. Errors as Plan::Make; they name the values.
  Result<std::shared_ptr<const Plan>> Continue(const Plan& from, size_t step,
                                               const Plan::TensorValues& values,
                                               const Plan::TensorValues& given);

 private:
  std::list<std::shared_ptr<const Plan>> plans_;  // the one used last first
};

}  // namespace quantgate
