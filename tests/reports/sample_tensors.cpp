// The sample report's tensors, and how they hang together.
#include <algorithm>
#include <cmath>
#include <string>

#include "tests/reports/sample_parts.h"

namespace quantgate::sample {
namespace {

// A bell, or half of one for what a ReLU leaves, in as many bins as the codes make.
TensorHistogram MakeHistogram(const Layer& layer, const TensorError& row) {
  TensorHistogram histogram;
  histogram.samples = 83;
  const double low = std::min(layer.low, *row.representable_min);
  const double high = std::max(layer.high, *row.representable_max);
  histogram.bin_width = *row.scale * 2;
  while ((high - low) / histogram.bin_width > 126) histogram.bin_width *= 2;
  const auto first = std::lround(std::floor(low / histogram.bin_width));
  const auto count = std::lround(std::ceil(high / histogram.bin_width)) - first;
  histogram.low = static_cast<double>(first) * histogram.bin_width;
  const double middle = layer.low < 0 ? (layer.low + layer.high) / 2 : 0;
  const double spread = (layer.high - layer.low) / 6;
  int64_t below = 0;
  int64_t above = 0;
  for (long i = 0; i < count; ++i) {
    const double x = histogram.low + (static_cast<double>(i) + 0.5) * histogram.bin_width;
    const double z = (x - middle) / spread;
    const bool inside = x > layer.low - histogram.bin_width && x < layer.high;
    const auto values = inside ? std::lround(90'000 * std::exp(-z * z / 2)) : 0;
    histogram.reference.push_back(values);
    const bool under = x < *row.representable_min - histogram.bin_width;
    const bool over = x > *row.representable_max;
    below += under ? values : 0;
    above += over ? values : 0;
    histogram.variant.push_back(under || over ? 0 : values);
  }
  // What cannot be expressed gathers in the outermost codes.
  for (const bool low_end : {true, false}) {
    const double edge = low_end ? *row.representable_min : *row.representable_max;
    const auto bin = std::clamp(
        std::lround(std::floor((edge - histogram.low) / histogram.bin_width)), 0L, count - 1);
    histogram.variant[static_cast<size_t>(bin)] += low_end ? below : above;
  }
  return histogram;
}

// To six digits behind the point, as short as a real report's.
double Rounded(double value) { return std::round(value * 1e6) / 1e6; }

ChannelRanges MakeChannels(const std::string& tensor, int64_t channels, double low, double high,
                           double scale) {
  ChannelRanges ranges{tensor, channels, (channels + 127) / 128, {}, {}, {}};
  for (int64_t at = 0; at < channels; at += ranges.group) {
    // From a third of the range to all of it, in no order.
    const double share = 0.34 + 0.66 * static_cast<double>((at * 7) % 11) / 10;
    ranges.min.push_back(Rounded(low * share));
    ranges.max.push_back(Rounded(high * share));
    if (scale > 0) ranges.scale.push_back(Rounded(scale * share));
  }
  return ranges;
}

}  // namespace

TensorError MakeTensor(const Recipe& recipe, const Layer& layer, int depth, Random& random) {
  TensorError row;
  row.tensor = layer.name;
  row.reference_tensor = layer.name;
  row.tensor_index = depth;
  row.op_index = depth - 1;
  row.op_type = layer.op;
  row.matched_by = depth % 6 == 5 ? "structure" : "name";
  row.dtype = recipe.dtype;
  row.elements = layer.elements;
  row.samples = kSamples;
  row.reference_min = layer.low;
  row.reference_max = layer.high;
  const bool dummy = recipe.clipped_high > 0.1;
  const double low = dummy ? 0.0 : std::min(layer.low, 0.0) * 0.98;
  const double high = dummy ? 6.0 : layer.high * 0.99;
  row.scale = (high - low) / 255.0;
  const int code_low = recipe.dtype == DType::kInt8 ? -128 : 0;
  row.zero_point = code_low + std::lround(-low / *row.scale);
  row.representable_min = low;
  row.representable_max = high;
  const double sqnr = recipe.base_sqnr_db - recipe.sqnr_slope_db * depth + 3.5 * random.Share();
  const double rms = (layer.high - layer.low) * 0.31;
  row.sqnr_db = sqnr;
  row.mse = rms * rms * std::pow(10.0, -sqnr / 10.0);
  row.rmse_per_scale = std::sqrt(row.mse) / *row.scale;
  row.mean_error = std::sqrt(row.mse) * (random.Share() - 0.5) * 0.3;
  row.max_abs_error = std::sqrt(row.mse) * (4 + 5 * random.Share());
  row.error_stddev = std::sqrt(row.mse - row.mean_error * row.mean_error);
  row.mean_max_abs_error = 0.6 * row.max_abs_error;
  row.effective_bits = (sqnr - 1.76) / 6.02;
  row.pearson = 1.0 / std::sqrt(1.0 + std::pow(10.0, -sqnr / 10.0));
  row.cosine = 1.0 / std::sqrt(1.0 + std::pow(10.0, -sqnr / 10.0));
  row.clipped_high_share =
      layer.high > high ? recipe.clipped_high * (layer.high - 5.0) / 17.0 : 0.0;
  row.clipped_high_share = std::max(*row.clipped_high_share, 0.0);
  row.clipped_low_share = layer.low < low ? recipe.clipped_high * 0.6 * random.Share() : 0.0;
  row.codes_total = 256;
  const bool starved = recipe.base_sqnr_db < 10 && depth < 3;
  row.codes_used = starved ? 2 + depth * 40 : 256 - random.Below(30 + depth * 4);
  row.code_min = code_low + (starved ? 0 : random.Below(6));
  row.code_max = starved ? code_low + 1 + depth * 60 : code_low + 255 - random.Below(6);
  row.histogram = MakeHistogram(layer, row);
  if (layer.elements > 784) {
    row.channels = MakeChannels(layer.name, 16, layer.low, layer.high, 0);
  }
  const std::string op = layer.op;
  if (op.find("CONV") != std::string::npos) {
    const bool per_axis = std::string(recipe.quantization) == "int8 per-axis";
    row.weights = MakeChannels(std::string(layer.name) + "/weights", 16, -0.9, 0.8,
                               per_axis ? 0.9 / 127 : 0.0);
  }
  return row;
}

// A chain with a residual connection over block 3 into the ADD.
GraphFacts MakeGraph(const std::vector<TensorError>& tensors) {
  GraphFacts graph{{0}, {static_cast<int>(tensors.size()) - 1}, {}};
  for (int i = 1; i < static_cast<int>(tensors.size()); ++i) {
    GraphOp op{i - 1, tensors[static_cast<size_t>(i)].op_type, {i - 1}, {i}};
    if (i % 15 == 9) op.inputs.push_back(i - 3);
    graph.ops.push_back(op);
  }
  return graph;
}

// Two profiles that agree in the first tensor and differ more and more behind it.
DriftReport MakeDrift(const std::vector<TensorError>& tensors) {
  DriftReport drift{"profile tflite", "profile xnnpack", kSamples, {}, 3};
  for (size_t i = 1; i < tensors.size(); ++i) {
    CodeDifference row;
    row.tensor = tensors[i].tensor;
    row.tensor_index = tensors[i].tensor_index;
    row.op_index = tensors[i].op_index;
    row.op_type = tensors[i].op_type;
    row.dtype = DType::kInt8;
    row.elements = 1000 * kSamples;
    if (i > 1) {
      row.different = static_cast<int64_t>(i) * 731;
      row.largest = static_cast<double>(i - 1);
      row.samples_different = static_cast<int64_t>(i) * 100;
      row.first_sample = 4;
      row.first_element = 17;
      row.first_value = 12;
      row.second_value = 13;
      row.inputs_equal = i == 2;
    }
    drift.tensors.push_back(row);
  }
  return drift;
}

}  // namespace quantgate::sample
