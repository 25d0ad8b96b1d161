// The --threshold option of every command that judges answers.
#pragma once

#include <optional>

#include "harness/cli/arguments.h"

namespace quantgate {

void DeclareThresholdFlag(ArgumentParser& parser);

// Above which a single score answers 1; absent: the usual one (classifier.h).
std::optional<double> ThresholdFromFlag(const Arguments& arguments);

}  // namespace quantgate
