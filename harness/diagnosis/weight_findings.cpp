// Whether the weights' granularity fits the weights.
#include <algorithm>
#include <cmath>

#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

// A channel this many times smaller than the largest has at most 127 / 16 = 8 codes a side left,
// three bits of magnitude.
constexpr double kUnbalancedRatio = 16.0;

struct ChannelSpread {
  double ratio = 0;     // largest over the smallest non-zero channel magnitude
  int64_t starved = 0;  // channels below 1 / kUnbalancedRatio of the largest
  int64_t channels = 0;
};

ChannelSpread MeasureSpread(const Model& model, const TensorInfo& weights, int axis) {
  const auto channels = static_cast<size_t>(weights.shape.dim(axis));
  size_t inner = 1;
  for (int k = axis + 1; k < weights.shape.rank(); ++k) {
    inner *= static_cast<size_t>(weights.shape.dim(k));
  }
  std::vector<double> largest(channels, 0.0);
  const auto data = model.Constant(weights);
  const auto count = static_cast<size_t>(weights.shape.num_elements());
  for (size_t i = 0; i < count; ++i) {
    const double code = ReadElement(data, weights.dtype, i) - weights.quant.zero_point();
    double& channel = largest[i / inner % channels];
    channel = std::max(channel, std::abs(code));
  }
  ChannelSpread spread;
  spread.channels = static_cast<int64_t>(channels);
  const double top = *std::max_element(largest.begin(), largest.end());
  double bottom = top;
  for (double channel : largest) {
    if (channel == 0) continue;
    bottom = std::min(bottom, channel);
    spread.starved += channel * kUnbalancedRatio < top ? 1 : 0;
  }
  spread.ratio = bottom > 0 ? top / bottom : 0;
  return spread;
}

// True when the operator's output is much worse than its input and bad enough to matter.
bool HurtsItsLayer(const VariantResult& variant, const OpNode& op) {
  constexpr double kFallDb = 3.0;
  constexpr double kBadDb = 25.0;
  const TensorError* input = RowOfTensor(variant, op.inputs[0]);
  const TensorError* output = RowOfTensor(variant, op.outputs[0]);
  if (input == nullptr || output == nullptr || !output->sqnr_db) return false;
  if (ClipsBeyondRounding(*output)) return false;  // the range, not the weights, is to blame
  return *output->sqnr_db < kBadDb &&
         (!input->sqnr_db || *input->sqnr_db - *output->sqnr_db > kFallDb);
}

int ChannelAxis(OpCode code) {
  switch (code) {
    case OpCode::kCONV_2D:
    case OpCode::kFULLY_CONNECTED: return 0;
    case OpCode::kDEPTHWISE_CONV_2D: return 3;
    default: return -1;
  }
}

}  // namespace

void LookUnbalancedChannels(const FindingContext& context, std::vector<Finding>& findings) {
  const Subgraph& graph = context.model.main();
  ChannelSpread worst;
  int worst_op = -1;
  int64_t layers = 0;
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const int axis = ChannelAxis(graph.ops[i].code);
    if (axis < 0 || graph.ops[i].inputs.size() < 2 || graph.ops[i].inputs[1] < 0) continue;
    const TensorInfo& weights = graph.tensors[static_cast<size_t>(graph.ops[i].inputs[1])];
    if (weights.quant.scales.size() != 1 || !IsQuantizedStorage(weights.dtype) ||
        context.model.Constant(weights).empty() || weights.sparsity ||
        axis >= weights.shape.rank()) {
      continue;
    }
    const ChannelSpread spread = MeasureSpread(context.model, weights, axis);
    if (spread.starved == 0) continue;
    ++layers;
    if (spread.ratio > worst.ratio) {
      worst = spread;
      worst_op = static_cast<int>(i);
    }
  }
  if (worst_op < 0) return;
  const OpNode& op = graph.ops[static_cast<size_t>(worst_op)];
  const std::string& name = graph.tensors[static_cast<size_t>(op.inputs[1])].name;
  Finding finding = MakeFinding("QG005", context);
  finding.severity = HurtsItsLayer(context.variant, op)
                         ? SeverityOfLayer(context.variant, Severity::kNote)
                         : Severity::kNote;
  finding.tensor = name;
  finding.op_index = worst_op;
  finding.message = "One weight scale serves channels of very different size in " +
                    std::to_string(layers) + (layers == 1 ? " layer" : " layers") + "; worst at " +
                    TensorText(name) + " (" + op.type_name() + "): the largest channel is " +
                    FormatFixed(worst.ratio, 0) + " times the smallest, and " +
                    std::to_string(worst.starved) + " of " + std::to_string(worst.channels) +
                    " channels have less than three bits left.";
  finding.evidence = {{"channel_ratio", worst.ratio, "", Direction::kLowerIsBetter, worst.channels},
                      {"starved_channels", static_cast<double>(worst.starved), "channels",
                       Direction::kLowerIsBetter, worst.channels}};
  finding.fix = op.code == OpCode::kFULLY_CONNECTED
                    ? "Equalize the channels first; dense layers stay per tensor because TFLite "
                      "2.9.0 misreads per-channel dense weights."
                    : "Quantize the weights per output channel (scheme int8), or equalize the "
                      "channels first.";
  findings.push_back(std::move(finding));
}

}  // namespace quantgate
