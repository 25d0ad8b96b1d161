#include "harness/execution/input_slots.h"

#include <algorithm>
#include <optional>

namespace quantgate {
namespace {

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

// Nothing for what cannot be fed.
std::optional<InputMeaning> MeaningOf(const TensorInfo& input) {
  if (input.dtype == DType::kFloat32) return InputMeaning::kReals;
  if (!IsInteger(input.dtype)) return std::nullopt;
  if (!input.quant.quantized()) return InputMeaning::kStored;
  const bool codes =
      input.dtype == DType::kInt8 || input.dtype == DType::kUInt8 || input.dtype == DType::kInt16;
  if (codes && input.quant.scales.size() == 1) return InputMeaning::kCodes;
  return std::nullopt;
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

std::vector<std::string> NamesOf(const std::vector<SamplePart>& parts) {
  std::vector<std::string> names;
  names.reserve(parts.size());
  for (const SamplePart& part : parts) names.push_back(part.name);
  return names;
}

Error InputsDoNotFit(const Plan& plan, const std::vector<SamplePart>& parts) {
  std::vector<std::string> inputs;
  inputs.reserve(plan.subgraph().inputs.size());
  for (const int input : plan.subgraph().inputs) inputs.push_back(plan.info(input).name);
  return Error{
      .code = ErrorCode::kInput,
      .message = "the model has " + Listed(inputs, "input") + ", a sample of the data " +
                 Listed(NamesOf(parts), "part"),
      .hint =
          "an array for each input: .npy files or FILE.npz/ARRAY, as NAME=FILE or all in the "
          "order of the inputs"};
}

// The name of an input in the model's signatures, or that of its tensor.
bool IsCalled(const Plan& plan, int input, const std::string& name) {
  if (name.empty()) return false;
  if (plan.info(input).name == name) return true;
  for (const Signature& signature : plan.model().signatures) {
    if (signature.subgraph != plan.model().main_index) continue;
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
  const std::optional<InputMeaning> meaning = MeaningOf(input);
  if (!meaning) {
    error.code = ErrorCode::kUnsupported;
    error.message = "input of type " + std::string(DTypeName(input.dtype)) +
                    (IsInteger(input.dtype)
                         ? " with a quantization that is not one scale of int8, uint8 or int16"
                         : "") +
                    " cannot be fed";
    return error;
  }
  const Preprocessing own = preprocessing.Of(part.name);
  if (*meaning == InputMeaning::kStored || own.Fits(part.channels())) return OkStatus();
  error.code = ErrorCode::kConfig;
  error.message = "preprocessing names " +
                  std::to_string(std::max(own.mean.size(), own.std.size())) + " values for " +
                  std::to_string(part.channels()) + " channels";
  return error;
}

// Whether what the preprocessing names is there.
Status CheckPartsOf(const Preprocessing& preprocessing, const std::vector<SamplePart>& parts) {
  for (const PartPreprocessing& own : preprocessing.parts) {
    const bool known = std::any_of(parts.begin(), parts.end(),
                                   [&](const SamplePart& part) { return part.name == own.name; });
    if (known) continue;
    return Error{.code = ErrorCode::kConfig,
                 .message = "mean and std are named for '" + own.name +
                            "', a sample of the data has " + Listed(NamesOf(parts), "part"),
                 .hint = "parts have the names that NAME=FILE or an archive's arrays give them"};
  }
  return OkStatus();
}

}  // namespace

Result<std::vector<InputSlot>> MatchInputs(const Plan& plan, const std::vector<SamplePart>& parts,
                                           const Preprocessing& preprocessing) {
  QG_RETURN_IF_ERROR(CheckPartsOf(preprocessing, parts));
  QG_ASSIGN_OR_RETURN(const std::vector<size_t> part_of, PartsOfInputs(plan, parts));
  std::vector<InputSlot> slots;
  for (size_t i = 0; i < part_of.size(); ++i) {
    const int tensor = plan.subgraph().inputs[i];
    const TensorInfo& input = plan.info(tensor);
    const SamplePart& part = parts[part_of[i]];
    QG_RETURN_IF_ERROR(CheckInput(plan, tensor, part, preprocessing));
    InputSlot slot{0, static_cast<size_t>(part.shape.num_elements()), *MeaningOf(input),
                   input.dtype, input.quant};
    for (size_t before = 0; before < part_of[i]; ++before) {
      slot.first += static_cast<size_t>(parts[before].shape.num_elements());
    }
    slots.push_back(std::move(slot));
  }
  return slots;
}

}  // namespace quantgate
