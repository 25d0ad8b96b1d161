#include "reference/interpreter/interpreter_group.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/control_flow_models.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/random_graph.h"
#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

using Bytes = std::vector<std::byte>;
using PlanPtr = std::shared_ptr<const Plan>;

// Everything that was shown, in order.
class Recorder : public Observer {
 public:
  void OnTensor(int op_index, const TensorView& tensor) override {
    shown.push_back({op_index, tensor.index, Bytes(tensor.data.begin(), tensor.data.end())});
  }
  struct Shown {
    int op_index;
    int tensor;
    Bytes bytes;
    friend bool operator==(const Shown&, const Shown&) = default;
  };
  std::vector<Shown> shown;
};

void Fill(const std::vector<Bytes>& sample, Interpreter& interpreter) {
  for (size_t i = 0; i < sample.size(); ++i) {
    std::copy(sample[i].begin(), sample[i].end(), interpreter.input(i).begin());
  }
}

// Expects of every sample what an interpreter by itself shows and answers.
void ExpectAsAlone(const PlanPtr& plan, const std::vector<std::vector<Bytes>>& samples,
                   size_t size) {
  InterpreterGroup group(plan, size);
  ASSERT_EQ(group.size(), size);
  std::vector<Recorder> recorders(samples.size());
  std::vector<Observer*> observers;
  for (size_t k = 0; k < samples.size(); ++k) {
    Fill(samples[k], group[k]);
    observers.push_back(&recorders[k]);
  }
  for (const Status& status : group.Run(observers)) EXPECT_TRUE(status.ok());
  InterpreterGroup unwatched(plan, size);
  for (size_t k = 0; k < samples.size(); ++k) Fill(samples[k], unwatched[k]);
  for (const Status& status : unwatched.Run(samples.size())) EXPECT_TRUE(status.ok());
  for (size_t k = 0; k < samples.size(); ++k) {
    Interpreter alone(plan);
    Fill(samples[k], alone);
    Recorder recorder;
    ASSERT_TRUE(alone.Run(&recorder).ok());
    EXPECT_EQ(recorders[k].shown, recorder.shown) << "sample " << k << " of " << samples.size();
    const auto output = alone.output(0);
    const auto ours = group[k].output(0);
    EXPECT_TRUE(std::equal(ours.begin(), ours.end(), output.begin(), output.end()));
    const auto unseen = unwatched[k].output(0);
    EXPECT_TRUE(std::equal(unseen.begin(), unseen.end(), output.begin(), output.end()));
  }
}

PlanPtr PlanOf(Model model) { return *Plan::Make(std::make_shared<const Model>(std::move(model))); }

// x [1, depth] through `layers` dense layers of `units` each.
PlanPtr DenseLayers(int depth, int units, int layers) {
  ModelBuilder b;
  int x = b.AddInput("x", DType::kFloat32, Shape{1, depth});
  for (int i = 0; i < layers; ++i) {
    const int columns = i == 0 ? depth : units;
    const int weights = b.AddConstant("w" + std::to_string(i), Shape{units, columns},
                                      std::vector<float>(static_cast<size_t>(units * columns)));
    const int y = b.AddTensor("y" + std::to_string(i), DType::kFloat32, Shape{1, units});
    b.AddOp(OpCode::kFULLY_CONNECTED, {x, weights}, {y});
    x = y;
  }
  return *Plan::Make(b.Finish({x}));
}

bool HasJointKernels() {
  return DenseLayers(8, 8, 1)->steps()[0].joint != nullptr;  // on this machine
}

TEST(InterpreterGroup, EverySampleIsAsByItself) {
  int joint = 0;
  for (uint32_t seed = 7000; seed < 7150; ++seed) {
    QG_SEED(seed);
    const auto size = static_cast<size_t>(random.Int(1, static_cast<int>(kMostJointSamples)));
    const RandomGraph graph = MakeRandomGraph(random, random.Int(1, static_cast<int>(size)));
    const auto plan = Plan::Make(graph.model);
    ASSERT_TRUE(plan.ok());
    const auto& steps = (*plan)->steps();
    joint += std::any_of(steps.begin(), steps.end(), [](const auto& s) { return s.joint; }) ? 1 : 0;
    ExpectAsAlone(*plan, graph.samples, size);
    if (HasFailure()) return;
  }
  if (!HasJointKernels()) return;
  EXPECT_GT(joint, 20);
}

TEST(InterpreterGroup, RunsAgainAndWithFewerSamples) {
  QG_SEED(7200U);
  const PlanPtr plan = PlanOf(SmallFloatModel());
  InterpreterGroup group(plan, 5);
  for (const size_t count : {size_t{5}, size_t{2}, size_t{0}, size_t{1}, size_t{4}}) {
    const std::vector<Observer*> nobody(count, nullptr);
    std::vector<std::vector<Bytes>> samples;
    for (size_t k = 0; k < count; ++k) {
      samples.push_back({ToBytes(random.Floats(16, -1, 1))});
      Fill(samples[k], group[k]);
    }
    EXPECT_EQ(group.Run(nobody).size(), count);
    for (size_t k = 0; k < count; ++k) {
      Interpreter alone(plan);
      Fill(samples[k], alone);
      ASSERT_TRUE(alone.Run().ok());
      const auto expected = alone.output(0);
      const auto ours = group[k].output(0);
      EXPECT_TRUE(std::equal(ours.begin(), ours.end(), expected.begin(), expected.end()));
    }
  }
}

// Subgraphs and shapes that a run decides take other steps for other samples.
TEST(InterpreterGroup, SamplesMayGoTheirOwnWays) {
  const auto flag = [](bool on) { return Bytes{static_cast<std::byte>(on)}; };
  const Bytes x = ToBytes(std::vector<float>{1, 2, 3, 4, 5, 6});
  ExpectAsAlone(PlanOf(IfModel()), {{flag(true), x}, {flag(false), x}, {flag(true), x}}, 3);
  ExpectAsAlone(PlanOf(VariableModel()),
                {{ToBytes(std::vector<float>{1, 2})}, {ToBytes(std::vector<float>{3, 4})}}, 2);
  const auto plan = Plan::Make(PositiveValues(), {.deferred = true});
  ASSERT_TRUE(plan.ok());
  ExpectAsAlone(
      *plan,
      {{ToBytes(std::vector<float>{1, -2, 3, -4})}, {ToBytes(std::vector<float>{1, 2, 3, -4})}}, 2);
}

TEST(InterpreterGroup, BestSizeIsOneWhereNothingIsGained) {
  EXPECT_EQ(InterpreterGroup::BestSize(*PlanOf(SmallFloatModel())), 1U);  // few weights
  EXPECT_EQ(InterpreterGroup::BestSize(*PlanOf(IfModel())), 1U);
  const auto plain = Plan::Make(DenseLayers(256, 256, 2)->shared_model(), {.accelerated = false});
  EXPECT_EQ(InterpreterGroup::BestSize(**plain), 1U);
  if (!HasJointKernels()) return;
  EXPECT_EQ(InterpreterGroup::BestSize(*DenseLayers(256, 256, 2)), kMostJointSamples);
  // 60,000 floats a sample: two samples' tensors and no more stay in half a megabyte.
  EXPECT_EQ(InterpreterGroup::BestSize(*DenseLayers(60000, 4, 1)), 2U);
  EXPECT_EQ(InterpreterGroup::BestSize(*DenseLayers(200000, 1, 1)), 1U);
}

}  // namespace
}  // namespace quantgate
