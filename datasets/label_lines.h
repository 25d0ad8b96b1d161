// Labels as a text file of numbers.
#pragma once

#include <string>
#include <vector>

#include "reference/core/result.h"

namespace quantgate {

// Whole numbers between white space or commas, one a sample; none for an empty path. kInput names
// the file and what is no number.
Result<std::vector<int>> ReadLabelLines(const std::string& path);

}  // namespace quantgate
