// Random values for property tests. A test names its seed with QG_SEED, so that a failure prints
// the seed it happened with.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "reference/core/shape.h"

// Declares `random` and has every failure in this scope print the seed.
#define QG_SEED(seed)                                    \
  SCOPED_TRACE(testing::Message() << "seed " << (seed)); \
  ::quantgate::Random random(seed)

namespace quantgate {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}

  // Both ends included.
  int Int(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
  double Real(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine_);
  }
  float Float(double low, double high) { return static_cast<float>(Real(low, high)); }
  bool Chance(double probability) { return Real(0, 1) < probability; }
  uint32_t Bits() { return static_cast<uint32_t>(engine_()); }

  std::vector<float> Floats(int64_t count, double low, double high) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = Float(low, high);
    return values;
  }
  template <class Code>
  std::vector<Code> Codes(int64_t count, int low, int high) {
    std::vector<Code> values(static_cast<size_t>(count));
    for (Code& value : values) value = static_cast<Code>(Int(low, high));
    return values;
  }
  // `rank` extents of 1 to `largest`.
  Shape AnyShape(int rank, int largest) {
    std::vector<int32_t> dims;
    for (int i = 0; i < rank; ++i) dims.push_back(Int(1, largest));
    return *Shape::Make(dims);
  }

 private:
  std::mt19937 engine_;
};

}  // namespace quantgate
