#include "tests/conformance/one_op_model.h"

#include <algorithm>
#include <cmath>

#include "reference/interpreter/interpreter.h"
#include "reference/model/op_options.h"
#include "reference/model/tflite_writer.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

Shape ShapeOf(const std::vector<int32_t>& dims) { return *Shape::Make(dims); }

// The first element that differs by more than the tolerance.
std::string CompareValues(DType dtype, std::span<const std::byte> mine,
                          std::span<const std::byte> real, double float_tolerance) {
  const size_t count = mine.size() * 8 / static_cast<size_t>(DTypeBits(dtype));
  double peak = 0;
  for (size_t i = 0; i < count; ++i) {
    const double value = std::abs(ReadElement(real, dtype, i));
    if (std::isfinite(value)) peak = std::max(peak, value);
  }
  // Below the floor the approximations of exponentials end in zeros and subnormals.
  constexpr double kFloor = 1e-12;
  const double allowed = dtype == DType::kFloat32 ? float_tolerance * std::max(peak, kFloor) : 0;
  for (size_t i = 0; i < count; ++i) {
    const double a = ReadElement(mine, dtype, i);
    const double b = ReadElement(real, dtype, i);
    if (a == b || std::abs(a - b) <= allowed || (std::isnan(a) && std::isnan(b))) continue;
    return "element " + std::to_string(i) + " of " + std::to_string(count) + " is " +
           std::to_string(a) + ", the real one " + std::to_string(b);
  }
  return "";
}

std::string CompareOutput(const Plan& plan, const Interpreter& ours, const TfliteSession& theirs,
                          size_t o, double float_tolerance) {
  const int tensor = plan.subgraph().outputs[o];
  const std::string name = "output " + std::to_string(o) + ": ";
  const Shape want = ShapeOf(theirs.output_dims(o));
  if (plan.shape(tensor) != want) {
    return name + "shape " + plan.shape(tensor).ToString() + " is not " + want.ToString();
  }
  const DType dtype = plan.subgraph().tensors[static_cast<size_t>(tensor)].dtype;
  if (dtype != theirs.output_dtype(o)) return name + "types differ";
  const auto mine = ours.output(o);
  const auto real = theirs.output(o);
  if (mine.size() != real.size()) return name + "sizes differ";
  if (std::equal(mine.begin(), mine.end(), real.begin())) return "";
  const std::string difference = CompareValues(dtype, mine, real, float_tolerance);
  return difference.empty() ? "" : name + difference + ", shape " + want.ToString();
}

}  // namespace

int64_t Choices::Integer(int64_t low, int64_t high) {
  const auto count = static_cast<uint64_t>(high - low) + 1;
  uint64_t draw = 0;
  if (!replays_) {
    draw = engine_();
  } else if (draws_.size() < replayed_.size()) {
    draw = replayed_[draws_.size()];
  }
  if (count != 0) draw %= count;
  draws_.push_back(draw);
  return low + static_cast<int64_t>(draw);
}

std::vector<int32_t> Choices::Extents(int rank, int32_t low, int32_t high) {
  std::vector<int32_t> dims;
  for (int k = 0; k < rank; ++k) dims.push_back(static_cast<int32_t>(Integer(low, high)));
  return dims;
}

std::vector<std::byte> Choices::Values(DType dtype, int64_t elements) {
  std::vector<std::byte> bytes(static_cast<size_t>(elements * DTypeBits(dtype) / 8));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(Integer(0, 255));
  for (size_t i = 0; dtype == DType::kFloat32 && i < bytes.size(); i += sizeof(float)) {
    const float value = static_cast<float>(Integer(-1 << 20, 1 << 20)) / 4096.0F;
    std::memcpy(&bytes[i], &value, sizeof(float));
  }
  for (size_t i = 0; dtype == DType::kBool && i < bytes.size(); ++i) bytes[i] &= std::byte{1};
  return bytes;
}

OneOpModel::OneOpModel(OpCode code, std::shared_ptr<const OpOptions> options, int version) {
  model_.subgraphs.emplace_back();
  model_.buffers.emplace_back();
  OpNode node;
  node.code = code;
  node.version = version;
  node.options = options ? std::move(options) : std::make_shared<const OpOptions>();
  model_.subgraphs[0].ops.push_back(std::move(node));
}

int OneOpModel::AddTensor(DType dtype, const std::vector<int32_t>& dims, const QuantParams& quant) {
  Subgraph& graph = model_.subgraphs[0];
  TensorInfo tensor;
  tensor.name = "t" + std::to_string(graph.tensors.size());
  tensor.dtype = dtype;
  tensor.shape = ShapeOf(dims);
  tensor.quant = quant;
  graph.tensors.push_back(std::move(tensor));
  return static_cast<int>(graph.tensors.size()) - 1;
}

