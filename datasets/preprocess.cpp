#include <algorithm>
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

Preprocessing Preprocessing::Of(const std::string& part) const {
  const auto own = std::find_if(parts.begin(), parts.end(),
                                [&](const PartPreprocessing& p) { return p.name == part; });
  return own != parts.end() ? Preprocessing{own->mean, own->std} : Preprocessing{mean, std};
}

std::string Preprocessing::ToString() const {
  std::string text = "real = (raw - " + List(mean) + ") / " + List(std);
  for (const PartPreprocessing& part : parts) {
    text += "; " + part.name + ": (raw - " + List(part.mean) + ") / " + List(part.std);
  }
  return text;
}

bool Preprocessing::identity() const {
  const auto all = [](const std::vector<double>& values, double wanted) {
    return std::all_of(values.begin(), values.end(), [&](double v) { return v == wanted; });
  };
  return all(mean, 0.0) && all(std, 1.0);
}

bool Preprocessing::Fits(int channels) const {
  const auto fits = [&](const std::vector<double>& values) {
    return values.size() == 1 || values.size() == static_cast<size_t>(channels);
  };
  return fits(mean) && fits(std);
}

void Preprocessing::Apply(std::span<const float> raws, int channels, std::span<float> reals) const {
  if (mean.size() == 1 && std.size() == 1) {
    const double shift = mean[0];
    const double divisor = std[0];
    for (size_t i = 0; i < raws.size(); ++i) {
      reals[i] = static_cast<float>((static_cast<double>(raws[i]) - shift) / divisor);
    }
    return;
  }
  for (size_t i = 0; i < raws.size(); ++i) {
    const size_t channel = i % static_cast<size_t>(channels);
    const double shift = mean[mean.size() == 1 ? 0 : channel];
    const double divisor = std[std.size() == 1 ? 0 : channel];
    reals[i] = static_cast<float>((static_cast<double>(raws[i]) - shift) / divisor);
  }
}

}  // namespace quantgate
