#include "reference/ops/row_quantization.h"

#include <algorithm>
#include <cmath>

#include "reference/numeric/float_requantization.h"

namespace quantgate {
namespace {

int32_t RoundToInt(float value) {
  const float rounded = std::round(value);
  return std::isfinite(rounded) ? static_cast<int32_t>(std::clamp(rounded, -1e9F, 1e9F)) : 0;
}

}  // namespace

RowQuantization QuantizeRowSymmetric(std::span<const float> values, int8_t* codes) {
  float low = 0;
  float high = 0;
  if (!values.empty()) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    low = *least;
    high = *most;
  }
  const float range = std::max(std::abs(low), std::abs(high));
  if (!(range > 0)) {
    std::fill_n(codes, values.size(), int8_t{0});
    return {};
  }
  const float inverse = 127.0F / range;
  for (size_t i = 0; i < values.size(); ++i) {
    codes[i] = static_cast<int8_t>(std::clamp(RoundToInt(values[i] * inverse), -127, 127));
  }
  return {range / 127.0F, 0};
}

RowQuantization QuantizeRowAsymmetric(std::span<const float> values, int8_t* codes) {
  constexpr double kLowest = -128;
  constexpr double kHighest = 127;
  double low = 0;
  double high = 0;
  for (const float value : values) {
    low = std::min(low, static_cast<double>(value));
    high = std::max(high, static_cast<double>(value));
  }
  if (!(high > low)) {
    std::fill_n(codes, values.size(), int8_t{0});
    return {};
  }
  const double scale = (high - low) / (kHighest - kLowest);
  const double from_low = kLowest - low / scale;
  const double from_high = kHighest - high / scale;
  const double low_error = std::abs(kLowest) + std::abs(low / scale);
  const double high_error = std::abs(kHighest) + std::abs(high / scale);
  const double nearer = low_error < high_error ? from_low : from_high;
  const double zero = std::isnan(nearer) ? 0 : nearer;  // something is infinite
  RowQuantization row{static_cast<float>(scale),
                      static_cast<int32_t>(std::round(std::clamp(zero, kLowest, kHighest)))};
  const float inverse = 1.0F / row.scale;
  for (size_t i = 0; i < values.size(); ++i) {
    const int32_t code = RoundToInt(static_cast<float>(row.zero_point) + values[i] * inverse);
    codes[i] = static_cast<int8_t>(std::clamp(code, -128, 127));
  }
  return row;
}

RowQuantization QuantizeRowXnnpack(std::span<const float> values, int8_t* codes) {
  float low = 0;
  float high = 0;
  for (const float value : values) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const float steps = low == high ? 1.0F : 255.0F / (high - low);
  const float scaled_low = low * steps;
  const float scaled_high = high * steps;
  const bool from_low = (-128.0F + scaled_low) + (127.0F + scaled_high) > 0;
  const float zero = from_low ? -128.0F - scaled_low : 127.0F - scaled_high;
  const RowQuantization row{1.0F / steps, RoundTiesEven(zero, -128, 127)};
  for (size_t i = 0; i < values.size(); ++i) {
    const int32_t code =
        RoundTiesEven(values[i] * steps, -128 - row.zero_point, 127 - row.zero_point);
    codes[i] = static_cast<int8_t>(code + row.zero_point);
  }
  return row;
}

RowQuantization QuantizeRow(RowRule rule, std::span<const float> values, int8_t* codes) {
  switch (rule) {
    case RowRule::kSymmetric: return QuantizeRowSymmetric(values, codes);
    case RowRule::kAsymmetric: return QuantizeRowAsymmetric(values, codes);
    case RowRule::kXnnpack: return QuantizeRowXnnpack(values, codes);
  }
  return {};
}

}  // namespace quantgate
