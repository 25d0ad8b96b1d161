#include "harness/execution/input_feed.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

struct FeedModeRow {
  FeedMode mode;
  std::string_view name;
};
constexpr std::array kFeedModes = {
    FeedModeRow{FeedMode::kQuantize, "quantize"},
    FeedModeRow{FeedMode::kCast, "cast"},
    FeedModeRow{FeedMode::kRaw, "raw"},
    FeedModeRow{FeedMode::kTruncate, "truncate"},
};

// A C cast to the code type, toward zero, made defined outside its range by clamping.
template <class Code>
void CastInto(std::span<const float> values, DType dtype, std::span<std::byte> out) {
  const CodeRange codes = CodeRangeOf(dtype);
  auto* to = reinterpret_cast<Code*>(out.data());
  for (size_t i = 0; i < values.size(); ++i) {
    const float clamped =
        std::clamp(values[i], static_cast<float>(codes.min), static_cast<float>(codes.max));
    to[i] = std::isnan(clamped) ? Code{0} : static_cast<Code>(clamped);
  }
}

void CastTensor(std::span<const float> values, DType dtype, std::span<std::byte> out) {
  switch (dtype) {
    case DType::kInt8: return CastInto<int8_t>(values, dtype, out);
    case DType::kUInt8: return CastInto<uint8_t>(values, dtype, out);
    default: return CastInto<int16_t>(values, dtype, out);
  }
}

}  // namespace

std::string_view FeedModeName(FeedMode mode) { return kFeedModes[static_cast<size_t>(mode)].name; }

const FeedMode* FindFeedMode(std::string_view name) {
  for (const FeedModeRow& row : kFeedModes) {
    if (row.name == name) return &row.mode;
  }
  return nullptr;
}

Result<InputFeed> InputFeed::Make(const Plan& plan, const Dataset& dataset,
                                  const Preprocessing& preprocessing, FeedMode mode) {
  if (!plan.complete()) {
    return Error{ErrorCode::kUnsupported,
                 "the shapes of its tensors depend on computed values",
                 {},
                 static_cast<int>(plan.steps().size())};
  }
  return MakeForRun(plan, dataset, preprocessing, mode);
}

Result<InputFeed> InputFeed::MakeForRun(const Plan& plan, const Dataset& dataset,
                                        const Preprocessing& preprocessing, FeedMode mode) {
  const Subgraph& graph = plan.subgraph();
  if (graph.inputs.size() != 1) {
    return Error{ErrorCode::kUnsupported, "the model has " + std::to_string(graph.inputs.size()) +
                                              " inputs; a dataset feeds exactly one"};
  }
  const int index = graph.inputs[0];
  const TensorInfo& input = graph.tensors[static_cast<size_t>(index)];
  Error error{ErrorCode::kInput, "", {}, {}, input.name};
  if (plan.shape(index).num_elements() != dataset.sample_shape().num_elements()) {
    error.message = "the model's input " + plan.shape(index).ToString() +
                    " does not take a sample of shape " + dataset.sample_shape().ToString();
    return error;
  }
  const bool codes =
      input.dtype == DType::kInt8 || input.dtype == DType::kUInt8 || input.dtype == DType::kInt16;
  if (input.dtype != DType::kFloat32 && !(codes && input.quant.scales.size() == 1)) {
    error.code = ErrorCode::kUnsupported;
    error.message = "input of type " + std::string(DTypeName(input.dtype)) +
                    (codes ? " without one scale and zero point" : "") + " cannot be fed";
    return error;
  }
  const int channels = dataset.sample_shape().rank() > 0 ? dataset.sample_shape().last_dim() : 1;
  for (const auto& list : {preprocessing.mean, preprocessing.std}) {
    if (list.size() != 1 && list.size() != static_cast<size_t>(channels)) {
      error.code = ErrorCode::kConfig;
      error.message = "preprocessing names " + std::to_string(list.size()) + " values for " +
                      std::to_string(channels) + " channels";
      return error;
    }
  }
  return InputFeed(SampleReader(dataset, preprocessing), mode, input.dtype, input.quant);
}

InputFeed::InputFeed(SampleReader reader, FeedMode mode, DType dtype, QuantParams quant)
    : reader_(std::move(reader)), mode_(mode), dtype_(dtype), quant_(std::move(quant)) {}

void InputFeed::Fill(int64_t index, std::span<std::byte> input) {
  reader_.Read(index);
  Write(reader_, input);
}

void InputFeed::Write(const SampleReader& sample, std::span<std::byte> input) const {
  const std::span<const float> stored = mode_ == FeedMode::kRaw ? sample.raws() : sample.reals();
  if (dtype_ == DType::kFloat32) {
    std::memcpy(input.data(), stored.data(), input.size());
  } else if (mode_ == FeedMode::kQuantize) {
    QuantizeTensor(stored, quant_, dtype_, input);
  } else if (mode_ == FeedMode::kTruncate) {
    std::vector<float> steps(stored.begin(), stored.end());
    for (float& step : steps) {
      step = step / quant_.scale() + static_cast<float>(quant_.zero_point());
    }
    CastTensor(steps, dtype_, input);
  } else {
    CastTensor(stored, dtype_, input);
  }
}

}  // namespace quantgate
