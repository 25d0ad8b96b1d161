// The functions behind accelerated_table.cpp's rows.
#pragma once

#include "reference/accelerated/accelerated_table.h"
#include "reference/ops/conv_spec.h"

namespace quantgate::accelerated {

using Offer = std::optional<AcceleratedKernel>;

// convolution.cpp
Offer TryConvolution(const PrepareContext& context, const SimdKernels& simd);
// dense.cpp
Offer TryDense(const PrepareContext& context, const SimdKernels& simd);
// depthwise.cpp
Offer TryDepthwise(const PrepareContext& context, const SimdKernels& simd);
// depthwise_in_place.cpp: floats, whole vectors of channels
Offer TryInPlaceDepthwise(const PrepareContext& context, const ConvSpec& spec,
                          const SimdKernels& simd);
// pooling.cpp
Offer TryPool(const PrepareContext& context, const SimdKernels& simd);
// mean.cpp
Offer TryMean(const PrepareContext& context, const SimdKernels& simd);
// addition.cpp
Offer TryAddition(const PrepareContext& context, const SimdKernels& simd);

}  // namespace quantgate::accelerated
