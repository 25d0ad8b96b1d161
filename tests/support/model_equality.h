// Whether two models are the same graph.
#pragma once

#include <gtest/gtest.h>

#include "reference/model/graph.h"

namespace quantgate {

// Success, or the first difference by name. Operators' options are compared by what the writer
// makes of them, not here.
testing::AssertionResult SameModel(const Model& a, const Model& b);

}  // namespace quantgate
