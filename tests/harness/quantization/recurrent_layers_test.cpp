// What the quantizer writes for layers with memory; that the real library computes the same is
// shown by tests/conformance.
#include "harness/quantization/recurrent_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/calibration/calibrate.h"
#include "harness/quantization/quantizer.h"
#include "reference/model/op_options.h"
#include "reference/numeric/affine.h"
#include "reference/ops/lstm.h"
#include "reference/ops/op_spec.h"
#include "tests/support/bytes.h"
#include "tests/support/random.h"
#include "tests/support/recurrent_models.h"
#include "tests/support/run_model.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

TestDataset Samples(Random& random, const Model& model, int count) {
  const Shape& shape = model.main().tensors[0].shape;
  std::vector<int32_t> dims(shape.dims().begin() + 1, shape.dims().end());
  return {*Shape::Make(dims), random.Floats(count * shape.num_elements(), -1, 1)};
}

Ranges RangesOf(const Model& model, const TestDataset& dataset) {
  ObservationInput input;
  input.plan = *Plan::Make(std::make_shared<const Model>(model));
  input.dataset = &dataset;
  input.threads = 2;
  const auto observation = Observe(input);
  EXPECT_TRUE(observation.ok()) << observation.error().ToString();
  return *EstimateRanges(*observation, {FindEstimator("minmax")});
}

QuantizationResult Quantized(const Model& model, const Ranges* ranges, const char* scheme) {
  QuantizeOptions options;
  options.scheme = FindScheme(scheme);
  auto made = QuantizeModel(model, ranges, options);
  if (!made.ok()) CheckFailed("quantize", made.error().ToString().c_str(), __FILE__, __LINE__);
  return std::move(*made);
}

std::vector<float> Run(const std::shared_ptr<const Model>& model, const std::vector<float>& x) {
  const TensorInfo& in = model->main().tensors[static_cast<size_t>(model->main().inputs[0])];
  const TensorInfo& out = model->main().tensors[static_cast<size_t>(model->main().outputs[0])];
  std::vector<std::byte> bytes(ByteSize(in.dtype, in.shape));
  if (in.dtype == DType::kFloat32) {
    bytes = ToBytes(x);
  } else {
    QuantizeTensor(x, in.quant, in.dtype, bytes);
  }
  const auto answer = RunModel(model, {bytes})[0];
  if (out.dtype == DType::kFloat32) return FromBytes<float>(answer);
  std::vector<float> reals(static_cast<size_t>(out.shape.num_elements()));
  EXPECT_TRUE(DequantizeTensor(answer, out.dtype, out.shape, out.quant, reals));
  return reals;
}

double SqnrDb(const Model& source, const std::shared_ptr<const Model>& made,
              const TestDataset& dataset) {
  const auto original = std::make_shared<const Model>(source);
  double signal = 0;
  double noise = 0;
  std::vector<float> x(static_cast<size_t>(dataset.sample_shape().num_elements()));
  for (int64_t i = 0; i < dataset.size(); ++i) {
    QG_CHECK(dataset.ReadRaw(i, x).ok());
    const auto want = Run(original, x);
    const auto got = Run(made, x);
    for (size_t k = 0; k < want.size(); ++k) {
      signal += std::pow(static_cast<double>(want[k]), 2);
      noise += std::pow(static_cast<double>(want[k]) - static_cast<double>(got[k]), 2);
    }
  }
  return 10 * std::log10(signal / noise);
}

TEST(RecurrentLayers, AnLstmsOperandsFollowTheSpec) {
  QG_SEED(20261128U);
  const Model source = LstmModel(random);
  const TestDataset dataset = Samples(random, source, 20);
  const Ranges ranges = RangesOf(source, dataset);
  const auto made = Quantized(source, &ranges, "int8");
  ASSERT_EQ(made.ops[0].kept_float, "");
  const Subgraph& graph = made.model->main();
  const OpNode& op = graph.ops[0];
  EXPECT_EQ(op.version, 3);
  const auto tensor = [&](size_t input) -> const TensorInfo& {
    return graph.tensors[static_cast<size_t>(op.inputs[input])];
  };
  const TensorInfo& output = graph.tensors[static_cast<size_t>(op.outputs[0])];
  EXPECT_EQ(output.dtype, DType::kInt8);
  EXPECT_EQ(output.quant.zero_point(), 0);
  EXPECT_EQ(tensor(kLstmOutputState).dtype, DType::kInt8);
  EXPECT_EQ(tensor(kLstmOutputState).quant, output.quant);
  EXPECT_TRUE(tensor(kLstmOutputState).is_variable);
  EXPECT_EQ(tensor(kLstmCellState).dtype, DType::kInt16);
  EXPECT_TRUE(tensor(kLstmCellState).is_variable);
  for (const LstmGateInputs& gate : kLstmGates) {
    EXPECT_EQ(tensor(gate.input_weights).dtype, DType::kInt8);
    EXPECT_EQ(tensor(gate.recurrent_weights).quant.zero_point(), 0);
    EXPECT_EQ(tensor(gate.bias).dtype, DType::kInt32);
    EXPECT_EQ(tensor(gate.bias).quant.scale(),
              tensor(kLstmInput).quant.scale() * tensor(gate.input_weights).quant.scale());
  }
  ASSERT_EQ(op.intermediates.size(), 5U);
  const TensorInfo& hidden = graph.tensors[static_cast<size_t>(op.intermediates[4])];
  EXPECT_EQ(hidden.dtype, DType::kInt8);
  EXPECT_EQ(hidden.quant, output.quant);
}

