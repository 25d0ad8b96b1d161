#include "tests/support/model_builder.h"

#include "reference/model/op_options.h"

namespace quantgate {

ModelBuilder::ModelBuilder() {
  model_.subgraphs.emplace_back();
  model_.subgraphs[0].name = "main";
  model_.buffers.emplace_back();  // buffer 0 is empty by convention
}

int ModelBuilder::AddTensor(const std::string& name, DType dtype, const Shape& shape,
                            const QuantParams& quant) {
  TensorInfo tensor;
  tensor.name = name;
  tensor.dtype = dtype;
  tensor.shape = shape;
  tensor.quant = quant;
  model_.subgraphs[0].tensors.push_back(std::move(tensor));
  return static_cast<int>(model_.subgraphs[0].tensors.size()) - 1;
}

int ModelBuilder::AddInput(const std::string& name, DType dtype, const Shape& shape,
                           const QuantParams& quant) {
  const int index = AddTensor(name, dtype, shape, quant);
  model_.subgraphs[0].inputs.push_back(index);
  return index;
}

int ModelBuilder::AddConstantBytes(const std::string& name, DType dtype, const Shape& shape,
                                   std::vector<std::byte> bytes, const QuantParams& quant) {
  const int index = AddTensor(name, dtype, shape, quant);
  model_.subgraphs[0].tensors.back().buffer = static_cast<int>(model_.buffers.size());
  model_.buffers.emplace_back(std::move(bytes));
  return index;
}

int ModelBuilder::AddOp(OpCode code, const std::vector<int>& inputs,
                        const std::vector<int>& outputs, std::shared_ptr<const OpOptions> options) {
  OpNode node;
  node.code = code;
  node.inputs = inputs;
  node.outputs = outputs;
  node.options = options ? std::move(options) : std::make_shared<const OpOptions>();
  model_.subgraphs[0].ops.push_back(std::move(node));
  return static_cast<int>(model_.subgraphs[0].ops.size()) - 1;
}

Model ModelBuilder::Build(const std::vector<int>& outputs) const {
  Model model = model_;
  model.subgraphs[0].outputs = outputs;
  return model;
}

std::shared_ptr<const Model> ModelBuilder::Finish(const std::vector<int>& outputs) const {
  auto model = std::make_shared<const Model>(Build(outputs));
  if (const Status status = Validate(*model); !status.ok()) {
    CheckFailed("Validate(model)", status.error().ToString().c_str(), __FILE__, __LINE__);
  }
  return model;
}

}  // namespace quantgate
