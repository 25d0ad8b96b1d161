#include "harness/driver/bisect.h"

#include <gtest/gtest.h>

#include "harness/driver/drift.h"
#include "harness/driver/ledger_file.h"
#include "tests/harness/driver/mnist_variant.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

constexpr int64_t kImages = 40;

Bisection Compared(const std::shared_ptr<const Plan>& before,
                   const std::shared_ptr<const Plan>& after, int threads = 1) {
  const auto images = OpenMnist("t10k", kImages);
  const auto result = Bisect({before, after, images.get(), kMnistPixels, threads, {}});
  EXPECT_TRUE(result.ok()) << result.error().ToString();
  return *result;
}

std::shared_ptr<const Plan> PlanOf(const Model& model) {
  const auto plan = Plan::Make(std::make_shared<const Model>(model));
  EXPECT_TRUE(plan.ok()) << plan.error().ToString();
  return *plan;
}

// Every code of input 1 of operator `op` changed.
Model WithOtherWeights(const Model& model, size_t op) {
  Model changed = model;
  const int tensor = model.main().ops[op].inputs[1];
  const auto buffer = static_cast<size_t>(model.main().tensors[static_cast<size_t>(tensor)].buffer);
  const auto view = model.buffers[buffer].view();
  std::vector<std::byte> bytes(view.begin(), view.end());
  for (std::byte& byte : bytes) byte ^= std::byte{0x15};
  changed.buffers[buffer] = ConstBytes(std::move(bytes));
  return changed;
}

TEST(Bisect, TheSameModelHasNoDifference) {
  const MnistVariant made = MakeMnistVariant("mnist_conv.tflite", "int8");
  const Bisection same = Compared(made.variant.plan, made.variant.plan);
  EXPECT_EQ(same.First(), nullptr);
  EXPECT_TRUE(same.entries.empty());
  EXPECT_EQ(same.arg_max_flips, 0);
}

// A filter of pictures answers nothing: neither a bisection nor a drift counts answers.
TEST(Bisect, PicturesHaveNoAnswersToCount) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 28, 28, 1});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 28, 28, 1});
  builder.AddOp(OpCode::kRELU, {in}, {out});
  const std::shared_ptr<const Model> model = builder.Finish({out});
  EXPECT_FALSE(Compared(PlanOf(*model), PlanOf(*model)).arg_max_flips);
  const auto data = OpenMnist("t10k", kImages);
  const auto drift = MeasureDrift({.model = model,
                                   .file = "filter",
                                   .first = FindProfile("tflite"),
                                   .second = FindProfile("xnnpack"),
                                   .dataset = data.get(),
                                   .preprocessing = kMnistPixels});
  ASSERT_TRUE(drift.ok());
  EXPECT_FALSE(drift->arg_max_flips);
}

// Wherever the weights of one operator change, that operator is the first, and its weights are
// named.
TEST(Bisect, FindsTheOperatorWhoseWeightsChanged) {
  int planted = 0;
  for (const char* net : {"mnist_conv.tflite", "mnist_depthwise.tflite"}) {
    const MnistVariant made = MakeMnistVariant(net, "int8");
    const Model& model = *made.variant.model;
    for (size_t op = 0; op < model.main().ops.size(); ++op) {
      const OpCode code = model.main().ops[op].code;
      if (code != OpCode::kCONV_2D && code != OpCode::kDEPTHWISE_CONV_2D &&
          code != OpCode::kFULLY_CONNECTED) {
        continue;
      }
      SCOPED_TRACE(std::string(net) + ", op " + std::to_string(op));
      ++planted;
      const Bisection found = Compared(made.variant.plan, PlanOf(WithOtherWeights(model, op)));
      ASSERT_NE(found.First(), nullptr);
      EXPECT_EQ(found.First()->op_index, static_cast<int>(op));
      ASSERT_EQ(found.entries.size(), 1U);
      EXPECT_EQ(found.entries[0].op_index, static_cast<int>(op));
      EXPECT_NE(found.entries[0].changes.at(0).find("input 1"), std::string::npos);
    }
  }
  EXPECT_GE(planted, 7);
}

TEST(Bisect, FindsAChangedScale) {
  const MnistVariant made = MakeMnistVariant("mnist_conv.tflite", "int8");
  Model changed = *made.variant.model;
  const int output = changed.main().ops[5].outputs[0];
  changed.subgraphs[0].tensors[static_cast<size_t>(output)].quant.scales[0] *= 2;
  const Bisection found = Compared(made.variant.plan, PlanOf(changed), 2);
  ASSERT_NE(found.First(), nullptr);
  EXPECT_EQ(found.First()->op_index, 5);
  const EntryDifference* entry = found.EntryOf(5);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->changes.at(0).find("output: scale "), 0U) << entry->changes.at(0);
}

Ledger LedgerOf(const std::shared_ptr<const Plan>& plan, int threads) {
  const auto images = OpenMnist("t10k", kImages);
  auto rows = MakeLedger({plan, images.get(), kMnistPixels, threads, {}});
  EXPECT_TRUE(rows.ok());
  return {"m", *images->ContentHash(), kMnistPixels.ToString(), "tflite", kImages, *rows};
}

TEST(Ledger, IsReadAsWrittenAndDoesNotDependOnThreads) {
  const MnistVariant made = MakeMnistVariant("mnist_conv.tflite", "int8");
  const Ledger one = LedgerOf(made.variant.plan, 1);
  EXPECT_EQ(LedgerToJson(one), LedgerToJson(LedgerOf(made.variant.plan, 2)));
  const auto read = LedgerFromJson(LedgerToJson(one), "l.json");
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_TRUE(CompareLedgers(*read, one).empty());
}

TEST(Ledger, NamesTheFirstOperatorThatChanged) {
  const MnistVariant made = MakeMnistVariant("mnist_conv.tflite", "int8");
  const Ledger before = LedgerOf(made.variant.plan, 2);
  const Ledger after = LedgerOf(PlanOf(WithOtherWeights(*made.variant.model, 2)), 2);
  const std::vector<std::string> lines = CompareLedgers(before, after);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0].find("op 2 CONV_2D"), 0U) << lines[0];
  Ledger other = before;
  other.dataset_sha256 = "x";
  EXPECT_EQ(CompareLedgers(other, after).size(), 1U);
}

TEST(Ledger, RefusesWhatIsNone) {
  for (const char* text : {"", "[]", "{}", R"({"schema_version": 1})",
                           R"({"schema_version": 1, "model_sha256": "", "dataset_sha256": "",
                               "preprocessing": "", "profile": "", "samples": 1, "tensors": [3]})"}) {
    const auto read = LedgerFromJson(text, "l.json");
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kConfig);
  }
}

}  // namespace
}  // namespace quantgate
