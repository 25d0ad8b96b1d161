// One row a tensor and variant, for spreadsheets and notebooks.
#pragma once

#include <string>

#include "harness/results/run_report.h"

namespace quantgate {

// RFC 4180 with a header row and CRLF. The first columns carry the names that TensorFlow's
// QuantizationDebugger gives them (op_name, tensor_idx, num_elements, stddev, mean_error,
// max_abs_error, mean_squared_error, scale, zero_point, tensor_name), so that what reads its files
// reads these; stddev is that of the error over all samples, and max_abs_error the largest of all.
// What was not measured is an empty cell. A name that a spreadsheet would run as a formula starts
// with an apostrophe.
std::string RenderCsv(const RunReport& report);

}  // namespace quantgate
