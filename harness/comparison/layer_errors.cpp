#include "harness/comparison/layer_errors.h"

#include <cstdlib>

#include "reference/numeric/affine.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

bool HasCodes(const TensorInfo& tensor) {
  return IsQuantizedStorage(tensor.dtype) && tensor.quant.quantized() &&
         DTypeBits(tensor.dtype) >= 8;
}

int64_t CodesTotal(const TensorInfo& tensor) {
  if (!HasCodes(tensor)) return 0;
  const CodeRange codes = CodeRangeOf(tensor.dtype);
  return static_cast<int64_t>(codes.max) - codes.min + 1;
}

const TensorInfo& InfoOf(const Plan& plan, int tensor) {
  return plan.subgraph().tensors[static_cast<size_t>(tensor)];
}

ErrorStats::Bounds BoundsOf(const TensorInfo& tensor) {
  const CodeRange codes = CodeRangeOf(tensor.dtype);
  const float scale = tensor.quant.scale();
  const int32_t zero_point = tensor.quant.zero_point();
  return {Dequantize(codes.min, scale, zero_point), Dequantize(codes.max, scale, zero_point),
          scale / 2.0};
}

void MarkCodes(const TensorView& tensor, ErrorStats& stats) {
  const std::byte* data = tensor.data.data();
  switch (tensor.info->dtype) {
    case DType::kInt8:
      stats.MarkCodes<int8_t>({reinterpret_cast<const int8_t*>(data), tensor.data.size()});
      break;
    case DType::kUInt8:
      stats.MarkCodes<uint8_t>({reinterpret_cast<const uint8_t*>(data), tensor.data.size()});
      break;
    case DType::kInt16:
      stats.MarkCodes<int16_t>({reinterpret_cast<const int16_t*>(data), tensor.data.size() / 2});
      break;
    default: break;
  }
}

template <class Code>
bool UpdateFrom(const TensorView& tensor, const ReferenceTensor& reference, ErrorStats& stats) {
  const ErrorStats::Bounds bounds = BoundsOf(*tensor.info);
  const QuantParams& quant = tensor.info->quant;
  stats.UpdateCodes<Code>(reference,
                          {reinterpret_cast<const Code*>(tensor.data.data()), tensor.data.size()},
                          {quant.scale(), quant.zero_point()}, bounds);
  return true;
}

// The common case without a detour over real values: 8-bit codes, one scale.
bool UpdateFromCodes(const TensorView& tensor, const ReferenceTensor& reference,
                     ErrorStats& stats) {
  if (!HasCodes(*tensor.info) || tensor.info->quant.per_axis()) return false;
  constexpr int64_t kMostZeroPoint = kMostSteps - UINT8_MAX;
  if (std::abs(int64_t{tensor.info->quant.zero_point()}) > kMostZeroPoint) return false;
  switch (tensor.info->dtype) {
    case DType::kInt8: return UpdateFrom<int8_t>(tensor, reference, stats);
    case DType::kUInt8: return UpdateFrom<uint8_t>(tensor, reference, stats);
    default: return false;
  }
}

}  // namespace

ReferenceRecord::ReferenceRecord(const Plan& plan, bool views_last)
    : views_last_(views_last),
      tensors_(plan.subgraph().tensors.size()),
      copies_(plan.subgraph().tensors.size()) {}

void ReferenceRecord::OnTensor(int /*op_index*/, const TensorView& tensor) {
  const auto at = static_cast<size_t>(tensor.index);
  const auto count = static_cast<size_t>(tensor.shape->num_elements());
  if (views_last_ && tensor.info->dtype == DType::kFloat32) {
    tensors_[at] = ReferenceTensor({reinterpret_cast<const float*>(tensor.data.data()), count});
    return;
  }
  std::vector<float>& values = copies_[at];
  values.resize(count);
  DequantizeTensor(tensor.data, tensor.info->dtype, *tensor.shape, tensor.info->quant, values);
  tensors_[at] = ReferenceTensor(values);
}

LayerErrorStats MakeLayerErrorStats(const Plan& variant, const Matching& matching) {
  LayerErrorStats stats;
  for (const TensorMatch& match : matching.matches) {
    stats.emplace_back(CodesTotal(InfoOf(variant, match.variant)));
  }
  return stats;
}

void MergeLayerErrors(LayerErrorStats& into, const LayerErrorStats& part) {
  for (size_t i = 0; i < into.size(); ++i) into[i].Merge(part[i]);
}

LayerErrorObserver::LayerErrorObserver(const Plan& variant, const Matching& matching)
    : variant_(variant),
      matching_(matching),
      match_of_tensor_(variant.subgraph().tensors.size(), -1),
      stats_(MakeLayerErrorStats(variant, matching)) {
  for (size_t i = 0; i < matching.matches.size(); ++i) {
    match_of_tensor_[static_cast<size_t>(matching.matches[i].variant)] = static_cast<int>(i);
  }
}

void LayerErrorObserver::OnTensor(int /*op_index*/, const TensorView& tensor) {
  const int at = match_of_tensor_[static_cast<size_t>(tensor.index)];
  if (at < 0 || !IsNumeric(tensor.info->dtype)) return;
  const TensorMatch& match = matching_.matches[static_cast<size_t>(at)];
  ErrorStats& stats = stats_[static_cast<size_t>(at)];
  if (UpdateFromCodes(tensor, record_->tensor(match.reference), stats)) return;
  reals_.resize(static_cast<size_t>(tensor.shape->num_elements()));
  DequantizeTensor(tensor.data, tensor.info->dtype, *tensor.shape, tensor.info->quant, reals_);
  if (!HasCodes(*tensor.info)) {
    stats.Update(record_->tensor(match.reference), reals_, nullptr);
    return;
  }
  const ErrorStats::Bounds bounds = BoundsOf(*tensor.info);
  stats.Update(record_->tensor(match.reference), reals_, &bounds);
  MarkCodes(tensor, stats);
}

LayerErrorStats LayerErrorObserver::TakeStats() {
  LayerErrorStats taken = MakeLayerErrorStats(variant_, matching_);
  std::swap(taken, stats_);
  return taken;
}

std::vector<TensorError> FinishLayerErrors(const Plan& reference, const Plan& variant,
                                           const Matching& matching, const LayerErrorStats& stats) {
  std::vector<TensorError> rows;
  for (size_t i = 0; i < matching.matches.size(); ++i) {
    const TensorMatch& match = matching.matches[i];
    const TensorInfo& info = InfoOf(variant, match.variant);
    TensorError row;
    row.tensor = info.name;
    row.reference_tensor = InfoOf(reference, match.reference).name;
    row.tensor_index = match.variant;
    row.op_index = match.variant_op;
    row.op_type = match.variant_op < 0
                      ? "INPUT"
                      : variant.subgraph().ops[static_cast<size_t>(match.variant_op)].type_name();
    row.matched_by = match.matched_by;
    row.dtype = info.dtype;
    row.elements = variant.shape(match.variant).num_elements();
    int32_t first_code = 0;
    if (HasCodes(info)) {
      first_code = CodeRangeOf(info.dtype).min;
      const ErrorStats::Bounds bounds = BoundsOf(info);
      row.representable_min = bounds.low;
      row.representable_max = bounds.high;
      if (!info.quant.per_axis()) {
        row.scale = static_cast<double>(info.quant.scale());
        row.zero_point = info.quant.zero_point();
      }
    }
    stats[i].Finish(row, first_code);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace quantgate
