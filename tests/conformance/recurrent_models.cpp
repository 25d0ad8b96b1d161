// Operators that keep state: a sequence of several steps, run twice, so that the state of one step
// and of one run shows in the next.
#include <cmath>

#include "reference/model/op_options.h"
#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

using schema::ActivationFunctionType;

// Floats in [-limit, limit].
std::vector<std::byte> Reals(Choices& choices, int64_t count, float limit) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(limit * static_cast<float>(choices.Integer(-4096, 4096)) / 4096.0F);
  }
  return BytesOf(values);
}

std::vector<std::byte> Integers(Choices& choices, int32_t count, int32_t limit) {
  std::vector<int32_t> values;
  for (int32_t i = 0; i < count; ++i) values.push_back(Between(choices, -limit, limit));
  return BytesOf(values);
}

std::vector<std::byte> ShortIntegers(Choices& choices, int32_t count, int32_t low, int32_t high) {
  std::vector<int16_t> values;
  for (int32_t i = 0; i < count; ++i) {
    values.push_back(static_cast<int16_t>(Between(choices, low, high)));
  }
  return BytesOf(values);
}

std::vector<std::byte> SymmetricCodes(Choices& choices, int64_t count) {
  std::vector<std::byte> codes = choices.Values(DType::kInt8, count);
  for (std::byte& code : codes) {
    if (code == std::byte{0x80}) code = std::byte{0x81};
  }
  return codes;
}

enum class Form { kFloat, kHybrid, kInteger };

struct LstmModel {
  Choices& choices;
  Form form;
  OneOpModel op;
  int32_t batches = 1;
  int32_t inputs = 1;
  int32_t cells = 1;
  int32_t outputs = 1;
  bool cifg = false;
  bool peephole = false;
  bool projection = false;
  bool layer_norm = false;
  QuantParams input_quant{};
  QuantParams state_quant{};

  void AddMatrix(int32_t rows, int32_t columns) {
    const int64_t count = int64_t{rows} * columns;
    if (form == Form::kFloat) {
      op.AddConstant(DType::kFloat32, {rows, columns}, Reals(choices, count, 0.5F));
    } else {
      op.AddConstant(DType::kInt8, {rows, columns}, SymmetricCodes(choices, count),
                     PerTensor(static_cast<float>(choices.Integer(200, 1000)) / 131072.0F, 0));
    }
  }

  void AddPeephole(bool used) {
    if (!used) return op.AddNothing();
    if (form == Form::kInteger) {
      op.AddConstant(DType::kInt16, {cells}, ShortIntegers(choices, cells, -32767, 32767),
                     PerTensor(static_cast<float>(choices.Integer(100, 1000)) / 33554432.0F, 0));
    } else if (form == Form::kHybrid) {
      op.AddConstant(DType::kInt8, {cells}, SymmetricCodes(choices, cells),
                     PerTensor(static_cast<float>(choices.Integer(200, 1000)) / 131072.0F, 0));
    } else {
      op.AddConstant(DType::kFloat32, {cells}, Reals(choices, cells, 0.5F));
    }
  }

  void AddBias(int32_t length, bool used, int32_t limit) {
    if (!used) return op.AddNothing();
    if (form == Form::kInteger) {
      op.AddConstant(DType::kInt32, {length}, Integers(choices, length, limit),
                     PerTensor(0.0001F, 0));
    } else {
      op.AddConstant(DType::kFloat32, {length}, Reals(choices, length, 0.5F));
    }
  }

  void AddLayerNorm(bool used) {
    if (!used) return op.AddNothing();
    if (form == Form::kInteger) {
      op.AddConstant(DType::kInt16, {cells}, ShortIntegers(choices, cells, 100, 32767),
                     PerTensor(static_cast<float>(choices.Integer(1, 4)) / 32768.0F, 0));
    } else {
      op.AddConstant(DType::kFloat32, {cells}, Reals(choices, cells, 1));
    }
  }

  void AddStates() {
    const bool integer = form == Form::kInteger;
    op.AddState(integer ? DType::kInt8 : DType::kFloat32, {batches, outputs}, state_quant);
    op.AddState(
        integer ? DType::kInt16 : DType::kFloat32, {batches, cells},
        integer ? PerTensor(std::ldexp(1.0F, Between(choices, -14, -9)), 0) : QuantParams{});
  }

  void AddIntermediates() {
    for (int gate = 0; gate < 4; ++gate) {
      op.AddIntermediate(DType::kInt16,
                         PerTensor(static_cast<float>(choices.Integer(1, 8)) / 4096.0F, 0));
    }
    op.AddIntermediate(DType::kInt8,
                       projection ? PerTensor(static_cast<float>(choices.Integer(50, 100)) / 12800,
                                              Between(choices, -20, 20))
                                  : state_quant);
  }

