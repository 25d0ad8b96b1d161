#include "harness/execution/input_feed.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "reference/core/check.h"
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

// A C cast to an integer type, toward zero, made defined outside its range by clamping; NaN gives
// 0.
template <class Code>
void CastInto(std::span<const float> values, std::span<std::byte> out) {
  using Limits = std::numeric_limits<Code>;
  // The float next to a large type's maximum may lie above it: 2^31 for int32.
  const auto low = static_cast<float>(Limits::min());
  const auto high = static_cast<float>(Limits::max());
  auto* to = reinterpret_cast<Code*>(out.data());
  for (size_t i = 0; i < values.size(); ++i) {
    to[i] = std::isnan(values[i]) ? Code{0}
            : values[i] >= high   ? Limits::max()
            : values[i] <= low    ? Limits::min()
                                  : static_cast<Code>(values[i]);
  }
}

void CastTensor(std::span<const float> values, DType dtype, std::span<std::byte> out) {
  switch (dtype) {
    case DType::kInt8: return CastInto<int8_t>(values, out);
    case DType::kUInt8: return CastInto<uint8_t>(values, out);
    case DType::kInt16: return CastInto<int16_t>(values, out);
    case DType::kInt32: return CastInto<int32_t>(values, out);
    case DType::kInt64: return CastInto<int64_t>(values, out);
    case DType::kBool:
      for (size_t i = 0; i < values.size(); ++i) out[i] = static_cast<std::byte>(values[i] != 0);
      return;
    default: QG_CHECK(false);
  }
}

// Of the first sample; what comes later is cut off as a C cast does.
Status CheckWhole(const TensorInfo& input, std::span<const float> values) {
  for (const float value : values) {
    if (value == std::trunc(value)) continue;
    return Error{.code = ErrorCode::kInput,
                 .message = "the input takes " + std::string(DTypeName(input.dtype)) +
                            ", sample 0 of the data holds " + std::to_string(value),
                 .tensor = input.name};
  }
  return OkStatus();
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
  QG_ASSIGN_OR_RETURN(std::vector<InputSlot> slots,
                      MatchInputs(plan, dataset.parts(), preprocessing));
  SampleReader reader(dataset, preprocessing);
  for (size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].meaning != InputMeaning::kStored) continue;
    QG_RETURN_IF_ERROR(reader.Read(0));
    QG_RETURN_IF_ERROR(CheckWhole(plan.info(plan.subgraph().inputs[i]),
                                  reader.raws().subspan(slots[i].first, slots[i].values)));
  }
  return InputFeed(std::move(reader), mode, std::move(slots));
}

void InputFeed::WriteInput(const SampleReader& sample, const InputSlot& slot,
                           std::span<std::byte> input) const {
  const auto part = [&](std::span<const float> values) {
    return values.subspan(slot.first, slot.values);
  };
  const std::span<const float> stored =
      part(mode_ == FeedMode::kRaw ? sample.raws() : sample.reals());
  if (slot.meaning == InputMeaning::kReals) {
    std::memcpy(input.data(), stored.data(), input.size());
  } else if (slot.meaning == InputMeaning::kStored) {
    CastTensor(part(sample.raws()), slot.dtype, input);
  } else if (mode_ == FeedMode::kQuantize) {
    QuantizeTensor(stored, slot.quant, slot.dtype, input);
  } else if (mode_ == FeedMode::kTruncate) {
    std::vector<float> steps(stored.begin(), stored.end());
    for (float& step : steps) {
      step = step / slot.quant.scale() + static_cast<float>(slot.quant.zero_point());
    }
    CastTensor(steps, slot.dtype, input);
  } else {
    CastTensor(stored, slot.dtype, input);
  }
}

}  // namespace quantgate
