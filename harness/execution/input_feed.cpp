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

// The types that CastTensor writes.
bool IsInteger(DType dtype) {
  switch (dtype) {
    case DType::kInt8:
    case DType::kUInt8:
    case DType::kInt16:
    case DType::kInt32:
    case DType::kInt64:
    case DType::kBool: return true;
    default: return false;
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

bool IsCode(DType dtype, const QuantParams& quant) {
  const bool type = dtype == DType::kInt8 || dtype == DType::kUInt8 || dtype == DType::kInt16;
  return type && quant.scales.size() == 1;
}

// Integers that mean no reals: indices, flags.
bool TakesStoredValues(const TensorInfo& input) {
  return IsInteger(input.dtype) && !input.quant.quantized();
}

// "1 input ('a')", "2 parts ('a', 'b')"; names that are empty are left out.
std::string Listed(const std::vector<std::string>& names, const std::string& noun) {
  std::string list;
  for (const std::string& name : names) {
    if (!name.empty()) list += (list.empty() ? "'" : ", '") + name + "'";
  }
  return std::to_string(names.size()) + " " + noun + (names.size() == 1 ? "" : "s") +
         (list.empty() ? "" : " (" + list + ")");
}

Error InputsDoNotFit(const Plan& plan, const std::vector<SamplePart>& parts) {
  std::vector<std::string> inputs;
  inputs.reserve(plan.subgraph().inputs.size());
  for (const int input : plan.subgraph().inputs) inputs.push_back(plan.info(input).name);
  std::vector<std::string> given;
  given.reserve(parts.size());
  for (const SamplePart& part : parts) given.push_back(part.name);
  return Error{
      .code = ErrorCode::kInput,
      .message = "the model has " + Listed(inputs, "input") + ", a sample of the data " +
                 Listed(given, "part"),
      .hint = "a .npy file for each input, as NAME=FILE or all in the order of the inputs"};
}

// The name of an input in the model's signatures, or that of its tensor.
bool IsCalled(const Plan& plan, int input, const std::string& name) {
  if (name.empty()) return false;
  if (plan.info(input).name == name) return true;
  for (const Signature& signature : plan.model().signatures) {
    if (signature.subgraph != 0) continue;
    for (const NamedTensor& named : signature.inputs) {
      if (named.tensor == input && named.name == name) return true;
    }
  }
  return false;
}

// For each input of the model, in their order, the part that feeds it.
Result<std::vector<size_t>> PartsOfInputs(const Plan& plan, const std::vector<SamplePart>& parts) {
  const std::vector<int>& inputs = plan.subgraph().inputs;
  if (inputs.size() != parts.size()) return InputsDoNotFit(plan, parts);
  std::vector<size_t> part_of;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto part = std::find_if(parts.begin(), parts.end(), [&](const SamplePart& p) {
      return IsCalled(plan, inputs[i], p.name);
    });
    const auto taken = static_cast<size_t>(part - parts.begin());
    if (part != parts.end() && std::find(part_of.begin(), part_of.end(), taken) == part_of.end()) {
      part_of.push_back(taken);
    } else if (parts[i].name.empty()) {
      part_of.push_back(i);
    } else {
      return InputsDoNotFit(plan, parts);
    }
  }
  return part_of;
}

Status CheckInput(const Plan& plan, int tensor, const SamplePart& part,
                  const Preprocessing& preprocessing) {
  const TensorInfo& input = plan.info(tensor);
  Error error{ErrorCode::kInput, "", {}, {}, input.name};
  if (plan.shape(tensor).num_elements() != part.shape.num_elements()) {
    error.message = "the model's input " + plan.shape(tensor).ToString() +
                    " does not take a sample of shape " + part.shape.ToString();
    if (part.shape.rank() == 0)
      error.hint = "the data's only axis counts samples of one value each";
    return error;
  }
  if (TakesStoredValues(input)) return OkStatus();
  if (input.dtype != DType::kFloat32 && !IsCode(input.dtype, input.quant)) {
    error.code = ErrorCode::kUnsupported;
    error.message = "input of type " + std::string(DTypeName(input.dtype)) +
                    (IsInteger(input.dtype)
                         ? " with a quantization that is not one scale of int8, uint8 or int16"
                         : "") +
                    " cannot be fed";
    return error;
  }
  for (const auto& list : {preprocessing.mean, preprocessing.std}) {
    if (list.size() == 1 || list.size() == static_cast<size_t>(part.channels())) continue;
    error.code = ErrorCode::kConfig;
    error.message = "preprocessing names " + std::to_string(list.size()) + " values for " +
                    std::to_string(part.channels()) + " channels";
    return error;
  }
  return OkStatus();
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
  const std::vector<SamplePart> parts = dataset.parts();
  QG_ASSIGN_OR_RETURN(const std::vector<size_t> part_of, PartsOfInputs(plan, parts));
  SampleReader reader(dataset, preprocessing);
  std::vector<Slot> slots;
  for (size_t i = 0; i < part_of.size(); ++i) {
    const int tensor = plan.subgraph().inputs[i];
    const SamplePart& part = parts[part_of[i]];
    QG_RETURN_IF_ERROR(CheckInput(plan, tensor, part, preprocessing));
    Slot slot{0, static_cast<size_t>(part.shape.num_elements()), plan.info(tensor).dtype,
              plan.info(tensor).quant};
    for (size_t before = 0; before < part_of[i]; ++before) {
      slot.first += static_cast<size_t>(parts[before].shape.num_elements());
    }
    if (TakesStoredValues(plan.info(tensor))) {
      reader.Read(0);
      QG_RETURN_IF_ERROR(
          CheckWhole(plan.info(tensor), reader.raws().subspan(slot.first, slot.values)));
    }
    slots.push_back(std::move(slot));
  }
  return InputFeed(std::move(reader), mode, std::move(slots));
}

void InputFeed::WriteInput(const SampleReader& sample, const Slot& slot,
                           std::span<std::byte> input) const {
  const auto part = [&](std::span<const float> values) {
    return values.subspan(slot.first, slot.values);
  };
  const std::span<const float> stored =
      part(mode_ == FeedMode::kRaw ? sample.raws() : sample.reals());
  if (slot.dtype == DType::kFloat32) {
    std::memcpy(input.data(), stored.data(), input.size());
  } else if (!IsCode(slot.dtype, slot.quant)) {
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
