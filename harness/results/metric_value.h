// A measured number with what is needed to read it: plain data.
#pragma once

#include <cstdint>
#include <string>

namespace quantgate {

enum class Direction { kHigherIsBetter, kLowerIsBetter, kNeutral };

struct MetricValue {
  std::string name;  // stable id, such as "sqnr_db"
  double value = 0;
  std::string unit;  // "dB", "LSB", "share", "" for pure numbers
  Direction direction = Direction::kNeutral;
  int64_t n = 0;  // how many samples or elements stand behind it
};

// A closed interval; the confidence level is named by the field that holds it.
struct Interval {
  double low = 0;
  double high = 0;
};

}  // namespace quantgate
