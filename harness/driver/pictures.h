// Pictures of samples for a report.
#pragma once

#include <vector>

#include "datasets/dataset.h"
#include "harness/results/run_report.h"

namespace quantgate {

// One picture for every sample index that a variant lists as flipped, in ascending order; none
// when the samples are no pictures ([height, width, 1 or 3], at most 256 on a side).
Result<std::vector<SamplePicture>> PicturesOfFlips(const std::vector<VariantResult>& variants,
                                                   const Dataset& dataset);

}  // namespace quantgate
