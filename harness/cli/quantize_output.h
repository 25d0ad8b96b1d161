// What `quantgate quantize` says about what it did.
#pragma once

#include <string>

#include "harness/driver/variant.h"

namespace quantgate {

// A table of the operators with the scheme of each and why one stayed float32, then a line for each
// correction.
std::string DescribeQuantizedOps(const CorrectedQuantization& quantization);

// One line: the file, how many operators are quantized, the sizes before and after.
std::string DescribeWritten(const std::string& path, const LoadedModel& source,
                            const MadeModel& made);

// Whether FAKE_QUANT operators may bring the ranges; the quantizer names a tensor they leave out.
bool BringsItsOwnRanges(const Model& model);

}  // namespace quantgate
