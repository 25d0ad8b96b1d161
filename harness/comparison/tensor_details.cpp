#include "harness/comparison/tensor_details.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "harness/comparison/detail_kernels.h"
#include "reference/numeric/affine.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

constexpr int64_t kValuesCounted = int64_t{1} << 18;  // of a tensor, about
constexpr int64_t kMostCounted = int64_t{1} << 21;
constexpr int64_t kFewestSamples = 32;  // looked at, where there are as many
constexpr int64_t kMostEntries = 64;    // of a list by channel
constexpr float kNothing = std::numeric_limits<float>::infinity();

// Five digits are more than a picture shows, and keep reports small.
double Rounded(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.5g", value);
  return std::strtod(text.data(), nullptr);
}

bool HasOneScale(const TensorInfo& tensor) {
  return IsQuantizedStorage(tensor.dtype) && tensor.quant.quantized() && !tensor.quant.per_axis() &&
         std::isnormal(tensor.quant.scale()) && tensor.quant.scale() > 0;
}

GridHistogram::Grid GridOf(const TensorInfo& tensor) {
  if (!HasOneScale(tensor)) return {};
  return {static_cast<double>(tensor.quant.scale()), tensor.quant.zero_point() + 0.5, 0};
}

size_t ChannelsOf(const Shape& shape) {
  return shape.rank() > 1 && shape.last_dim() > 1 ? static_cast<size_t>(shape.last_dim()) : 0;
}

// Eight-bit codes with one scale are counted without a detour over real values.
bool HasByteCodes(const TensorInfo& tensor) {
  return HasOneScale(tensor) && (tensor.dtype == DType::kInt8 || tensor.dtype == DType::kUInt8);
}

// counts[i]: of the type's i-th code; of int8 it is the byte i with its highest bit turned.
std::array<int64_t, 256> InCodeOrder(const std::array<int64_t, 256>& of_bytes, DType dtype) {
  std::array<int64_t, 256> counts{};
  const size_t turn = dtype == DType::kInt8 ? 0x80U : 0U;
  for (size_t byte = 0; byte < counts.size(); ++byte) counts[byte ^ turn] = of_bytes[byte];
  return counts;
}

// Lists of every channel's extremes as what a report keeps.
ChannelRanges Grouped(std::span<const float> min, std::span<const float> max,
                      std::span<const float> scales) {
  ChannelRanges ranges;
  ranges.channels = static_cast<int64_t>(min.size());
  ranges.group = (ranges.channels + kMostEntries - 1) / kMostEntries;
  const auto group = static_cast<size_t>(ranges.group);
  for (size_t from = 0; from < min.size(); from += group) {
    const size_t to = std::min(from + group, min.size());
    const auto low = *std::min_element(min.begin() + static_cast<std::ptrdiff_t>(from),
                                       min.begin() + static_cast<std::ptrdiff_t>(to));
    const auto high = *std::max_element(max.begin() + static_cast<std::ptrdiff_t>(from),
                                        max.begin() + static_cast<std::ptrdiff_t>(to));
    ranges.min.push_back(Rounded(static_cast<double>(low)));
    ranges.max.push_back(Rounded(static_cast<double>(high)));
    if (scales.empty()) continue;
    float largest = 0;
    for (size_t c = from; c < to; ++c) largest = std::max(largest, scales[c]);
    ranges.scale.push_back(Rounded(static_cast<double>(largest)));
  }
  return ranges;
}

// Axis of the output channels of input 1; -1 for operators without weights.
int WeightAxis(const OpNode& op) {
  switch (op.code) {
    case OpCode::kCONV_2D:
    case OpCode::kTRANSPOSE_CONV:
    case OpCode::kFULLY_CONNECTED: return 0;
    case OpCode::kDEPTHWISE_CONV_2D: return 3;
    default: return -1;
  }
}

