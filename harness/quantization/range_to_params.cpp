#include "harness/quantization/range_to_params.h"

#include <algorithm>
#include <cmath>

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

QuantParams MeanStdParams(double mean, double std) {
  return PerTensor(static_cast<float>(1.0 / std), static_cast<int32_t>(std::round(mean)));
}

}  // namespace quantgate
