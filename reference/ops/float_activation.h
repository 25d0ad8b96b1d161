// The activations recurrent operators apply inside a step: more than the clamps of other operators.
#pragma once

#include <algorithm>
#include <cmath>

#include "reference/ops/op_checks.h"

namespace quantgate {

inline constexpr int kTanhActivation = 4;  // ActivationFunctionType of the format

inline Status CheckStepActivation(int activation) {
  if (activation == kTanhActivation) return OkStatus();
  return CheckActivation(static_cast<Activation>(activation));
}

inline float ApplyStepActivation(int activation, float x) {
  if (activation == kTanhActivation) return std::tanh(x);
  const FloatRange range = ActivationRange(static_cast<Activation>(activation));
  return std::clamp(x, range.min, range.max);
}

}  // namespace quantgate