// The weights behind a variant's operator, dequantized; absent where it has none, or where they are
// not quantized.
std::optional<ChannelRanges> WeightRanges(const Plan& variant, const OpNode& op) {
  const int axis = WeightAxis(op);
  if (axis < 0 || op.inputs.size() < 2 || op.inputs[1] < 0) return std::nullopt;
  const int tensor = op.inputs[1];
  const TensorInfo& info = variant.info(tensor);
  const Shape& shape = variant.shape(tensor);
  if (variant.constant(tensor).empty() || !info.quant.quantized() || axis >= shape.rank()) {
    return std::nullopt;
  }
  std::vector<float> reals(static_cast<size_t>(shape.num_elements()));
  if (!DequantizeTensor(variant.constant(tensor), info.dtype, shape, info.quant, reals)) {
    return std::nullopt;
  }
  size_t inner = 1;
  for (int k = axis + 1; k < shape.rank(); ++k) inner *= static_cast<size_t>(shape.dim(k));
  const auto channels = static_cast<size_t>(shape.dim(axis));
  if (channels == 0 || reals.empty()) return std::nullopt;
  std::vector<float> min(channels, kNothing);
  std::vector<float> max(channels, -kNothing);
  for (size_t i = 0; i < reals.size(); ++i) {
    const size_t c = i / inner % channels;
    min[c] = std::min(min[c], reals[i]);
    max[c] = std::max(max[c], reals[i]);
  }
  std::span<const float> scales = info.quant.scales;
  if (scales.size() != channels || info.quant.axis != axis) scales = {};
  ChannelRanges ranges = Grouped(min, max, scales);
  ranges.tensor = info.name;
  return ranges;
}

std::optional<TensorHistogram> HistogramOf(const TensorDetails& details) {
  GridHistogram reference = details.reference;
  GridHistogram variant = details.variant;
  reference.Align(variant);
  variant.Align(reference);
  if (reference.empty() && variant.empty()) return std::nullopt;
  int64_t first = reference.empty() ? variant.first() : reference.first();
  int64_t end = reference.empty() ? variant.end() : reference.end();
  if (!variant.empty()) {
    first = std::min(first, variant.first());
    end = std::max(end, variant.end());
  }
  TensorHistogram histogram;
  histogram.samples = details.samples;
  histogram.low = reference.EdgeOf(first);
  histogram.bin_width = reference.bin_width();
  histogram.reference = reference.CountsOf(first, end);
  histogram.variant = variant.CountsOf(first, end);
  return histogram;
}

}  // namespace

TensorDetailStats MakeTensorDetails(const Plan& reference, const Plan& variant,
                                    const Matching& matching) {
  TensorDetailStats stats;
  for (const TensorMatch& match : matching.matches) {
    const GridHistogram::Grid grid = GridOf(variant.info(match.variant));
    const size_t channels = ChannelsOf(reference.shape(match.reference));
    stats.push_back({GridHistogram(grid), GridHistogram(grid),
                     std::vector<float>(channels, kNothing),
                     std::vector<float>(channels, -kNothing), 0});
  }
  return stats;
}

void MergeTensorDetails(TensorDetailStats& into, const TensorDetailStats& part) {
  for (size_t i = 0; i < into.size(); ++i) {
    TensorDetails& details = into[i];
    const TensorDetails& other = part[i];
    details.reference.Merge(other.reference);
    details.variant.Merge(other.variant);
    details.samples += other.samples;
    for (size_t c = 0; c < details.channel_min.size(); ++c) {
      details.channel_min[c] = std::min(details.channel_min[c], other.channel_min[c]);
      details.channel_max[c] = std::max(details.channel_max[c], other.channel_max[c]);
    }
  }
}

DetailChoice ChooseDetails(int64_t elements, int64_t samples) {
  const int64_t wanted = std::max(kFewestSamples, kValuesCounted / std::max<int64_t>(elements, 1));
  const int64_t stride = std::max<int64_t>(1, samples / wanted);
  const int64_t looked_at = (samples + stride - 1) / stride;
  return {stride, std::max<int64_t>(1, looked_at * elements / kMostCounted)};
}

TensorDetailObserver::TensorDetailObserver(const Plan& reference, const Plan& variant,
                                           const Matching& matching, int64_t samples)
    : reference_(reference),
      variant_(variant),
      matching_(matching),
      match_of_tensor_(variant.subgraph().tensors.size(), -1),
      stats_(MakeTensorDetails(reference, variant, matching)) {
  for (size_t i = 0; i < matching.matches.size(); ++i) {
    const TensorMatch& match = matching.matches[i];
    match_of_tensor_[static_cast<size_t>(match.variant)] = static_cast<int>(i);
    codes_.emplace_back();
    choices_.push_back(ChooseDetails(variant.shape(match.variant).num_elements(), samples));
  }
}

