#include "reference/numeric/interpolated_table.h"

#include <algorithm>
#include <cmath>

namespace quantgate {
namespace {

int16_t ToEntry(double value) {
  return static_cast<int16_t>(std::clamp<double>(value, INT16_MIN, INT16_MAX));
}

}  // namespace

InterpolatedTable::InterpolatedTable(double (*function)(double), double low, double high)
    : entries_{} {
  const size_t lines = entries_.size() - 1;
  const double step = (high - low) / static_cast<double>(lines);
  const auto wide = [&](double x) { return function(x) * 32768.0; };
  for (size_t i = 0; i < lines; ++i) {
    const double at = low + static_cast<double>(i) * step;
    const double next = low + static_cast<double>(i + 1) * step;
    const double value = std::round(wide(at));
    const double chord = std::round((wide(next) + value) / 2);
    const double error = chord - std::round(wide(at + step / 2));
    entries_[i] = ToEntry(value - std::round(error / 2));
  }
  entries_.back() = ToEntry(std::round(wide(high)));
}

int16_t InterpolatedTable::At(int32_t x) const {
  constexpr int kPartBits = 7;
  const auto line = static_cast<size_t>((x >> kPartBits) + 256);
  const int32_t part = x & ((1 << kPartBits) - 1);
  const int32_t slope = entries_[line + 1] - entries_[line];
  return static_cast<int16_t>(entries_[line] +
                              ((slope * part + (1 << (kPartBits - 1))) >> kPartBits));
}

}  // namespace quantgate
