// The options of custom operators, where they are a FlexBuffers map of numbers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace quantgate {

class FlexMap {
 public:
  // Nothing when the bytes are no such map. Values that are no numbers or bools are left out.
  static std::optional<FlexMap> Read(std::span<const uint8_t> bytes);

  // `otherwise` for a key that is missing; integers saturate at the int32 range.
  [[nodiscard]] int32_t Integer(const std::string& key, int32_t otherwise = 0) const;
  [[nodiscard]] float Real(const std::string& key, float otherwise = 0) const;
  [[nodiscard]] bool Flag(const std::string& key, bool otherwise = false) const;

 private:
  [[nodiscard]] std::optional<double> Find(const std::string& key) const;
  std::map<std::string, double> numbers_;
};

}  // namespace quantgate
