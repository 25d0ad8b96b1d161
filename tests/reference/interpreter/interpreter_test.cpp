#include "reference/interpreter/interpreter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <thread>

#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/run_model.h"
#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

std::shared_ptr<const Plan> SmallPlan() {
  return *Plan::Make(std::make_shared<const Model>(SmallFloatModel()));
}

void Fill(Interpreter& interpreter, const std::vector<std::byte>& bytes) {
  std::memcpy(interpreter.input(0).data(), bytes.data(), bytes.size());
}

std::vector<std::byte> Output(const Interpreter& interpreter) {
  return {interpreter.output(0).begin(), interpreter.output(0).end()};
}

// Keeps how often each tensor was seen, in which order, and its bytes.
class Recorder : public Observer {
 public:
  void OnTensor(int op_index, const TensorView& tensor) override {
    order.push_back({op_index, tensor.index});
    bytes[tensor.index].assign(tensor.data.begin(), tensor.data.end());
  }
  std::vector<std::pair<int, int>> order;
  std::map<int, std::vector<std::byte>> bytes;
};

TEST(Interpreter, RunningTwiceGivesTheSameBytes) {
  QG_SEED(20240810U);
  Interpreter interpreter(SmallPlan());
  Fill(interpreter, ToBytes(random.Floats(16, -1, 1)));
  EXPECT_TRUE(interpreter.Run().ok());
  const auto first = Output(interpreter);
  EXPECT_TRUE(interpreter.Run().ok());  // the input stays as it was
  EXPECT_EQ(Output(interpreter), first);
}

TEST(Interpreter, NothingOfOneSampleReachesTheNext) {
  QG_SEED(20240811U);
  const auto a = ToBytes(random.Floats(16, -1, 1));
  const auto b = ToBytes(random.Floats(16, -1, 1));
  Interpreter used(SmallPlan());
  Fill(used, a);
  EXPECT_TRUE(used.Run().ok());
  Fill(used, b);
  EXPECT_TRUE(used.Run().ok());
  Interpreter fresh(SmallPlan());
  Fill(fresh, b);
  EXPECT_TRUE(fresh.Run().ok());
  EXPECT_EQ(Output(used), Output(fresh));
}

TEST(Interpreter, SoftmaxAddsUpToOne) {
  QG_SEED(20240812U);
  const auto out = FromBytes<float>(RunModel(std::make_shared<const Model>(SmallFloatModel()),
                                             {ToBytes(random.Floats(16, -1, 1))})[0]);
  ASSERT_EQ(out.size(), 3U);
  EXPECT_NEAR(out[0] + out[1] + out[2], 1.0F, 1e-6F);
}

TEST(Interpreter, ObserversSeeEachTensorOnceInOrder) {
  Interpreter interpreter(SmallPlan());
  Fill(interpreter, ToBytes(std::vector<float>(16, 0.5F)));
  Recorder recorder;
  EXPECT_TRUE(interpreter.Run(&recorder).ok());
  // The input before the first operator, then conv, flat, logits and probabilities.
  const std::vector<std::pair<int, int>> want = {{-1, 0}, {0, 3}, {1, 4}, {2, 7}, {3, 8}};
  EXPECT_EQ(recorder.order, want);
}

TEST(Interpreter, ObserversSeeCompleteTensors) {
  Interpreter interpreter(SmallPlan());
  const auto input = ToBytes(std::vector<float>(16, 0.5F));
  Fill(interpreter, input);
  Recorder recorder;
  EXPECT_TRUE(interpreter.Run(&recorder).ok());
  EXPECT_EQ(recorder.bytes[0], input);
  EXPECT_EQ(recorder.bytes[3], recorder.bytes[4]);  // RESHAPE keeps the bytes
  EXPECT_EQ(recorder.bytes[8], Output(interpreter));
}

TEST(Interpreter, AWatchedRunGivesTheSameBytes) {
  QG_SEED(20240813U);
  const auto input = ToBytes(random.Floats(16, -1, 1));
  Interpreter alone(SmallPlan());
  Fill(alone, input);
  EXPECT_TRUE(alone.Run().ok());
  Interpreter watched(SmallPlan());
  Fill(watched, input);
  Recorder recorder;
  EXPECT_TRUE(watched.Run(&recorder).ok());
  EXPECT_EQ(Output(watched), Output(alone));
}

