#include "harness/driver/attribute.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "harness/comparison/predictions.h"
#include "harness/diagnosis/mixed_model.h"
#include "harness/driver/op_experiments.h"
#include "harness/driver/op_losses.h"
#include "reference/interpreter/interpreter.h"
#include "reference/numeric/affine.h"
#include "reports/attribution_report.h"
#include "tests/harness/driver/mnist_variant.h"

namespace quantgate {
namespace {

constexpr int64_t kImages = 12;

std::shared_ptr<const Plan> PlanOf(const MixedModel& mixed) {
  const auto plan = Plan::Make(std::make_shared<const Model>(mixed.model));
  EXPECT_TRUE(plan.ok()) << plan.error().ToString();
  return *plan;
}

// The reals of the model's output for the first images, one after the other.
std::vector<float> Answers(const std::shared_ptr<const Plan>& plan) {
  const auto images = OpenMnist("t10k", kImages);
  auto feed = InputFeed::Make(*plan, *images, kMnistPixels, FeedMode::kQuantize);
  EXPECT_TRUE(feed.ok());
  Interpreter interpreter(plan);
  const int output = plan->subgraph().outputs.front();
  std::vector<float> answers;
  for (int64_t i = 0; i < kImages; ++i) {
    QG_CHECK(feed->Fill(i, interpreter).ok());
    EXPECT_TRUE(interpreter.Run().ok());
    std::vector<float> reals(static_cast<size_t>(plan->shape(output).num_elements()));
    EXPECT_TRUE(DequantizeTensor(interpreter.output(0), plan->info(output).dtype,
                                 plan->shape(output), plan->info(output).quant, reals));
    answers.insert(answers.end(), reals.begin(), reals.end());
  }
  return answers;
}

struct Models {
  MnistVariant made;
  OpPairing pairing;
};

Models MakeModels(const std::string& model, const std::string& scheme) {
  Models models{MakeMnistVariant(model, scheme), {}};
  const Plan& reference = *models.made.reference.plan;
  const Plan& variant = *models.made.variant.plan;
  models.pairing = PairOps(reference, variant, MatchTensors(reference, variant));
  return models;
}

MixedModel Mix(const Models& models, const Mixture& mixture) {
  return MixModels(models.made.reference.plan, models.made.variant.plan, models.pairing, mixture);
}

std::set<size_t> AllPairs(const Models& models) {
  std::set<size_t> all;
  for (size_t p = 0; p < models.pairing.pairs.size(); ++p) all.insert(p);
  return all;
}

class MixedModels : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(MixedModels, OfEverythingIsTheVariantAndOfNothingTheReference) {
  const Models models = MakeModels(GetParam().first, GetParam().second);
  EXPECT_TRUE(models.pairing.unpaired.empty());
  EXPECT_EQ(models.pairing.pairs.size(), models.made.reference.plan->subgraph().ops.size());
  EXPECT_EQ(Answers(PlanOf(Mix(models, {}))), Answers(models.made.reference.plan));
  Mixture all;
  all.variant_ops = AllPairs(models);
  const std::vector<float> variant = Answers(models.made.variant.plan);
  EXPECT_EQ(Answers(PlanOf(Mix(models, all))), variant);
  all.variant_input = true;
  EXPECT_EQ(Answers(PlanOf(Mix(models, all))), variant);
}

// Simulated quantization in float is the variant but for rounding in its integer arithmetic: a few
// output codes of 1/256.
TEST_P(MixedModels, SimulatedQuantizationIsCloseToTheVariant) {
  const Models models = MakeModels(GetParam().first, GetParam().second);
  Mixture simulated;
  simulated.variant_input = simulated.variant_weights = simulated.round = true;
  simulated.clip = simulated.round_fixed = true;
  const std::vector<float> variant = Answers(models.made.variant.plan);
  const std::vector<float> answers = Answers(PlanOf(Mix(models, simulated)));
  ASSERT_EQ(answers.size(), variant.size());
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_NEAR(answers[i], variant[i], 4.0 / 256) << i;
}

// The tail, given what the whole model computes before it, computes the same.
TEST_P(MixedModels, TailsComputeWhatTheWholeDoes) {
  const Models models = MakeModels(GetParam().first, GetParam().second);
  std::mt19937 engine(4);
  for (size_t p = 0; p < models.pairing.pairs.size(); ++p) {
    SCOPED_TRACE("seed 4, pair " + std::to_string(p));
    Mixture mixture;
    for (size_t k = 0; k < models.pairing.pairs.size(); ++k) {
      if (engine() % 2 == 0) mixture.variant_ops.insert(k);
    }
    const MixedModel whole = Mix(models, mixture);
    const auto plan = PlanOf(whole);
    const MixedModel tail = TailFrom(whole, whole.first_ops[p]);
    Interpreter all(plan);
    Interpreter rest(PlanOf(tail));
    const auto images = OpenMnist("t10k", 1);
    auto feed = InputFeed::Make(*plan, *images, kMnistPixels, FeedMode::kQuantize);
    QG_CHECK(feed->Fill(0, all).ok());
    // What the tail takes, from the run of the whole: tensors keep their indices.
    class Fill : public Observer {
     public:
      Fill(Interpreter& to, const std::vector<int>& inputs) : to_(to), inputs_(inputs) {}
      void OnTensor(int, const TensorView& view) override {
        for (size_t i = 0; i < inputs_.size(); ++i) {
          if (inputs_[i] != view.index) continue;
          std::memcpy(to_.input(i).data(), view.data.data(), view.data.size());
        }
      }

     private:
      Interpreter& to_;
      const std::vector<int>& inputs_;
    } fill(rest, tail.model.main().inputs);
    EXPECT_TRUE(all.Run(&fill).ok());
    EXPECT_TRUE(rest.Run().ok());
    const auto expected = all.output(0);
    const auto actual = rest.output(0);
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), actual.begin(), actual.end()));
  }
}

