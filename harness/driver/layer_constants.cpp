#include "harness/driver/layer_constants.h"

#include <algorithm>
#include <cmath>

#include "harness/comparison/weight_errors.h"
#include "reference/numeric/affine.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

// Axis of the output channels of input 1; -1 for operators without weights.
int ChannelAxis(OpCode code) {
  switch (code) {
    case OpCode::kCONV_2D:
    case OpCode::kTRANSPOSE_CONV:
    case OpCode::kFULLY_CONNECTED: return 0;
    case OpCode::kDEPTHWISE_CONV_2D: return 3;
    default: return -1;
  }
}

std::vector<float> RealsOf(const Plan& plan, int tensor) {
  std::vector<float> reals(static_cast<size_t>(plan.shape(tensor).num_elements()));
  const TensorInfo& info = plan.info(tensor);
  if (!DequantizeTensor(plan.constant(tensor), info.dtype, plan.shape(tensor), info.quant, reals)) {
    reals.clear();
  }
  return reals;
}

// (sum of |code - zero point| of the heaviest channel x the largest distance of an input code from
// its zero point + |bias|) / 2^31.
double AccumulatorShare(const Plan& variant, const OpNode& twin, int axis,
                        const std::vector<double>& bias_codes) {
  const TensorInfo& input = variant.info(twin.inputs[0]);
  const TensorInfo& weights = variant.info(twin.inputs[1]);
  const Shape& shape = variant.shape(twin.inputs[1]);
  if (!IsQuantizedStorage(input.dtype) || input.dtype == DType::kInt16) return 0;
  const CodeRange codes = CodeRangeOf(input.dtype);
  const int zero = input.quant.zero_point();
  const double furthest = std::max(zero - codes.min, codes.max - zero);
  size_t inner = 1;
  for (int k = axis + 1; k < shape.rank(); ++k) inner *= static_cast<size_t>(shape.dim(k));
  std::vector<double> sums(static_cast<size_t>(shape.dim(axis)), 0);
  const auto count = static_cast<size_t>(shape.num_elements());
  for (size_t i = 0; i < count; ++i) {
    const size_t c = i / inner % sums.size();
    const double code = ReadElement(variant.constant(twin.inputs[1]), weights.dtype, i);
    sums[c] += std::abs(code - weights.quant.zero_point(c));
  }
  double largest = 0;
  for (size_t c = 0; c < sums.size(); ++c) {
    const double bias = c < bias_codes.size() ? std::abs(bias_codes[c]) : 0;
    largest = std::max(largest, sums[c] * furthest + bias);
  }
  return largest / 2147483648.0;
}

BiasEvidence BiasOf(const Plan& reference, const Plan& variant, const OpNode& op,
                    const OpNode& twin, std::vector<double>& codes) {
  constexpr double kLargest = 2147483647;
  const int tensor = twin.inputs[2];
  const TensorInfo& info = variant.info(tensor);
  const auto scale = static_cast<double>(variant.info(twin.inputs[0]).quant.scale());
  const QuantParams& weights = variant.info(twin.inputs[1]).quant;
  BiasEvidence bias;
  bias.tensor = tensor;
  bias.name = info.name;
  const std::vector<float> reals = RealsOf(reference, op.inputs[2]);
  bias.reference.assign(reals.begin(), reals.end());
  for (size_t c = 0; c < bias.reference.size(); ++c) {
    codes.push_back(ReadElement(variant.constant(tensor), info.dtype, c));
    bias.unit.push_back(scale * static_cast<double>(weights.scale(c)));
    bias.variant.push_back(codes.back() * bias.unit.back());
    bias.saturated += info.dtype == DType::kInt32 && std::abs(codes.back()) >= kLargest ? 1 : 0;
    if (!info.quant.quantized() || info.quant.scales.size() > bias.reference.size()) continue;
    const double ratio = static_cast<double>(info.quant.scale(c)) / bias.unit.back();
    if (std::abs(std::log(ratio)) > std::abs(std::log(bias.stored_scale_ratio))) {
      bias.stored_scale_ratio = ratio;
    }
  }
  return bias;
}

}  // namespace

LayerConstants ConstantsOf(const Plan& reference, const Plan& variant, const OpNode& op,
                           const OpNode& twin) {
  LayerConstants constants;
  const int axis = ChannelAxis(op.code);
  if (axis < 0 || op.inputs.size() < 2 || op.inputs[1] < 0 || twin.inputs[1] < 0) return constants;
  const int ours = op.inputs[1];
  const int theirs = twin.inputs[1];
  const TensorInfo& info = variant.info(theirs);
  if (reference.constant(ours).empty() || variant.constant(theirs).empty() ||
      reference.info(ours).dtype != DType::kFloat32 || !IsQuantizedStorage(info.dtype) ||
      !info.quant.quantized() || !(reference.shape(ours) == variant.shape(theirs)) ||
      axis >= reference.shape(ours).rank()) {
    return constants;
  }
  const std::vector<float> exact = RealsOf(reference, ours);
  const std::vector<float> coded = RealsOf(variant, theirs);
  const Shape& shape = reference.shape(ours);
  const CodeRange codes = CodeRangeOf(info.dtype);
  const bool symmetric = info.dtype != DType::kUInt8;
  constants.rounded =
      RoundWeights(exact, shape, axis,
                   {info.quant.per_axis(), symmetric, codes.max - codes.min + (symmetric ? 0 : 1)});
  constants.weights = CompareWeights({exact, coded, shape, axis, info.quant});
  constants.weights->tensor = theirs;
  constants.weights->name = info.name;
  constants.weights->ideal_sqnr_db = SqnrDb(exact, constants.rounded);
  std::vector<double> bias_codes;
  const bool biased = op.inputs.size() > 2 && op.inputs[2] >= 0 && twin.inputs.size() > 2 &&
                      twin.inputs[2] >= 0 && variant.info(twin.inputs[0]).quant.quantized() &&
                      reference.info(op.inputs[2]).dtype == DType::kFloat32 &&
                      !reference.constant(op.inputs[2]).empty() &&
                      !variant.constant(twin.inputs[2]).empty();
  const bool same_size = biased && reference.shape(op.inputs[2]).num_elements() ==
                                       variant.shape(twin.inputs[2]).num_elements();
  // TRANSPOSE_CONV reads its data from input 2 and its bias from input 3.
  if (same_size && op.code != OpCode::kTRANSPOSE_CONV) {
    constants.bias = BiasOf(reference, variant, op, twin, bias_codes);
  }
  constants.weights->accumulator_share = AccumulatorShare(variant, twin, axis, bias_codes);
  return constants;
}

}  // namespace quantgate
