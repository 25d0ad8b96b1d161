#include "harness/calibration/exact_sum.h"

#include <algorithm>
#include <cmath>

#include "reference/core/check.h"

namespace quantgate {
namespace {

constexpr int64_t kBase = int64_t{1} << 32;
// Each addition changes a digit by less than 2^32; this many leave room in 64 bits.
constexpr int64_t kMostAdditions = int64_t{1} << 29;

}  // namespace

void ExactSum::Add(double value) {
  if (value == 0) return;
  int exponent = 0;
  const double fraction = std::frexp(std::abs(value), &exponent);
  // value = mantissa * 2^(exponent - 53)
  auto mantissa = static_cast<uint64_t>(std::ldexp(fraction, 53));
  int place = exponent - 53 - kLowestExponent;
  if (place < 0) {  // the bits below 2^-160 are zeros
    mantissa >>= std::min(-place, 63);
    place = 0;
  }
  const auto digit = static_cast<size_t>(place / 32);
  const int shift = place % 32;
  QG_CHECK(digit + 3 < kDigits);
  const int64_t sign = value < 0 ? -1 : 1;
  const uint64_t low = (mantissa & 0xffffffffU) << shift;  // fewer than 64 bits
  const uint64_t high = (mantissa >> 32) << shift;         // belongs one digit higher
  digits_[digit] += sign * static_cast<int64_t>(low & 0xffffffffU);
  digits_[digit + 1] += sign * static_cast<int64_t>((low >> 32) + (high & 0xffffffffU));
  digits_[digit + 2] += sign * static_cast<int64_t>(high >> 32);
  if (++additions_ >= kMostAdditions) Normalize();
}

void ExactSum::Add(const ExactSum& other) {
  ExactSum normal = other;
  normal.Normalize();
  Normalize();
  for (size_t i = 0; i < kDigits; ++i) digits_[i] += normal.digits_[i];
  Normalize();
}

void ExactSum::Normalize() {
  int64_t carry = 0;
  for (size_t i = 0; i + 1 < kDigits; ++i) {
    const int64_t value = digits_[i] + carry;
    carry = value >> 32;  // rounds down, so that the digit is not negative
    digits_[i] = value - carry * kBase;
  }
  digits_[kDigits - 1] += carry;  // keeps the sign
  additions_ = 0;
}

ExactSum::Magnitude ExactSum::ToMagnitude() const {
  ExactSum normal = *this;
  normal.Normalize();
  Magnitude magnitude;
  magnitude.negative = normal.digits_[kDigits - 1] < 0;
  if (magnitude.negative) {
    for (int64_t& digit : normal.digits_) digit = -digit;
    normal.Normalize();
  }
  for (size_t i = 0; i < kDigits; ++i) {
    magnitude.digits[i] = static_cast<uint32_t>(normal.digits_[i]);
  }
  return magnitude;
}

double ExactSum::Value() const {
  const Magnitude magnitude = ToMagnitude();
  size_t top = kDigits;
  while (top > 0 && magnitude.digits[top - 1] == 0) --top;
  double value = 0;
  // From the highest digit: three of them hold more bits than a double.
  for (size_t i = top; i > 0 && i + 3 > top; --i) {
    value += std::ldexp(static_cast<double>(magnitude.digits[i - 1]),
                        32 * static_cast<int>(i - 1) + kLowestExponent);
  }
  return magnitude.negative ? -value : value;
}

std::string ExactSum::ToHex() const {
  constexpr std::string_view kHex = "0123456789abcdef";
  const Magnitude magnitude = ToMagnitude();
  std::string text;
  for (size_t i = kDigits; i > 0; --i) {
    for (int shift = 28; shift >= 0; shift -= 4) {
      const uint32_t nibble = (magnitude.digits[i - 1] >> shift) & 15U;
      if (!text.empty() || nibble != 0) text += kHex[nibble];
    }
  }
  if (text.empty()) return "0";
  return magnitude.negative ? "-" + text : text;
}

std::optional<ExactSum> ExactSum::FromHex(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() >= size_t{8} * kDigits) return std::nullopt;
  ExactSum sum;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[text.size() - 1 - i];
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'a' && c <= 'f')) return std::nullopt;
    const int64_t nibble = digit ? c - '0' : c - 'a' + 10;
    sum.digits_[i / 8] += (negative ? -nibble : nibble) << (4 * (i % 8));
  }
  sum.Normalize();
  return sum;
}

}  // namespace quantgate