INSTANTIATE_TEST_SUITE_P(Mnist, MixedModels,
                         testing::Values(std::pair{"mnist_conv.tflite", "int8"},
                                         std::pair{"mnist_conv.tflite", "uint8"},
                                         std::pair{"mnist_depthwise.tflite", "int8"},
                                         std::pair{"mnist_depthwise.tflite", "int8-per-tensor"}),
                         [](const auto& of) {
                           std::string name = std::string(of.param.first) + of.param.second;
                           std::erase_if(name, [](char c) { return std::isalnum(c) == 0; });
                           return name;
                         });

AttributionInput InputOf(const std::shared_ptr<const Plan>& reference,
                         const std::shared_ptr<const Plan>& variant, const Dataset& images) {
  AttributionInput input;
  input.reference = reference;
  input.variant = variant;
  input.dataset = &images;
  input.preprocessing = kMnistPixels;
  return input;
}

Attribution Attributed(const MnistVariant& made, FeedMode feed, int threads) {
  const auto images = OpenMnist("t10k", 200);
  AttributionInput input = InputOf(made.reference.plan, made.variant.plan, *images);
  input.feed = feed;
  input.threads = threads;
  const auto attribution = Attribute(input);
  EXPECT_TRUE(attribution.ok()) << attribution.error().ToString();
  return *attribution;
}

const LossSource& Largest(const Attribution& attribution) {
  return *std::max_element(
      attribution.sources.begin(), attribution.sources.end(),
      [](const LossSource& a, const LossSource& b) { return a.points < b.points; });
}

TEST(Attribute, SourcesAddUpToTheWhole) {
  const Attribution a =
      Attributed(MakeMnistVariant("mnist_conv.tflite", "uint8", true), FeedMode::kQuantize, 1);
  double steps = 0;
  double alone = a.interaction_points;
  for (const LossSource& source : a.sources) {
    steps += source.points;
    alone += source.alone_points;
  }
  EXPECT_NEAR(steps, a.total.points, 1e-9);
  EXPECT_NEAR(alone, a.total.points, 1e-9);
}

TEST(Attribute, DummyRangesAreClippingAndTheInputItsFeed) {
  const Attribution dummy =
      Attributed(MakeMnistVariant("mnist_conv.tflite", "uint8", true), FeedMode::kQuantize, 2);
  const auto worst = std::max_element(
      dummy.ops.begin(), dummy.ops.end(),
      [](const OpLoss& a, const OpLoss& b) { return a.own.points < b.own.points; });
  EXPECT_EQ(worst->tensor, "logits");
  EXPECT_GT(*worst->clipping_share, 0.95);
  const Attribution cast =
      Attributed(MakeMnistVariant("mnist_conv.tflite", "uint8"), FeedMode::kCast, 2);
  EXPECT_EQ(Largest(cast).name, "input");
  EXPECT_GT(Largest(cast).points, 50);
  for (const OpLoss& op : cast.ops) EXPECT_NEAR(op.own.points, 0, 1.0) << op.tensor;
}

// Weights that pass through DEQUANTIZE are float constants of the plan, and weights all the same.
TEST(Attribute, WeightOnlyVariantsLoseByTheirWeights) {
  const Attribution a = Attributed(MakeMnistVariant("mnist_depthwise.tflite", "weight-only-int4"),
                                   FeedMode::kQuantize, 2);
  ASSERT_GT(a.total.points, 0);
  EXPECT_EQ(Largest(a).name, "weights");
  EXPECT_NEAR(Largest(a).points, a.total.points, 1e-9);
}

// The class a model made of everything of the variant but one pair answers for an image.
int AnswerWithout(const Models& models, size_t pair, int64_t sample) {
  Mixture mixture;
  mixture.variant_ops = AllPairs(models);
  mixture.variant_ops.erase(pair);
  mixture.variant_input = true;
  const auto plan = PlanOf(Mix(models, mixture));
  const auto images = OpenMnist("t10k", sample + 1);
  auto feed = InputFeed::Make(*plan, *images, kMnistPixels, FeedMode::kQuantize);
  Interpreter interpreter(plan);
  QG_CHECK(feed->Fill(sample, interpreter).ok());
  EXPECT_TRUE(interpreter.Run().ok());
  const int output = plan->subgraph().outputs.front();
  std::vector<float> reals(10);
  DequantizeTensor(interpreter.output(0), plan->info(output).dtype, plan->shape(output),
                   plan->info(output).quant, reals);
  return Classifier()(reals).arg_max;
}