  void Fill() {
    for (int gate = 0; gate < 4; ++gate) {
      if (gate == 0 && cifg) {
        op.AddNothing();
      } else {
        AddMatrix(cells, inputs);
      }
    }
    for (int gate = 0; gate < 4; ++gate) {
      if (gate == 0 && cifg) {
        op.AddNothing();
      } else {
        AddMatrix(cells, outputs);
      }
    }
    AddPeephole(peephole && !cifg);
    AddPeephole(peephole);
    AddPeephole(peephole);
    for (int gate = 0; gate < 4; ++gate) AddBias(cells, gate != 0 || !cifg, 10000);
    if (projection) {
      AddMatrix(outputs, cells);
    } else {
      op.AddNothing();
    }
    AddBias(outputs, projection && choices.Coin(), 2000);
    AddStates();
    if (layer_norm) {
      AddLayerNorm(!cifg);
      for (int gate = 1; gate < 4; ++gate) AddLayerNorm(true);
    }
    if (form == Form::kInteger) AddIntermediates();
    op.AddOutput(form == Form::kInteger ? DType::kInt8 : DType::kFloat32, state_quant);
  }
};

template <Form kForm>
OneOpModel Lstm(Choices& choices, DType) {
  schema::UnidirectionalSequenceLSTMOptionsT options;
  options.fused_activation_function = ActivationFunctionType::TANH;
  options.time_major = choices.Coin();
  options.cell_clip = choices.Coin() ? 0.7F : 0.0F;
  options.proj_clip = choices.Coin() ? 0.4F : 0.0F;
  options.asymmetric_quantize_inputs = kForm == Form::kHybrid && choices.Coin();
  LstmModel model{choices, kForm,
                  OneOpModel(OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM, MakeOptions(options), 3)};
  model.batches = Between(choices, 1, 3);
  model.inputs = Between(choices, 1, 9);
  model.cells = Between(choices, 1, 20);
  model.cifg = choices.Coin();
  model.layer_norm = choices.Integer(0, 3) == 0;
  model.projection = choices.Coin();
  // The real runtime reads as many peepholes as there are outputs where it should read as many as
  // there are cells; both are equal without a projection.
  model.peephole = choices.Coin();
  model.outputs = model.projection && !model.peephole ? Between(choices, 1, 12) : model.cells;
  if (kForm == Form::kInteger) {
    model.input_quant = PerTensor(static_cast<float>(choices.Integer(1, 50)) / 2048.0F,
                                  Between(choices, -128, 127));
    model.state_quant = PerTensor(static_cast<float>(choices.Integer(50, 100)) / 12800.0F,
                                  Between(choices, -20, 20));
  }
  std::vector<int32_t> dims = {model.batches, Between(choices, 1, 5), model.inputs};
  if (options.time_major) std::swap(dims[0], dims[1]);
  if (kForm == Form::kInteger) {
    model.op.AddInput(DType::kInt8, dims, model.input_quant,
                      choices.Values(DType::kInt8, Elements(dims)));
  } else {
    model.op.AddInput(DType::kFloat32, dims, {}, Reals(choices, Elements(dims), 2));
  }
  model.Fill();
  return model.op;
}

