#include "harness/calibration/fingerprint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace quantgate {
namespace {

constexpr uint64_t kPrime = (uint64_t{1} << 61) - 1;
constexpr uint64_t kBases[2] = {0x0f5c3a1d9b7e6421, 0x1234fedc0b5a9871};

// (a * b) mod 2^61 - 1 for a, b below it, by 32-bit halves.
uint64_t MultiplyMod(uint64_t a, uint64_t b) {
  const uint64_t a_low = a & 0xffffffffU;
  const uint64_t a_high = a >> 32;
  const uint64_t b_low = b & 0xffffffffU;
  const uint64_t b_high = b >> 32;
  const uint64_t low = a_low * b_low;
  const uint64_t middle = a_low * b_high + a_high * b_low;  // below 2^62
  const uint64_t high = a_high * b_high;                    // below 2^58
  // product = high 2^64 + middle 2^32 + low, and 2^61 = 1: 2^64 = 8, middle 2^32 splits at bit 29.
  const uint64_t sum =
      high * 8 + (middle >> 29) + ((middle & 0x1fffffffU) << 32) + (low >> 61) + (low & kPrime);
  const uint64_t folded = (sum & kPrime) + (sum >> 61);
  return folded >= kPrime ? folded - kPrime : folded;
}

uint64_t AddMod(uint64_t a, uint64_t b) {
  const uint64_t sum = a + b;
  return sum >= kPrime ? sum - kPrime : sum;
}

uint64_t PowerMod(uint64_t base, int64_t exponent) {
  uint64_t result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = MultiplyMod(result, base);
    base = MultiplyMod(base, base);
  }
  return result;
}

// A bijection of 64-bit words that spreads every bit over all of them.
uint64_t Mix(uint64_t word) {
  word ^= word >> 32;
  word *= 0xd6e8feb86659fd93U;
  word ^= word >> 29;
  word *= 0xa0761d6478bd642fU;
  return word ^ (word >> 32);
}

}  // namespace

uint64_t FingerprintOf(std::span<const float> values) {
  // Four chains, so that a multiplication need not wait for the one before.
  std::array<uint64_t, 4> chains = {1, 2, 3, 4};
  const auto* bytes = reinterpret_cast<const char*>(values.data());
  const size_t words = values.size() / 2;
  const auto step = [&](size_t chain, uint64_t word) {
    chains[chain] = std::rotl(chains[chain] ^ word, 23) * 0x9fb21c651e98df25U;
  };
  const auto word_at = [&](size_t i) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + 8 * i, sizeof(word));
    return word;
  };
  size_t i = 0;
  for (; i + 4 <= words; i += 4) {
    for (size_t chain = 0; chain < 4; ++chain) step(chain, word_at(i + chain));
  }
  for (; i < words; ++i) step(i % 4, word_at(i));
  if (values.size() % 2 != 0) step(0, std::bit_cast<uint32_t>(values.back()));
  uint64_t hash = values.size();
  for (const uint64_t chain : chains) hash = Mix(hash ^ Mix(chain)) + chain;
  return Mix(hash);
}

void SequenceFingerprint::Append(uint64_t sample) {
  for (int i = 0; i < 2; ++i) {
    hashes_[i] = AddMod(MultiplyMod(hashes_[i], kBases[i]), Mix(sample + kBases[i]) % kPrime);
  }
  ++size_;
}

void SequenceFingerprint::Append(const SequenceFingerprint& next) {
  for (int i = 0; i < 2; ++i) {
    hashes_[i] = AddMod(MultiplyMod(hashes_[i], PowerMod(kBases[i], next.size_)), next.hashes_[i]);
  }
  size_ += next.size_;
}

std::string SequenceFingerprint::ToHex() const {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const uint64_t hash : hashes_) {
    for (int shift = 60; shift >= 0; shift -= 4) text += kHex[(hash >> shift) & 15U];
  }
  return text;
}

bool SequenceFingerprint::FromHex(const std::string& text, int64_t size,
                                  SequenceFingerprint& fingerprint) {
  if (text.size() != 32 || size < 0) return false;
  fingerprint.size_ = size;
  for (size_t i = 0; i < 2; ++i) {
    const char* first = text.data() + 16 * i;
    const auto read = std::from_chars(first, first + 16, fingerprint.hashes_[i], 16);
    if (read.ec != std::errc() || read.ptr != first + 16) return false;
    if (fingerprint.hashes_[i] >= kPrime) return false;
  }
  return true;
}

}  // namespace quantgate