// The cell may be largest in the midst of a sequence; what it is at the end is another thing.
TEST(RecurrentLayers, TheCellsRangeIsThatOfAllSteps) {
  QG_SEED(20261129U);
  LstmShape form;
  form.steps = 12;
  const Model source = LstmModel(random, form);
  const int cell = source.main().ops[0].inputs[kLstmCellState];
  const TestDataset dataset = Samples(random, source, 30);
  const Ranges all = RangesOf(source, dataset);
  const TensorRange* whole = all.Find(cell);
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->values, 30 * form.steps * form.cells);
  // Sequences cut short end where the longer ones have been.
  double min = 0;
  double max = 0;
  for (int steps = 1; steps <= form.steps; ++steps) {
    Model shorter = source;
    for (TensorInfo& tensor : shorter.main().tensors) {
      if (tensor.name != "x" && tensor.name != "y") continue;
      tensor.shape = Shape{1, steps, tensor.shape.last_dim()};
    }
    std::vector<float> values;
    std::vector<float> x(static_cast<size_t>(dataset.sample_shape().num_elements()));
    for (int64_t i = 0; i < dataset.size(); ++i) {
      QG_CHECK(dataset.ReadRaw(i, x).ok());
      values.insert(values.end(), x.begin(), x.begin() + steps * form.inputs);
    }
    const Ranges ranges = RangesOf(shorter, TestDataset(Shape{steps, form.inputs}, values));
    min = std::min(min, ranges.Find(cell)->min);
    max = std::max(max, ranges.Find(cell)->max);
  }
  EXPECT_EQ(whole->min, min);
  EXPECT_EQ(whole->max, max);
}

TEST(RecurrentLayers, EveryFormIsCloseToItsFloatModel) {
  QG_SEED(20261130U);
  for (const bool cifg : {false, true}) {
    for (const bool peephole : {false, true}) {
      for (const int outputs : {8, 5}) {
        LstmShape form;
        form.cifg = cifg;
        form.peephole = peephole;
        form.outputs = outputs;
        const Model source = LstmModel(random, form);
        const TestDataset dataset = Samples(random, source, 20);
        const Ranges ranges = RangesOf(source, dataset);
        for (const char* scheme : {"int8", "int8-per-tensor", "int8-per-channel-dense", "int4"}) {
          const auto made = Quantized(source, &ranges, scheme);
          EXPECT_EQ(made.ops[0].kept_float, "") << scheme;
          EXPECT_GT(SqnrDb(source, made.model, dataset), 25) << scheme;
        }
      }
    }
  }
}

// What calibration observes is what these rules ask a range of.
TEST(RecurrentLayers, StatesAreThoseOfTheSpec) {
  for (const OpSpec& spec : AllOpSpecs()) {
    InputMask states = 0;
    if (const RecurrentRule* rule = FindRecurrentRule(spec.code)) {
      for (const RecurrentState& state : rule->states) {
        if (state.params != StateParams::kOfOutput) states |= InputMask{1} << state.input;
      }
    }
    EXPECT_EQ(spec.states, states) << OpCodeName(spec.code);
  }
}

TEST(RecurrentLayers, WhatStaysFloatSaysWhy) {
  QG_SEED(20261131U);
  const auto reason = [&](const Model& model, const char* scheme) {
    const Ranges ranges = RangesOf(model, Samples(random, model, 3));
    return Quantized(model, &ranges, scheme).ops[0].kept_float;
  };
  LstmShape normal;
  normal.layer_norm = true;
  EXPECT_THAT(reason(LstmModel(random, normal), "int8"), HasSubstr("layer normalization"));
  LstmShape relu;
  relu.activation = schema::ActivationFunctionType::RELU;
  EXPECT_THAT(reason(LstmModel(random, relu), "int8"), HasSubstr("TANH alone"));
  EXPECT_THAT(reason(LstmModel(random), "uint8"), HasSubstr("no uint8"));
  EXPECT_THAT(reason(LstmModel(random), "int16x8"), HasSubstr("no int16"));
  EXPECT_THAT(reason(LstmModel(random), "dynamic-range"), HasSubstr("has only 448 weights"));
  Model computed = LstmModel(random);
  computed.main().tensors[1].buffer = 0;
  computed.main().inputs.push_back(1);
  QuantizeOptions options;
  options.scheme = FindScheme("dynamic-range");
  const auto made = QuantizeModel(computed, nullptr, options);
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  EXPECT_THAT(made->ops[0].kept_float, HasSubstr("no dense float32 constant"));
}

