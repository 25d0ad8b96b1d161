#include "reference/model/flex_map.h"

#include <flatbuffers/flexbuffers.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace quantgate {

std::optional<FlexMap> FlexMap::Read(std::span<const uint8_t> bytes) {
  std::vector<uint8_t> seen;  // keeps the check linear in the size
  constexpr size_t kSmallest = 3;
  if (bytes.size() < kSmallest || !flexbuffers::VerifyBuffer(bytes.data(), bytes.size(), &seen)) {
    return std::nullopt;
  }
  const flexbuffers::Reference root = flexbuffers::GetRoot(bytes.data(), bytes.size());
  if (!root.IsMap()) return std::nullopt;
  const flexbuffers::Map map = root.AsMap();
  FlexMap result;
  for (size_t i = 0; i < map.size(); ++i) {
    const flexbuffers::Reference value = map.Values()[i];
    if (!value.IsNumeric() && !value.IsBool()) continue;
    result.numbers_[map.Keys()[i].AsKey()] = value.IsBool() ? value.AsBool() : value.AsDouble();
  }
  return result;
}

std::optional<double> FlexMap::Find(const std::string& key) const {
  const auto found = numbers_.find(key);
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

int32_t FlexMap::Integer(const std::string& key, int32_t otherwise) const {
  const double value = Find(key).value_or(otherwise);
  if (!(value == value)) return otherwise;
  using Limits = std::numeric_limits<int32_t>;
  return static_cast<int32_t>(
      std::clamp(value, static_cast<double>(Limits::min()), static_cast<double>(Limits::max())));
}

float FlexMap::Real(const std::string& key, float otherwise) const {
  return static_cast<float>(Find(key).value_or(static_cast<double>(otherwise)));
}

bool FlexMap::Flag(const std::string& key, bool otherwise) const {
  return Find(key).value_or(otherwise ? 1 : 0) != 0;
}

}  // namespace quantgate
