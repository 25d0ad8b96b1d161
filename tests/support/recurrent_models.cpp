#include "tests/support/recurrent_models.h"

#include "reference/ops/lstm.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

struct LstmBuilder {
  Random& random;
  LstmShape form;
  ModelBuilder builder;
  std::vector<int> inputs;

  void Add(bool used, const Shape& shape, float limit = 0.5F) {
    const std::string name = "operand" + std::to_string(inputs.size());
    const int tensor =
        builder.AddConstant(name, shape, random.Floats(shape.num_elements(), -limit, limit));
    inputs.push_back(used ? tensor : -1);
  }
  Model Build() {
    const Shape vector{form.cells};
    const bool projection = form.outputs != form.cells;
    inputs = {builder.AddInput("x", DType::kFloat32, Shape{1, form.steps, form.inputs})};
    for (int gate = 0; gate < 4; ++gate) Add(gate > 0 || !form.cifg, {form.cells, form.inputs});
    for (int gate = 0; gate < 4; ++gate) Add(gate > 0 || !form.cifg, {form.cells, form.outputs});
    for (int gate = 0; gate < 3; ++gate) Add(form.peephole && (gate > 0 || !form.cifg), vector);
    for (int gate = 0; gate < 4; ++gate) Add(gate > 0 || !form.cifg, vector);
    Add(projection, {form.outputs, form.cells});
    Add(projection, {form.outputs});
    inputs.push_back(builder.AddTensor("h", DType::kFloat32, Shape{1, form.outputs}));
    inputs.push_back(builder.AddTensor("c", DType::kFloat32, Shape{1, form.cells}));
    for (int gate = 0; gate < 4; ++gate) Add(form.layer_norm && (gate > 0 || !form.cifg), vector);
    const int out = builder.AddTensor("y", DType::kFloat32, Shape{1, form.steps, form.outputs});
    schema::UnidirectionalSequenceLSTMOptionsT options;
    options.fused_activation_function = form.activation;
    builder.AddOp(OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM, inputs, {out},
                  MakeOptions(std::move(options)));
    Model model = builder.Build({out});
    for (const size_t state : {kLstmOutputState, kLstmCellState}) {
      model.main().tensors[static_cast<size_t>(inputs[state])].is_variable = true;
    }
    return model;
  }
};

}  // namespace

Model LstmModel(Random& random, const LstmShape& form) {
  return LstmBuilder{random, form, {}, {}}.Build();
}

Model SvdfModel(Random& random, int memory, int rank) {
  const int units = 4;
  const int inputs = 10;
  ModelBuilder builder;
  const int x = builder.AddInput("x", DType::kFloat32, Shape{1, inputs});
  const int feature = builder.AddConstant("feature", Shape{units * rank, inputs},
                                          random.Floats(int64_t{units} * rank * inputs, -1, 1));
  const int time = builder.AddConstant("time", Shape{units * rank, memory},
                                       random.Floats(int64_t{units} * rank * memory, -1, 1));
  const int bias = builder.AddConstant("bias", Shape{units}, random.Floats(units, -1, 1));
  const int state = builder.AddTensor("state", DType::kFloat32, Shape{1, units * rank * memory});
  const int y = builder.AddTensor("y", DType::kFloat32, Shape{1, units});
  schema::SVDFOptionsT options;
  options.rank = rank;
  options.fused_activation_function = schema::ActivationFunctionType::RELU;
  builder.AddOp(OpCode::kSVDF, {x, feature, time, bias, state}, {y},
                MakeOptions(std::move(options)));
  Model model = builder.Build({y});
  model.main().tensors[static_cast<size_t>(state)].is_variable = true;
  return model;
}

}  // namespace quantgate