// Views kept from a run and read after it.
TEST(Interpreter, TensorsMayLastUntilTheNextRun) {
  struct Views : Observer {
    void OnTensor(int /*op*/, const TensorView& tensor) override { views.push_back(tensor); }
    std::vector<TensorView> views;
  };
  QG_SEED(20261122U);
  Interpreter lasting(SmallPlan(), TensorLife::kUntilNextRun);
  Interpreter plain(SmallPlan());
  for (int round = 0; round < 3; ++round) {
    const auto input = ToBytes(random.Floats(16, -1, 1));
    Fill(lasting, input);
    Fill(plain, input);
    Views kept;
    Recorder recorder;
    EXPECT_TRUE(lasting.Run(&kept).ok());
    EXPECT_TRUE(plain.Run(&recorder).ok());
    EXPECT_EQ(Output(lasting), Output(plain));
    ASSERT_EQ(kept.views.size(), recorder.bytes.size());
    for (const TensorView& view : kept.views) {
      EXPECT_EQ(std::vector<std::byte>(view.data.begin(), view.data.end()),
                recorder.bytes[view.index])
          << "tensor " << view.index;
    }
  }
}

TEST(Interpreter, ThreadsShareAPlan) {
  QG_SEED(20240814U);
  const auto plan = SmallPlan();
  const auto input = ToBytes(random.Floats(16, -1, 1));
  std::vector<std::vector<std::byte>> outputs(4);
  std::vector<std::thread> threads;
  for (auto& output : outputs) {
    threads.emplace_back([&] {
      Interpreter interpreter(plan);
      Fill(interpreter, input);
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(interpreter.Run().ok());
      output = Output(interpreter);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& output : outputs) EXPECT_EQ(output, outputs[0]);
}

// An input passed straight on, and a constant as output.
TEST(Interpreter, OutputsMayBeInputsOrConstants) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{2});
  const int constant = builder.AddConstant("c", Shape{1}, std::vector<float>{4});
  const auto got = RunModel(builder.Finish({in, constant}), {ToBytes(std::vector<float>{1, 2})});
  EXPECT_EQ(FromBytes<float>(got[0]), (std::vector<float>{1, 2}));
  EXPECT_EQ(FromBytes<float>(got[1]), (std::vector<float>{4}));
}

// Random chains of RELU and ADD over shared tensors, against a value kept for each tensor: wrong
// lives in the arena would overwrite a tensor that is still read.
TEST(Interpreter, LongGraphsWithBranchesKeepEveryTensorAliveLongEnough) {
  QG_SEED(20240815U);
  for (int i = 0; i < 50; ++i) {
    ModelBuilder builder;
    const int count = random.Int(1, 40);
    std::vector<int> tensors = {builder.AddInput("in", DType::kFloat32, Shape{count})};
    std::vector<std::vector<float>> values = {random.Floats(count, -1, 1)};
    const auto input = ToBytes(values[0]);
    for (int op = 0; op < 30; ++op) {
      const auto a = static_cast<size_t>(random.Int(0, op));
      const auto b = static_cast<size_t>(random.Int(0, op));
      const bool add = random.Chance(0.6);
      std::vector<float> value(values[a]);
      for (size_t k = 0; k < value.size(); ++k) {
        value[k] = add ? values[a][k] + values[b][k] : std::max(values[a][k], 0.0F);
      }
      const int out = builder.AddTensor("t" + std::to_string(op), DType::kFloat32, Shape{count});
      const int first = tensors[a];
      builder.AddOp(add ? OpCode::kADD : OpCode::kRELU,
                    add ? std::vector<int>{first, tensors[b]} : std::vector<int>{first}, {out});
      tensors.push_back(out);
      values.push_back(value);
    }
    const auto watch = static_cast<size_t>(random.Int(1, 30));
    const auto got = RunModel(builder.Finish({tensors.back(), tensors[watch]}), {input});
    EXPECT_EQ(FromBytes<float>(got[0]), values.back());
    EXPECT_EQ(FromBytes<float>(got[1]), values[watch]);
  }
}

}  // namespace
}  // namespace quantgate
