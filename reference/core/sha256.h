// Names content in reports and ranges files.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace quantgate {

// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::span<const std::byte> bytes);

}  // namespace quantgate
