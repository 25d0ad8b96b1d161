// Bytes as text (RFC 4648, with padding).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quantgate {

std::string EncodeBase64(std::span<const uint8_t> bytes);

// The bytes, or nothing when the text is not base64 of the standard alphabet with its padding.
std::optional<std::vector<uint8_t>> DecodeBase64(std::string_view text);

}  // namespace quantgate
