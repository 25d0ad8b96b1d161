// NumPy's .npy files (format versions 1 to 3): C order, little-endian.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "datasets/byte_source.h"
#include "reference/core/dtype.h"
#include "reference/core/result.h"
#include "reference/core/shape.h"

namespace quantgate {

struct NpyArray {
  DType dtype = DType::kFloat32;
  std::vector<int32_t> dims;
  std::vector<std::byte> values;
};

// The same, its values where they are stored: from byte `begin` to the end.
struct NpySource {
  DType dtype = DType::kFloat32;
  std::vector<int32_t> dims;
  ByteSource bytes;
  uint64_t begin = 0;
};

// Whether a path names an array: a .npy file, or one in an archive (npz.h).
bool IsNumpyPath(const std::string& path);

// An array of either. kInput names the file and what is wrong. Types: float16/32/64, (u)int8 to
// (u)int64, bool.
Result<NpySource> OpenNpyArray(const std::string& path);
Result<NpyArray> ReadNpy(const std::string& path);

// The bytes of a .npy file; empty when NumPy has no such type (packed or string tensors).
std::string NpyBytes(DType dtype, const Shape& shape, std::span<const std::byte> values);

}  // namespace quantgate