TensorDetailObserver::Run TensorDetailObserver::RunOf(const DetailChoice& choice, size_t elements,
                                                      size_t columns) const {
  const auto parts = static_cast<size_t>(choice.parts);
  const auto part = static_cast<size_t>(sample_ / choice.stride) % parts;
  const size_t rows = elements / columns;
  const size_t first = part * rows / parts;
  const size_t end = (part + 1) * rows / parts;
  return {first * columns, (end - first) * columns};
}

void TensorDetailObserver::OnTensor(int /*op_index*/, const TensorView& tensor) {
  const int at = match_of_tensor_[static_cast<size_t>(tensor.index)];
  if (at < 0) return;
  const auto match = static_cast<size_t>(at);
  if (sample_ % choices_[match].stride != 0) return;
  const TensorInfo& info = *tensor.info;
  if (!IsNumeric(info.dtype)) return;
  TensorDetails& details = stats_[match];
  ++details.samples;
  const ReferenceTensor& reference = record_->tensor(matching_.matches[match].reference);
  const size_t channels = details.channel_min.size();
  const Run run = RunOf(choices_[match], reference.reals().size(), std::max<size_t>(channels, 1));
  const std::span<const float> reals = reference.reals().subspan(run.first, run.count);
  if (!reals.empty() && reference.sums().finite) {
    details.reference.Add(reals, static_cast<float>(reference.sums().min),
                          static_cast<float>(reference.sums().max));
  } else {
    details.reference.Add(reals);
  }
  if (channels > 0) {
    TrackColumns(reals, channels, details.channel_min.data(), details.channel_max.data());
  }
  if (HasByteCodes(info)) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(tensor.data.data());
    return CountBytes({bytes + run.first, run.count}, codes_[match].data());
  }
  reals_.resize(static_cast<size_t>(tensor.shape->num_elements()));
  DequantizeTensor(tensor.data, info.dtype, *tensor.shape, info.quant, reals_);
  details.variant.Add(std::span<const float>(reals_).subspan(run.first, run.count));
}

TensorDetailStats TensorDetailObserver::TakeStats() {
  for (size_t i = 0; i < stats_.size(); ++i) {
    const TensorInfo& info = variant_.info(matching_.matches[i].variant);
    if (!HasByteCodes(info)) continue;
    stats_[i].variant.AddCodes(InCodeOrder(codes_[i], info.dtype), CodeRangeOf(info.dtype).min);
    codes_[i].fill(0);
  }
  TensorDetailStats taken = MakeTensorDetails(reference_, variant_, matching_);
  std::swap(taken, stats_);
  return taken;
}

std::optional<double> KlDivergence(const TensorHistogram& histogram) {
  constexpr double kHalfACount = 0.5;
  const auto bins = static_cast<double>(histogram.reference.size());
  const auto total = [&](const std::vector<int64_t>& counts) {
    return static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  };
  const double n = total(histogram.reference);
  const double m = total(histogram.variant);
  if (n == 0 || m == 0) return std::nullopt;
  double sum = 0;
  for (size_t i = 0; i < histogram.reference.size(); ++i) {
    const double p =
        (static_cast<double>(histogram.reference[i]) + kHalfACount) / (n + kHalfACount * bins);
    const double q =
        (static_cast<double>(histogram.variant[i]) + kHalfACount) / (m + kHalfACount * bins);
    sum += p * std::log(p / q);
  }
  return sum;
}

void FinishTensorDetails(const Plan& reference, const Plan& variant, const Matching& matching,
                         const TensorDetailStats& stats, std::vector<TensorError>& rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const TensorMatch& match = matching.matches[i];
    TensorError& row = rows[i];
    row.histogram = HistogramOf(stats[i]);
    if (row.histogram) row.kl_divergence = KlDivergence(*row.histogram);
    const TensorDetails& details = stats[i];
    if (!details.channel_min.empty() && details.samples > 0) {
      row.channels = Grouped(details.channel_min, details.channel_max, {});
      row.channels->tensor = reference.info(match.reference).name;
    }
    if (match.variant_op < 0) continue;
    row.weights =
        WeightRanges(variant, variant.subgraph().ops[static_cast<size_t>(match.variant_op)]);
  }
}

}  // namespace quantgate
