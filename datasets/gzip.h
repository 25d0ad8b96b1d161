// Files that may be compressed with gzip.
#pragma once

#include <cstddef>
#include <string>

#include "datasets/byte_source.h"

namespace quantgate {

// What gzip files may unpack to; protects against a small file that claims to be endless.
inline constexpr size_t kMaxUnpackedBytes = size_t{4} << 30;

// The bytes of a file; when they begin with gzip's magic number, unpacked into memory (concatenated
// members too). kInput with the path when it is missing, damaged, cut short or larger than
// kMaxUnpackedBytes.
Result<ByteSource> OpenMaybeGzip(const std::string& path);

}  // namespace quantgate
