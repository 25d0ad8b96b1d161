// NumPy's .npy files (format versions 1 to 3): C order, little-endian.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "reference/core/dtype.h"
#include "reference/core/result.h"
#include "reference/core/shape.h"

namespace quantgate {

struct NpyArray {
  DType dtype = DType::kFloat32;
  std::vector<int32_t> dims;
  std::vector<std::byte> values;
};

// Whether a path names an array: a .npy file, or one in an archive (npz.h).
bool IsNumpyPath(const std::string& path);

// An array of either. kInput names the file and what is wrong. Types: float16/32/64, (u)int8 to
// (u)int64, bool.
Result<NpyArray> ReadNpy(const std::string& path);

// The bytes of a .npy file; empty when NumPy has no such type (packed or string tensors).
std::string NpyBytes(DType dtype, const Shape& shape, std::span<const std::byte> values);

}  // namespace quantgate
