// Branches, loops and variables on the real TFLite library: several runs of each model, every
// output byte against our interpreter.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "harness/quantization/quantizer.h"
#include "reference/interpreter/interpreter.h"
#include "reference/model/op_options.h"
#include "reference/model/tflite_writer.h"
#include "tests/conformance/library_test.h"
#include "tests/support/control_flow_models.h"

namespace quantgate {
namespace {

constexpr uint32_t kSeed = 5150;
constexpr int kRuns = 200;

// Small numbers of either type; bools of 0 and 1; any code.
void FillRandom(DType dtype, std::span<std::byte> bytes, std::mt19937& engine) {
  for (size_t at = 0; at < bytes.size();) {
    const auto value = static_cast<int32_t>(engine() % 21) - 10;
    const auto real = static_cast<float>(value) / 4;
    if (dtype == DType::kBool) {
      bytes[at++] = static_cast<std::byte>(value & 1);
      continue;
    }
    if (dtype == DType::kInt8) {
      bytes[at++] = static_cast<std::byte>(engine());
      continue;
    }
    std::memcpy(&bytes[at], dtype == DType::kInt32 ? static_cast<const void*>(&value) : &real, 4);
    at += 4;
  }
}

void Compare(TfliteLibrary& library, const Model& model) {
  const std::vector<std::byte> bytes = WriteModel(model);
  const auto theirs = library.Load(bytes, {});
  ASSERT_TRUE(theirs.ok()) << theirs.error().ToString();
  const auto plan = Plan::Make(std::make_shared<const Model>(model));
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  Interpreter ours(*plan);
  std::mt19937 engine(kSeed);
  for (int run = 0; run < kRuns; ++run) {
    for (size_t i = 0; i < model.main().inputs.size(); ++i) {
      const auto index = static_cast<size_t>(model.main().inputs[i]);
      FillRandom(model.main().tensors[index].dtype, ours.input(i), engine);
      ASSERT_EQ(ours.input(i).size(), (*theirs)->input(i).size());
      std::copy(ours.input(i).begin(), ours.input(i).end(), (*theirs)->input(i).begin());
    }
    EXPECT_TRUE(ours.Run().ok());
    ASSERT_TRUE((*theirs)->Run().ok());
    for (size_t o = 0; o < model.main().outputs.size(); ++o) {
      const auto mine = ours.output(o);
      const auto real = (*theirs)->output(o);
      ASSERT_TRUE(std::equal(mine.begin(), mine.end(), real.begin(), real.end()))
          << "seed " << kSeed << ", run " << run << ", output " << o;
    }
  }
}

// Behind the last output y, which is float32, comes y + y.
Model WithSumBehind(Model model) {
  Subgraph& graph = model.main();
  TensorInfo sum = graph.tensors[static_cast<size_t>(graph.outputs.back())];
  sum.name = "sum";
  OpNode add;
  add.code = OpCode::kADD;
  add.inputs = {graph.outputs.back(), graph.outputs.back()};
  add.outputs = {static_cast<int>(graph.tensors.size())};
  add.options = MakeOptions(schema::AddOptionsT());
  graph.tensors.push_back(std::move(sum));
  graph.outputs.back() = add.outputs[0];
  graph.ops.push_back(std::move(add));
  return model;
}

// Operators that can be are int8, those that run subgraphs are not.
Model Quantized(const Model& source) {
  QuantizeOptions options;
  options.scheme = FindScheme("int8");
  options.activations.default_range = {-12, 12};
  const auto made = QuantizeModel(source, nullptr, options);
  EXPECT_TRUE(made.ok()) << made.error().ToString();
  EXPECT_NE(made->ops.back().scheme, nullptr);
  const Subgraph& graph = made->model->main();
  EXPECT_EQ(graph.tensors[static_cast<size_t>(graph.outputs.back())].dtype, DType::kInt8);
  return *made->model;
}

using ControlFlowConformance = LibraryTest;

TEST_F(ControlFlowConformance, If) { Compare(*library_, IfModel()); }
TEST_F(ControlFlowConformance, While) { Compare(*library_, WhileModel()); }
TEST_F(ControlFlowConformance, Variables) { Compare(*library_, VariableModel()); }
TEST_F(ControlFlowConformance, Quantized) {
  for (const Model& source : {IfModel(), WhileModel(), VariableModel()}) {
    Compare(*library_, Quantized(WithSumBehind(source)));
  }
}

}  // namespace
}  // namespace quantgate