// Each flip names the first operator that turns it back: whole models, made for the purpose, agree.
TEST(Attribute, FlipsNameTheFirstOperatorThatTurnsThemBack) {
  const Models models = MakeModels("mnist_depthwise.tflite", "int4");
  const Attribution a = Attributed(models.made, FeedMode::kQuantize, 2);
  ASSERT_EQ(static_cast<int64_t>(a.flips.size()), a.total.flips);
  ASSERT_GT(a.flips.size(), 2);
  int64_t first = 0;
  for (const OpLoss& op : a.ops) {
    EXPECT_LE(op.first_unflips, op.unflips);
    EXPECT_LE(op.unflips, a.total.flips);
    first += op.first_unflips;
  }
  int64_t restored = 0;
  for (size_t f = 0; f < a.flips.size(); ++f) {
    const ExplainedFlip& flip = a.flips[f];
    EXPECT_NE(flip.reference_class, flip.variant_class);
    restored += flip.restored_by >= 0 ? 1 : 0;
    if (f > 4) continue;
    const size_t last = flip.restored_by >= 0 ? static_cast<size_t>(flip.restored_by) + 1
                                              : models.pairing.pairs.size();
    for (size_t p = 0; p < last; ++p) {
      EXPECT_EQ(AnswerWithout(models, p, flip.sample) == flip.reference_class,
                static_cast<int>(p) == flip.restored_by)
          << "sample " << flip.sample << ", pair " << p;
    }
  }
  EXPECT_EQ(first, restored);
}

// All operators in float but for the input's codes, from the first one on; and nothing gained or
// lost by float operators behind the last.
TEST(Attribute, EndsOfTheNetInFloat) {
  const Attribution a =
      Attributed(MakeMnistVariant("mnist_depthwise.tflite", "int4"), FeedMode::kQuantize, 2);
  EXPECT_LT(a.ops.front().float_from.flips, 3);  // 8-bit input codes
  EXPECT_EQ(a.ops.back().float_through.n, 0);    // the reference itself
  EXPECT_EQ(a.ops.back().float_from.flips, a.ops.back().kept_float.flips);
  EXPECT_LE(a.ops.front().float_through.flips, a.total.flips + 5);
}

// The same numbers in one batch of experiments and in one batch each.
TEST(Attribute, BatchesChangeNothing) {
  const Models models = MakeModels("mnist_depthwise.tflite", "int8-per-tensor");
  const auto images = OpenMnist("t10k", 60);
  OpLossInput input;
  input.reference = models.made.reference.plan;
  input.variant = models.made.variant.plan;
  input.pairing = &models.pairing;
  input.dataset = images.get();
  input.preprocessing = kMnistPixels;
  input.labelled = true;
  input.samples = images->size();
  const auto report = [&] {
    auto losses = MeasureOpLosses(input);
    EXPECT_TRUE(losses.ok()) << losses.error().ToString();
    Attribution a;
    a.ops = losses->ops;
    a.flips = losses->flips;
    a.total = losses->variant;
    return AttributionJson(a);
  };
  const std::string whole = report();
  input.batch_bytes = 1;
  EXPECT_EQ(report(), whole);
}

TEST(Attribute, ModelsWithOtherOutputsAreRefused) {
  const MnistVariant made = MakeMnistVariant("mnist_conv.tflite", "int8");
  Model cut = *made.variant.model;
  cut.subgraphs[0].outputs = {cut.main().ops[0].outputs[0]};
  const auto plan = Plan::Make(std::make_shared<const Model>(cut));
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  const auto images = OpenMnist("t10k", 10);
  const auto attribution = Attribute(InputOf(made.reference.plan, *plan, *images));
  ASSERT_FALSE(attribution.ok());
  EXPECT_EQ(attribution.error().code, ErrorCode::kInput);
}

TEST(Attribute, AReferenceInCodesIsRefused) {
  const MnistVariant made = MakeMnistVariant("mnist_conv.tflite", "int8");
  const auto images = OpenMnist("t10k", 10);
  const auto swapped = Attribute(InputOf(made.variant.plan, made.reference.plan, *images));
  ASSERT_FALSE(swapped.ok());
  EXPECT_EQ(swapped.error().code, ErrorCode::kInput);
  EXPECT_EQ(swapped.error().tensor, "conv1");
  EXPECT_NE(swapped.error().hint.find("swapped"), std::string::npos);
  const auto both = Attribute(InputOf(made.variant.plan, made.variant.plan, *images));
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().hint, "name the float model first");
}

TEST(Attribute, DoesNotDependOnThreads) {
  const MnistVariant made = MakeMnistVariant("mnist_depthwise.tflite", "int8-per-tensor");
  EXPECT_EQ(AttributionJson(Attributed(made, FeedMode::kQuantize, 1)),
            AttributionJson(Attributed(made, FeedMode::kQuantize, 2)));
}

}  // namespace
}  // namespace quantgate
