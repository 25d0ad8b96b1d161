// Whole files in and out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/core/result.h"

namespace quantgate {

// The bytes of a regular file, or kInput with the path and the system's reason.
Result<std::vector<std::byte>> ReadFile(const std::string& path);

// Writes through a temporary file in the same directory and a rename, so that a reader never sees
// half a file and a failure leaves what was there before. Creates missing directories.
Status WriteFile(const std::string& path, std::span<const std::byte> bytes);
Status WriteFile(const std::string& path, std::string_view text);

}  // namespace quantgate
