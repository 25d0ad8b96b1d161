// Counts and sums behind TaskLoss (results/attribution.h); parts merge in the order of the samples.
#pragma once

#include <limits>
#include <optional>
#include <span>

#include "harness/results/attribution.h"

namespace quantgate {

inline constexpr double kUnboundedReal = std::numeric_limits<double>::infinity();

// Squares of a signal and of its error.
struct ErrorEnergy {
  double signal = 0;   // of r^2
  double error = 0;    // of (v - r)^2
  double clipped = 0;  // of (v - r)^2 where r is outside the codes' range
  int64_t values = 0;

  // One tensor of one sample; pairs that are not finite are left out. Reference values beyond low
  // and high count as clipped.
  void Add(std::span<const float> reference, std::span<const float> variant,
           double low = -kUnboundedReal, double high = kUnboundedReal);
  void Merge(const ErrorEnergy& other) {
    signal += other.signal;
    error += other.error;
    clipped += other.clipped;
    values += other.values;
  }
  // 10 log10(signal / error); absent when either is zero.
  [[nodiscard]] std::optional<double> SqnrDb() const;
};

// How the answers of one model differ from the reference's.
struct LossTally {
  int64_t flips = 0;
  int64_t unflips = 0;  // flips of the variant that are none here
  int64_t lost = 0;
  int64_t gained = 0;
  ErrorEnergy output;

  void Merge(const LossTally& other) {
    flips += other.flips;
    unflips += other.unflips;
    lost += other.lost;
    gained += other.gained;
    output.Merge(other.output);
  }
  // Points as results/attribution.h has them.
  [[nodiscard]] TaskLoss Finish(int64_t samples, bool labelled, bool classify) const;
};

}  // namespace quantgate
