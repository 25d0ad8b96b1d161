// Fingerprints of samples and of sequences of samples. They tell different data apart; they are no
// defence against someone who wants two to be equal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace quantgate {

// Of one sample's stored values, -0 and +0 told apart. 64 bits: two different samples out of a
// million have the same one with a chance of about 1 in 37 million.
uint64_t FingerprintOf(std::span<const float> values);

// Of a sequence: of the fingerprints h_i of n samples, sum h_i B^(n-1-i) mod 2^61 - 1, for two
// values of B. What is known of two sequences gives what is known of one behind the other.
class SequenceFingerprint {
 public:
  void Append(uint64_t sample);
  void Append(const SequenceFingerprint& next);
  [[nodiscard]] int64_t size() const { return size_; }
  // 32 hexadecimal digits.
  [[nodiscard]] std::string ToHex() const;
  // False when the text is none of ToHex.
  static bool FromHex(const std::string& text, int64_t size, SequenceFingerprint& fingerprint);
  friend bool operator==(const SequenceFingerprint&, const SequenceFingerprint&) = default;

 private:
  uint64_t hashes_[2] = {0, 0};
  int64_t size_ = 0;
};

}  // namespace quantgate
