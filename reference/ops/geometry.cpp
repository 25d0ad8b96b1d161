#include "reference/ops/geometry.h"

#include <algorithm>
#include <string>

namespace quantgate {

Result<WindowAxis> MakeWindowAxis(int32_t input, int32_t filter, int32_t stride, int32_t dilation,
                                  PaddingKind padding) {
  if (input < 1 || filter < 1 || stride < 1 || dilation < 1) {
    return PrepareContext::Malformed("window with input " + std::to_string(input) + ", filter " +
                                     std::to_string(filter) + ", stride " + std::to_string(stride) +
                                     ", dilation " + std::to_string(dilation) +
                                     ": each must be at least 1");
  }
  const int64_t effective = (static_cast<int64_t>(filter) - 1) * dilation + 1;
  const int64_t covered = padding == PaddingKind::kSame ? input : input - effective + 1;
  if (covered < 1 || effective > INT32_MAX) {
    return PrepareContext::Malformed("window of " + std::to_string(effective) +
                                     " does not fit into the input's " + std::to_string(input));
  }
  WindowAxis axis{.input = input, .filter = filter, .stride = stride, .dilation = dilation};
  axis.output = static_cast<int32_t>((covered + stride - 1) / stride);
  const int64_t needed = (static_cast<int64_t>(axis.output) - 1) * stride + effective - input;
  axis.padding_before = static_cast<int32_t>(std::max<int64_t>(needed, 0) / 2);
  return axis;
}

}  // namespace quantgate