TEST(RecurrentLayers, DynamicRangeHasIntegerWeightsAlone) {
  QG_SEED(20261132U);
  LstmShape form;
  form.cells = form.outputs = 40;
  form.peephole = true;
  const Model source = LstmModel(random, form);
  const TestDataset dataset = Samples(random, source, 10);
  const auto made = Quantized(source, nullptr, "dynamic-range");
  ASSERT_EQ(made.ops[0].kept_float, "");
  const Subgraph& graph = made.model->main();
  for (const LstmGateInputs& gate : kLstmGates) {
    const auto dtype = [&](size_t input) {
      return graph.tensors[static_cast<size_t>(graph.ops[0].inputs[input])].dtype;
    };
    EXPECT_EQ(dtype(gate.input_weights), DType::kInt8);
    EXPECT_EQ(dtype(gate.recurrent_weights), DType::kInt8);
    EXPECT_EQ(dtype(gate.bias), DType::kFloat32);
    if (gate.peephole == 0) continue;
    EXPECT_EQ(dtype(gate.peephole), DType::kInt8);
  }
  EXPECT_EQ(graph.tensors[0].dtype, DType::kFloat32);
  EXPECT_GT(SqnrDb(source, made.model, dataset), 30);
}

// Weights that a DEQUANTIZE makes floats of again, and for float16 biases too.
TEST(RecurrentLayers, WeightsAloneAreStoredSmaller) {
  QG_SEED(20261135U);
  const Model source = LstmModel(random);
  const TestDataset dataset = Samples(random, source, 10);
  for (const auto& [scheme, dtype, sqnr_db] : {std::tuple{"float16", DType::kFloat16, 60},
                                               {"weight-only-int8", DType::kInt8, 30},
                                               {"weight-only-int4", DType::kInt4, 10}}) {
    const auto made = Quantized(source, nullptr, scheme);
    ASSERT_EQ(made.ops[0].kept_float, "") << scheme;
    EXPECT_EQ(made.conversions, dtype == DType::kFloat16 ? 12 : 8) << scheme;
    int stored = 0;
    for (const TensorInfo& tensor : made.model->main().tensors) stored += tensor.dtype == dtype;
    EXPECT_EQ(stored, made.conversions) << scheme;
    EXPECT_GT(SqnrDb(source, made.model, dataset), sqnr_db) << scheme;
  }
}

TEST(RecurrentLayers, PowerOfTwoScalesHoldTheirRange) {
  EXPECT_EQ(PowerOfTwoScale(0), std::ldexp(1.0F, -15));
  EXPECT_EQ(PowerOfTwoScale(1), std::ldexp(1.0F, -15));
  EXPECT_EQ(PowerOfTwoScale(1.001), std::ldexp(1.0F, -14));
  EXPECT_EQ(PowerOfTwoScale(7.9), std::ldexp(1.0F, -12));
  EXPECT_EQ(PowerOfTwoScale(1e6), std::ldexp(1.0F, -9));  // the largest that kernels take
}

// Ten bits of time weights as long as 64 of them belong to a unit, fewer beyond: the sum of their
// products with 16-bit states stays below 2^30.
TEST(RecurrentLayers, AnSvdfsSumsFitIntoInt32) {
  QG_SEED(20261133U);
  for (const auto& [memory, rank] : {std::pair{8, 1}, {32, 2}, {40, 3}, {400, 5}}) {
    const Model source = SvdfModel(random, memory, rank);
    const TestDataset dataset = Samples(random, source, 30);
    const Ranges ranges = RangesOf(source, dataset);
    const auto made = Quantized(source, &ranges, "int8");
    ASSERT_EQ(made.ops[0].kept_float, "");
    const Subgraph& graph = made.model->main();
    const TensorInfo& time = graph.tensors[static_cast<size_t>(graph.ops[0].inputs[2])];
    ASSERT_EQ(time.dtype, DType::kInt16);
    int64_t largest = 0;
    for (const int16_t code : FromBytes<int16_t>(made.model->Constant(time))) {
      largest = std::max<int64_t>(largest, std::abs(code));
    }
    EXPECT_EQ(largest, std::min<int64_t>(511, (1 << 30) / (32767 * memory * rank)));
    EXPECT_LE(largest * 32767 * memory * rank, int64_t{1} << 30);
    EXPECT_GT(SqnrDb(source, made.model, dataset), memory * rank <= 64 ? 25 : 10);
  }
}

}  // namespace
}  // namespace quantgate
