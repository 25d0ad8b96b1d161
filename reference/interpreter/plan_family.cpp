#include "reference/interpreter/plan_family.h"

#include <algorithm>
#include <mutex>

#include "reference/interpreter/subgraph_program.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

// Of one model: a loop over a few shapes stays cheap, and memory bounded.
constexpr size_t kMaxPlans = 8;

constexpr size_t kMaxShown = 16;  // values in a message

// Whether both do the same before `step`.
bool SameBefore(const Plan& a, const Plan& b, size_t step) {
  const auto& x = a.guards();
  const auto& y = b.guards();
  for (size_t i = 0;; ++i) {
    const bool more_x = i < x.size() && x[i].step < step;
    const bool more_y = i < y.size() && y[i].step < step;
    if (!more_x || !more_y) return more_x == more_y;
    if (x[i].step != y[i].step || x[i].tensor != y[i].tensor || x[i].planned != y[i].planned) {
      return false;
    }
  }
}

bool HoldsAt(const Plan& plan, size_t step, const Plan::TensorValues& values,
             const Plan::TensorValues& given) {
  if (plan.steps().size() <= step) return false;
  return std::all_of(plan.guards().begin(), plan.guards().end(), [&](const Plan::Guard& guard) {
    if (guard.step != step) return true;
    const auto computed = values.find(guard.tensor);
    const auto input = given.find(guard.tensor);
    if (computed != values.end()) return guard.Holds(computed->second.data());
    return input != given.end() && guard.Holds(input->second.data());
  });
}

// " with 'shape' = [5, -1]" for the inputs that the operator looked at.
std::string Shown(const Plan& plan, size_t step, const Plan::TensorValues& values) {
  std::string text;
  for (const int input : plan.subgraph().ops[step].inputs) {
    const auto value = values.find(input);
    if (value == values.end()) continue;
    const DType dtype = plan.info(input).dtype;
    const auto count = static_cast<size_t>(plan.shape(input).num_elements());
    if (!IsNumeric(dtype) || DTypeBits(dtype) < 8 || count > kMaxShown) continue;
    text += (text.empty() ? " with '" : " and '") + plan.info(input).name + "' = [";
    for (size_t i = 0; i < count; ++i) {
      char number[32];
      std::snprintf(number, sizeof(number), "%s%.9g", i == 0 ? "" : ", ",
                    ReadElement(value->second, dtype, i));
      text += number;
    }
    text += "]";
  }
  return text;
}

}  // namespace

Result<std::shared_ptr<const Plan>> PlanFamily::Continue(const Plan& from, size_t step,
                                                         const Plan::TensorValues& values,
                                                         const Plan::TensorValues& given) {
  const std::lock_guard lock(from.linker().mutex());
  for (auto plan = plans_.begin(); plan != plans_.end(); ++plan) {
    if (!SameBefore(from, **plan, step) || !HoldsAt(**plan, step, values, given)) continue;
    plans_.splice(plans_.begin(), plans_, plan);
    return plans_.front();
  }
  from.linker().BeginPlan();
  auto made = from.Continue(step, values, given);
  if (!made.ok()) {
    Error error = made.error();
    error.message += Shown(from, step, values) + " in this run";
    return error;
  }
  plans_.push_front(*made);
  if (plans_.size() > kMaxPlans) plans_.pop_back();
  return made;
}

}  // namespace quantgate
