// IDX files, the format of MNIST: big-endian header (two zero bytes, type, number of dimensions,
// then the extents), then the values. uint8 values; compressed with gzip or not.
#pragma once

#include <string>
#include <vector>

#include "reference/core/result.h"
#include "reference/core/shape.h"

namespace quantgate {

struct IdxArray {
  std::vector<int32_t> dims;    // outermost first
  std::vector<uint8_t> values;  // their product
};

// kInput names the file and what is wrong: magic number, type, extents, length.
Result<IdxArray> ReadIdx(const std::string& path);

}  // namespace quantgate
