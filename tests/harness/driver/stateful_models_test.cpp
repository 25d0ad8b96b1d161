// Models with memory, through everything that runs a model on a dataset: samples are independent of
// each other, in whatever order and on whatever kernels they run.
#include <gtest/gtest.h>

#include <cstring>

#include "harness/calibration/calibrate.h"
#include "harness/diagnosis/mixed_model.h"
#include "harness/driver/attribute.h"
#include "harness/quantization/quantizer.h"
#include "reference/numeric/affine.h"
#include "tests/harness/driver/on_dataset.h"
#include "tests/support/recurrent_models.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

// With y + y behind it, of which there are accelerated kernels.
Model Doubled(Model model) {
  Subgraph& graph = model.main();
  TensorInfo sum = graph.tensors[static_cast<size_t>(graph.outputs[0])];
  sum.name = "sum";
  OpNode op;
  op.code = OpCode::kADD;
  op.inputs = {graph.outputs[0], graph.outputs[0]};
  op.outputs = {static_cast<int>(graph.tensors.size())};
  op.options = MakeOptions(schema::AddOptionsT{});
  graph.outputs = op.outputs;
  graph.tensors.push_back(std::move(sum));
  graph.ops.push_back(std::move(op));
  return model;
}

class StatefulModels : public testing::TestWithParam<const char*> {
 protected:
  StatefulModels() {
    const std::string name = GetParam();
    LstmShape form;
    form.peephole = true;
    form.outputs = name == "projection" ? 5 : form.cells;
    float_model_ = std::make_shared<const Model>(
        Doubled(name == "svdf" ? SvdfModel(random_, 12, 2) : LstmModel(random_, form)));
    const Shape& shape = float_model_->main().tensors[0].shape;
    const std::vector<int32_t> dims(shape.dims().begin() + 1, shape.dims().end());
    dataset_ = std::make_unique<TestDataset>(*Shape::Make(dims),
                                             random_.Floats(50 * shape.num_elements(), -1, 1));
    ObservationInput input;
    input.plan = *Plan::Make(float_model_);
    input.dataset = dataset_.get();
    const auto observation = Observe(input);
    EXPECT_TRUE(observation.ok());
    const Ranges ranges = *EstimateRanges(*observation, {FindEstimator("minmax")});
    QuantizeOptions options;
    options.scheme = FindScheme("int8");
    const auto made = QuantizeModel(*float_model_, &ranges, options);
    EXPECT_TRUE(made.ok()) << made.error().ToString();
    EXPECT_EQ(made->ops[0].kept_float, "");
    variant_ = made->model;
  }

  // The bytes of the output for every sample.
  std::vector<std::byte> Answers(const std::shared_ptr<const Plan>& plan) {
    auto feed = InputFeed::Make(*plan, *dataset_, {}, FeedMode::kQuantize);
    EXPECT_TRUE(feed.ok());
    Interpreter interpreter(plan);
    const int output = plan->subgraph().outputs.front();
    std::vector<std::byte> answers;
    for (int64_t i = 0; i < dataset_->size(); ++i) {
      QG_CHECK(feed->Fill(i, interpreter).ok());
      interpreter.ResetState();
      EXPECT_TRUE(interpreter.Run().ok());
      const auto bytes = interpreter.output(0);
      std::vector<float> reals(static_cast<size_t>(plan->shape(output).num_elements()));
      EXPECT_TRUE(DequantizeTensor(bytes, plan->info(output).dtype, plan->shape(output),
                                   plan->info(output).quant, reals));
      const auto as_bytes = std::as_bytes(std::span(reals));
      answers.insert(answers.end(), as_bytes.begin(), as_bytes.end());
    }
    return answers;
  }

  Random random_{20261134U};
  std::shared_ptr<const Model> float_model_;
  std::shared_ptr<const Model> variant_;
  std::unique_ptr<TestDataset> dataset_;
};

TEST_P(StatefulModels, RunEverywhere) {
  for (const auto& model : {float_model_, variant_}) {
    for (const int threads : {1, 3}) {
      OnDataset on(model, *dataset_, threads);
      for (int i = 0; i < OnDataset::kCount; ++i) {
        if (i == OnDataset::kObservation && model == variant_) continue;
        const Status status = on.Run(i);
        EXPECT_TRUE(status.ok()) << i << ": " << status.error().ToString();
      }
    }
  }
}

TEST_P(StatefulModels, AMixtureOfEverythingIsTheVariant) {
  const auto reference = *Plan::Make(float_model_);
  const auto variant = *Plan::Make(variant_);
  const OpPairing pairing = PairOps(*reference, *variant, MatchTensors(*reference, *variant));
  ASSERT_EQ(pairing.pairs.size(), 2U);
  const auto mixed = [&](const Mixture& mixture) {
    const MixedModel made = MixModels(reference, variant, pairing, mixture);
    const auto plan = Plan::Make(std::make_shared<const Model>(made.model));
    EXPECT_TRUE(plan.ok()) << plan.error().ToString();
    // The whole is its own tail: the memory stays inside.
    EXPECT_EQ(TailFrom(made, 0).model.main().inputs, made.model.main().inputs);
    return *plan;
  };
  EXPECT_EQ(Answers(mixed({})), Answers(reference));
  Mixture all;
  all.variant_ops = {0, 1};
  EXPECT_EQ(Answers(mixed(all)), Answers(variant));
  Mixture weights;
  weights.variant_weights = true;
  EXPECT_NE(Answers(mixed(weights)), Answers(reference));
}

INSTANTIATE_TEST_SUITE_P(Nets, StatefulModels, testing::Values("lstm", "projection", "svdf"));

}  // namespace
}  // namespace quantgate
