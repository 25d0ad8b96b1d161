#include <array>
#include <cstdio>

#include "datasets/dataset.h"

namespace quantgate {
namespace {

std::string List(const std::vector<double>& values) {
  std::string text;
  for (size_t i = 0; i < values.size(); ++i) {
    std::array<char, 40> number{};
    std::snprintf(number.data(), number.size(), "%.10g", values[i]);
    text += (i == 0 ? "" : ", ") + std::string(number.data());
  }
  return values.size() == 1 ? text : "[" + text + "]";
}

}  // namespace

std::string Preprocessing::ToString() const {
  return "real = (raw - " + List(mean) + ") / " + List(std);
}

void Preprocessing::Apply(std::span<float> values, int channels) const {
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t channel = i % static_cast<size_t>(channels);
    const double shift = mean[mean.size() == 1 ? 0 : channel];
    const double divisor = std[std.size() == 1 ? 0 : channel];
    values[i] = static_cast<float>((static_cast<double>(values[i]) - shift) / divisor);
  }
}

}  // namespace quantgate
