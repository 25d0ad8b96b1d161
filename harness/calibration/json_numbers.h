// Whole numbers of JSON files, for readers that throw and catch within their file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace quantgate {

// Thrown for content that parses but means nothing.
struct BadContent {
  std::string what;
  std::string tensor;
};

// `entry` as a T. Throws BadContent for a number that is none (JSON has 1e300 and 0.5 too), the
// library's type_error for what is no number.
template <class T>
T WholeNumber(const nlohmann::ordered_json& entry) {
  const bool fits = entry.is_number_unsigned()  ? std::in_range<T>(entry.get<uint64_t>())
                    : entry.is_number_integer() ? std::in_range<T>(entry.get<int64_t>())
                                                : !entry.is_number();
  if (!fits) throw BadContent{entry.dump() + " where a whole number belongs", {}};
  return entry.get<T>();
}

// As above, or 0 where `key` is absent.
template <class T>
T WholeNumberOrZero(const nlohmann::ordered_json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? T{0} : WholeNumber<T>(*found);
}

}  // namespace quantgate