void OneOpModel::AddInput(DType dtype, const std::vector<int32_t>& dims, const QuantParams& quant,
                          std::vector<std::byte> value) {
  const int tensor = AddTensor(dtype, dims, quant);
  model_.subgraphs[0].inputs.push_back(tensor);
  model_.subgraphs[0].ops[0].inputs.push_back(tensor);
  values_.push_back(std::move(value));
}

void OneOpModel::AddConstant(DType dtype, const std::vector<int32_t>& dims,
                             std::vector<std::byte> value, const QuantParams& quant) {
  const int tensor = AddTensor(dtype, dims, quant);
  model_.subgraphs[0].tensors.back().buffer = static_cast<int>(model_.buffers.size());
  model_.buffers.emplace_back(std::move(value));
  model_.subgraphs[0].ops[0].inputs.push_back(tensor);
}

void OneOpModel::AddIntegers(const std::vector<int32_t>& dims, const std::vector<int32_t>& values) {
  AddConstant(DType::kInt32, dims, BytesOf(values));
}

void OneOpModel::AddIntegers64(const std::vector<int32_t>& dims,
                               const std::vector<int64_t>& values) {
  AddConstant(DType::kInt64, dims, BytesOf(values));
}

void OneOpModel::AddState(DType dtype, const std::vector<int32_t>& dims, const QuantParams& quant) {
  const int tensor = AddTensor(dtype, dims, quant);
  model_.subgraphs[0].tensors.back().is_variable = true;
  model_.subgraphs[0].ops[0].inputs.push_back(tensor);
  has_state_ = true;
}

void OneOpModel::AddNothing() { model_.subgraphs[0].ops[0].inputs.push_back(-1); }

void OneOpModel::AddIntermediate(DType dtype, const QuantParams& quant) {
  const int tensor = AddTensor(dtype, {1}, quant);
  model_.subgraphs[0].ops[0].intermediates.push_back(tensor);
}

void OneOpModel::AddOutput(DType dtype, const QuantParams& quant) {
  const int tensor = AddTensor(dtype, {1}, quant);  // both runtimes find the shape themselves
  model_.subgraphs[0].outputs.push_back(tensor);
  model_.subgraphs[0].ops[0].outputs.push_back(tensor);
}

void OneOpModel::SetCustom(const std::string& code, const std::vector<uint8_t>& options) {
  OpNode& node = model_.subgraphs[0].ops[0];
  node.code = OpCode::kCUSTOM;
  node.custom_code = code;
  node.custom_options = options;
}

std::string Difference(const OneOpModel& op, TfliteLibrary& library, double float_tolerance,
                       const Sides& sides) {
  return Difference(op.model(), op.values(), op.has_state() ? 2 : 1, library, float_tolerance,
                    sides);
}

std::string Difference(const Model& model, const std::vector<std::vector<std::byte>>& values,
                       int runs, TfliteLibrary& library, double float_tolerance,
                       const Sides& sides) {
  const std::vector<std::vector<std::vector<std::byte>>> all(static_cast<size_t>(runs), values);
  return Difference(model, all, library, float_tolerance, sides);
}

std::string Difference(const Model& model,
                       const std::vector<std::vector<std::vector<std::byte>>>& runs,
                       TfliteLibrary& library, double float_tolerance, const Sides& sides) {
  const auto plan = Plan::Make(std::make_shared<const Model>(model),
                               {.profile = sides.profile, .deferred = true});
  if (!plan.ok()) return "does not run here: " + plan.error().ToString();
  const std::vector<std::byte> bytes = WriteModel(model);
  auto session = library.Load(bytes, {.delegate = sides.delegate});
  if (!session.ok()) {
    return sides.delegate == TfliteDelegate::kNone ? session.error().ToString() : kRefused;
  }
  if (sides.delegated != nullptr) *sides.delegated = (*session)->delegated_ops() > 0;
  Interpreter ours(*plan, RunShapes::kAny);
  for (const auto& values : runs) {
    for (size_t i = 0; i < values.size(); ++i) {
      const std::vector<std::byte>& value = values[i];
      if (ours.input(i).size() != value.size() || (*session)->input(i).size() != value.size()) {
        return "input " + std::to_string(i) + " has another size";
      }
      if (value.empty()) continue;
      std::memcpy(ours.input(i).data(), value.data(), value.size());
      std::memcpy((*session)->input(i).data(), value.data(), value.size());
    }
    if (Status status = (*session)->Run(); !status.ok()) return kFailed;
    if (Status status = ours.Run(); !status.ok()) return status.error().ToString();
    for (size_t o = 0; o < model.main().outputs.size(); ++o) {
      std::string difference = CompareOutput(ours.plan(), ours, **session, o, float_tolerance);
      if (!difference.empty()) return difference;
    }
  }
  return "";
}

}  // namespace quantgate