template <Form kForm>
OneOpModel Svdf(Choices& choices, DType) {
  constexpr bool kInteger = kForm == Form::kInteger;
  schema::SVDFOptionsT options;
  options.rank = Between(choices, 1, 3);
  options.asymmetric_quantize_inputs = kForm == Form::kHybrid && choices.Coin();
  options.fused_activation_function =
      kInteger || choices.Coin() ? ActivationFunctionType::RELU : ActivationFunctionType::NONE;
  OneOpModel op(OpCode::kSVDF, MakeOptions(options), 3);
  const int32_t batches = Between(choices, 1, 3);
  const int32_t inputs = Between(choices, 1, 9);
  const int32_t units = Between(choices, 1, 6);
  const int32_t filters = units * options.rank;
  const int32_t memory = Between(choices, 1, 8);
  const auto scale = [&] { return static_cast<float>(choices.Integer(200, 1000)) / 65536.0F; };
  const QuantParams in = kInteger ? PerTensor(scale(), Between(choices, -128, 127)) : QuantParams{};
  const std::vector<int32_t> dims = {batches, inputs};
  if (kInteger) {
    op.AddInput(DType::kInt8, dims, in, choices.Values(DType::kInt8, Elements(dims)));
  } else {
    op.AddInput(DType::kFloat32, dims, {}, Reals(choices, Elements(dims), 2));
  }
  const int64_t features = int64_t{filters} * inputs;
  const int64_t times = int64_t{filters} * memory;
  if (kForm == Form::kFloat) {
    op.AddConstant(DType::kFloat32, {filters, inputs}, Reals(choices, features, 1));
    op.AddConstant(DType::kFloat32, {filters, memory}, Reals(choices, times, 1));
  } else {
    op.AddConstant(DType::kInt8, {filters, inputs}, SymmetricCodes(choices, features),
                   PerTensor(scale(), 0));
    if (kInteger) {
      op.AddConstant(DType::kInt16, {filters, memory},
                     ShortIntegers(choices, static_cast<int32_t>(times), -32767, 32767),
                     PerTensor(scale() / 256, 0));
    } else {
      op.AddConstant(DType::kInt8, {filters, memory}, SymmetricCodes(choices, times),
                     PerTensor(scale(), 0));
    }
  }
  if (choices.Coin()) {
    op.AddNothing();
  } else if (kInteger) {
    op.AddConstant(DType::kInt32, {units}, Integers(choices, units, 1 << 20), PerTensor(1e-6F, 0));
  } else {
    op.AddConstant(DType::kFloat32, {units}, Reals(choices, units, 1));
  }
  op.AddState(kInteger ? DType::kInt16 : DType::kFloat32, {batches, filters * memory},
              kInteger ? PerTensor(scale() / 64, 0) : QuantParams{});
  op.AddOutput(kInteger ? DType::kInt8 : DType::kFloat32,
               kInteger ? PerTensor(scale() * 2, Between(choices, -128, 127)) : QuantParams{});
  return op;
}

template <Form kForm>
OneOpModel Rnn(Choices& choices, DType) {
  schema::SequenceRNNOptionsT options;
  constexpr ActivationFunctionType kAll[] = {
      ActivationFunctionType::TANH, ActivationFunctionType::RELU, ActivationFunctionType::RELU6};
  options.fused_activation_function = kAll[choices.Integer(0, 2)];
  options.time_major = choices.Coin();
  options.asymmetric_quantize_inputs = kForm == Form::kHybrid && choices.Coin();
  OneOpModel op(OpCode::kUNIDIRECTIONAL_SEQUENCE_RNN, MakeOptions(options), 3);
  const int32_t batches = Between(choices, 1, 3);
  const int32_t inputs = Between(choices, 1, 9);
  const int32_t units = Between(choices, 1, 12);
  std::vector<int32_t> dims = {batches, Between(choices, 1, 5), inputs};
  if (options.time_major) std::swap(dims[0], dims[1]);
  op.AddInput(DType::kFloat32, dims, {}, Reals(choices, Elements(dims), 1));
  for (const int32_t columns : {inputs, units}) {
    const int64_t count = int64_t{units} * columns;
    if (kForm == Form::kFloat) {
      op.AddConstant(DType::kFloat32, {units, columns}, Reals(choices, count, 0.3F));
    } else {
      op.AddConstant(DType::kInt8, {units, columns}, SymmetricCodes(choices, count),
                     PerTensor(static_cast<float>(choices.Integer(100, 300)) / 131072.0F, 0));
    }
  }
  op.AddConstant(DType::kFloat32, {units}, Reals(choices, units, 0.5F));
  op.AddState(DType::kFloat32, {batches, units}, {});
  op.AddOutput(DType::kFloat32, {});
  return op;
}

}  // namespace

std::vector<OpCase> RecurrentCases() {
  constexpr double kOrder = 2e-5;  // sums in another order, other exponentials
  constexpr double kOneCode =
      1e-2;  // which can move a code of the state quantized in the next step
  return {
      {"UNIDIRECTIONAL_SEQUENCE_LSTM", DType::kFloat32, &Lstm<Form::kFloat>, kOrder},
      {"UNIDIRECTIONAL_SEQUENCE_LSTM_HYBRID", DType::kFloat32, &Lstm<Form::kHybrid>, kOneCode},
      {"UNIDIRECTIONAL_SEQUENCE_LSTM", DType::kInt8, &Lstm<Form::kInteger>, 0},
      {"UNIDIRECTIONAL_SEQUENCE_RNN", DType::kFloat32, &Rnn<Form::kFloat>, kOrder},
      {"UNIDIRECTIONAL_SEQUENCE_RNN_HYBRID", DType::kFloat32, &Rnn<Form::kHybrid>, kOneCode},
      {"SVDF", DType::kFloat32, &Svdf<Form::kFloat>, kOrder},
      {"SVDF_HYBRID", DType::kFloat32, &Svdf<Form::kHybrid>, kOrder},
      {"SVDF", DType::kInt8, &Svdf<Form::kInteger>, 0},
  };
}

}  // namespace quantgate
