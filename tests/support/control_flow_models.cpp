#include "tests/support/control_flow_models.h"

#include "reference/model/op_options.h"
#include "tests/support/bytes.h"

namespace quantgate {
namespace {

// Builds one subgraph of a model.
class Part {
 public:
  Part(Model& model, const std::string& name) : model_(model) {
    model.subgraphs.emplace_back();
    graph().name = name;
  }

  int Tensor(DType dtype, const Shape& shape) {
    TensorInfo tensor;
    tensor.name = graph().name + std::to_string(graph().tensors.size());
    tensor.dtype = dtype;
    tensor.shape = shape;
    graph().tensors.push_back(std::move(tensor));
    return static_cast<int>(graph().tensors.size()) - 1;
  }
  int Input(DType dtype, const Shape& shape) {
    graph().inputs.push_back(Tensor(dtype, shape));
    return graph().inputs.back();
  }
  template <class T>
  int Constant(const std::vector<T>& values) {
    const int tensor = Tensor(DTypeOf<T>::value, Shape{static_cast<int32_t>(values.size())});
    graph().tensors.back().buffer = static_cast<int>(model_.buffers.size());
    model_.buffers.emplace_back(ToBytes(values));
    return tensor;
  }
  int Op(OpCode code, const std::vector<int>& inputs, const std::vector<int>& outputs,
         std::shared_ptr<const OpOptions> options = std::make_shared<const OpOptions>()) {
    OpNode node;
    node.code = code;
    node.inputs = inputs;
    node.outputs = outputs;
    node.options = std::move(options);
    graph().ops.push_back(std::move(node));
    return outputs.empty() ? -1 : outputs[0];
  }
  void Outputs(const std::vector<int>& tensors) { graph().outputs = tensors; }

 private:
  Subgraph& graph() { return model_.subgraphs[index_]; }

  Model& model_;
  size_t index_ = model_.subgraphs.size();
};

std::shared_ptr<const OpOptions> AddOptions() { return MakeOptions(schema::AddOptionsT()); }

// x op x over float tensors.
void AddTwin(Model& model, const std::string& name, OpCode code, const Shape& shape,
             std::shared_ptr<const OpOptions> options) {
  Part part(model, name);
  const int x = part.Input(DType::kFloat32, shape);
  part.Outputs({part.Op(code, {x, x}, {part.Tensor(DType::kFloat32, shape)}, std::move(options))});
}

int Handle(Part& part) {
  schema::VarHandleOptionsT options;
  options.shared_name = "sum";
  return part.Op(OpCode::kVAR_HANDLE, {}, {part.Tensor(DType::kResource, Shape{1})},
                 MakeOptions(options));
}

Model EmptyModel() {
  Model model;
  model.buffers.emplace_back();
  return model;
}

}  // namespace

Model IfModel() {
  Model model = EmptyModel();
  const Shape shape{2, 3};
  Part main(model, "main");
  const int condition = main.Input(DType::kBool, Shape{1});
  const int x = main.Input(DType::kFloat32, shape);
  schema::IfOptionsT options;
  options.then_subgraph_index = 1;
  options.else_subgraph_index = 2;
  main.Outputs({main.Op(OpCode::kIF, {condition, x}, {main.Tensor(DType::kFloat32, shape)},
                        MakeOptions(options))});
  AddTwin(model, "then", OpCode::kADD, shape, AddOptions());
  AddTwin(model, "else", OpCode::kMUL, shape, MakeOptions(schema::MulOptionsT()));
  return model;
}

Model WhileModel() {
  Model model = EmptyModel();
  Part main(model, "main");
  const int i = main.Input(DType::kInt32, Shape{1});
  const int x = main.Input(DType::kFloat32, Shape{3});
  const int last_i = main.Tensor(DType::kInt32, Shape{1});
  const int last_x = main.Tensor(DType::kFloat32, Shape{3});
  schema::WhileOptionsT options;
  options.cond_subgraph_index = 1;
  options.body_subgraph_index = 2;
  main.Op(OpCode::kWHILE, {i, x}, {last_i, last_x}, MakeOptions(options));
  main.Outputs({last_i, last_x});
  Part cond(model, "cond");
  const int cond_i = cond.Input(DType::kInt32, Shape{1});
  cond.Input(DType::kFloat32, Shape{3});
  const int five = cond.Constant(std::vector<int32_t>{5});
  cond.Outputs({cond.Op(OpCode::kLESS, {cond_i, five}, {cond.Tensor(DType::kBool, Shape{1})})});
  Part body(model, "body");
  const int body_i = body.Input(DType::kInt32, Shape{1});
  const int body_x = body.Input(DType::kFloat32, Shape{3});
  const int one = body.Constant(std::vector<int32_t>{1});
  const int factor = body.Constant(std::vector<float>{1.5F});
  const int next_i =
      body.Op(OpCode::kADD, {body_i, one}, {body.Tensor(DType::kInt32, Shape{1})}, AddOptions());
  const int next_x =
      body.Op(OpCode::kMUL, {body_x, factor}, {body.Tensor(DType::kFloat32, Shape{3})},
              MakeOptions(schema::MulOptionsT()));
  body.Outputs({next_i, next_x});
  return model;
}

Model VariableModel() {
  Model model = EmptyModel();
  const Shape shape{2};
  Part main(model, "main");
  const int x = main.Input(DType::kFloat32, shape);
  schema::CallOnceOptionsT once;
  once.init_subgraph_index = 1;
  main.Op(OpCode::kCALL_ONCE, {}, {}, MakeOptions(once));
  const int handle = Handle(main);
  const int old = main.Op(OpCode::kREAD_VARIABLE, {handle}, {main.Tensor(DType::kFloat32, shape)});
  const int sum =
      main.Op(OpCode::kADD, {old, x}, {main.Tensor(DType::kFloat32, shape)}, AddOptions());
  main.Op(OpCode::kASSIGN_VARIABLE, {handle, sum}, {});
  main.Outputs({sum});
  Part init(model, "init");
  const int init_handle = Handle(init);
  init.Op(OpCode::kASSIGN_VARIABLE, {init_handle, init.Constant(std::vector<float>{1, 2})}, {});
  return model;
}

Model CompositeModel() {
  Model model = EmptyModel();
  const Shape shape{2};
  Part main(model, "main");
  const int x = main.Input(DType::kFloat32, shape);
  auto options = std::make_shared<OpOptions>();
  schema::StableHLOCompositeOptionsT table;
  table.name = "twice";
  table.decomposition_subgraph_index = 1;
  options->second.Set(std::move(table));
  main.Outputs(
      {main.Op(OpCode::kSTABLEHLO_COMPOSITE, {x}, {main.Tensor(DType::kFloat32, shape)}, options)});
  AddTwin(model, "twice", OpCode::kADD, shape, AddOptions());
  return model;
}

}  // namespace quantgate
