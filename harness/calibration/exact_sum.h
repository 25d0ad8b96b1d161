// A sum of floating-point numbers without any rounding: a fixed-point number wide enough for every
// float. Adding is associative, so parts may be added in any grouping and give the same number.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quantgate {

class ExactSum {
 public:
  // `value` must be a multiple of 2^-160 and smaller than 2^160 in magnitude: any float is, and so
  // is any exact sum of floats in a double.
  void Add(double value);
  void Add(const ExactSum& other);

  // The sum, rounded to a double.
  [[nodiscard]] double Value() const;

  // The sum in units of 2^-160 as a signed hexadecimal number without leading zeros: "0", "-1f3".
  // Equal sums are equal texts.
  [[nodiscard]] std::string ToHex() const;
  // Null for what ToHex does not write.
  static std::optional<ExactSum> FromHex(std::string_view text);

 private:
  static constexpr int kDigits = 13;  // of 32 bits
  static constexpr int kLowestExponent = -160;

  // Digits 0 to 2^32 - 1 and the sign apart.
  struct Magnitude {
    std::array<uint32_t, kDigits> digits{};
    bool negative = false;
  };
  [[nodiscard]] Magnitude ToMagnitude() const;
  void Normalize();

  // Sum of digits[i] * 2^(32 i - 160). Between calls of Normalize a digit may leave 32 bits.
  std::array<int64_t, kDigits> digits_{};
  int64_t additions_ = 0;  // since Normalize
};

}  // namespace quantgate
