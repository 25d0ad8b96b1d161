// A float model quantized by the project's own quantizer, with ranges seen on random inputs.
#pragma once

#include <memory>
#include <string_view>

#include "reference/interpreter/plan.h"
#include "tests/support/test_dataset.h"

namespace quantgate {

// `count` samples for the model's first input, values in [-1, 1], the same every time.
TestDataset RandomSamples(const Plan& plan, int count);

// `scheme` as in `quantgate list schemes`. Errors: the quantizer's.
Result<std::shared_ptr<const Model>> QuantizedTwin(const std::shared_ptr<const Plan>& plan,
                                                   std::string_view scheme);

}  // namespace quantgate
