#include "harness/inspection/model_inputs.h"

#include "datasets/npy.h"
#include "reference/core/file.h"

namespace quantgate {
namespace {

Result<std::vector<std::byte>> ReadNpyInput(const Plan& plan, const std::string& path) {
  QG_ASSIGN_OR_RETURN(NpyArray array, ReadNpy(path));
  const Subgraph& graph = plan.subgraph();
  const TensorInfo& info = graph.tensors[static_cast<size_t>(graph.inputs.front())];
  if (graph.inputs.size() != 1 || array.dtype != info.dtype) {
    return Error{.code = ErrorCode::kInput,
                 .message = "a .npy input of type " + std::string(DTypeName(array.dtype)) +
                            " for a model with " + std::to_string(graph.inputs.size()) +
                            " inputs, the first of type " + std::string(DTypeName(info.dtype)),
                 .file = path,
                 .hint = "a .bin file can hold several inputs; types must be equal"};
  }
  return std::move(array.values);
}

}  // namespace

Result<std::vector<std::byte>> ReadModelInputs(const Plan& plan, const std::string& path) {
  QG_ASSIGN_OR_RETURN(std::vector<std::byte> bytes,
                      IsNumpyPath(path) ? ReadNpyInput(plan, path) : ReadFile(path));
  const std::vector<int>& inputs = plan.subgraph().inputs;
  size_t wanted = 0;
  for (const int input : inputs) wanted += plan.byte_size(input);
  if (bytes.size() != wanted) {
    return Error{.code = ErrorCode::kInput,
                 .message = "holds " + std::to_string(bytes.size()) +
                            " bytes of values, the model's " + std::to_string(inputs.size()) +
                            " input(s) take " + std::to_string(wanted),
                 .file = path};
  }
  return bytes;
}

}  // namespace quantgate
