#include "harness/quantization/range_to_params.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace quantgate {

QuantParams AsymmetricParams(double min, double max, DType dtype) {
  const CodeRange codes = CodeRangeOf(dtype);
  const double low = std::min(min, 0.0);
  const double high = std::max(max, 0.0);
  const auto scale = static_cast<float>((high - low) / (codes.max - codes.min));
  if (!(scale > 0)) return PerTensor(1.0F, codes.min);
  const double zero = std::round(codes.min - low / static_cast<double>(scale));
  const double clamped =
      std::clamp(zero, static_cast<double>(codes.min), static_cast<double>(codes.max));
  return PerTensor(scale, static_cast<int32_t>(clamped));
}

QuantParams SymmetricParams(double max_abs, DType dtype) {
  const auto scale = static_cast<float>(max_abs / CodeRangeOf(dtype).max);
  return PerTensor(scale > 0 ? scale : 1.0F, 0);
}

QuantParams ActivationRangeParams(double min, double max, DType dtype) {
  if (dtype != DType::kInt16) return AsymmetricParams(min, max, dtype);
  return SymmetricParams(std::max(std::abs(min), std::abs(max)), dtype);
}

Result<QuantParams> MeanStdParams(double mean, double std, DType dtype) {
  const CodeRange codes = CodeRangeOf(dtype);
  const double zero = std::round(mean);
  const auto scale = static_cast<float>(1.0 / std);
  const bool is_code = zero >= codes.min && zero <= codes.max;
  if (is_code && scale > 0 && std::isfinite(scale)) {
    return PerTensor(scale, static_cast<int32_t>(zero));
  }
  std::array<char, 64> number{};
  std::snprintf(number.data(), number.size(), "%.6g", is_code ? std : mean);
  return Error{.code = ErrorCode::kConfig,
               .message = is_code ? "an input std of " + std::string(number.data()) + " is no scale"
                                  : "an input mean of " + std::string(number.data()) +
                                        " is no code of " + std::string(DTypeName(dtype)),
               .hint = "its codes are " + std::to_string(codes.min) + " to " +
                       std::to_string(codes.max) + "; real = (code - mean) / std"};
}

}  // namespace quantgate
