#include "harness/inspection/lint_table.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "harness/inspection/inspect_model.h"
#include "harness/inspection/op_cost.h"
#include "reference/model/op_options.h"
#include "reference/model/tflite_reader.h"
#include "reference/model/tflite_writer.h"
#include "reports/inspection_report.h"
#include "tests/harness/inspection/lint_cases.h"
#include "tests/support/golden_folder.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

// Every finding, one a line, for messages of failed tests.
std::string Text(const std::vector<LintFinding>& findings) {
  std::ostringstream text;
  for (const LintFinding& finding : findings) {
    text << finding.code << " " << finding.name << " op " << finding.op_index << " tensor "
         << finding.tensor_index << ": " << finding.message << "\n";
  }
  return text.str();
}

std::set<std::string> Codes(const std::vector<LintFinding>& findings) {
  std::set<std::string> codes;
  for (const LintFinding& finding : findings) codes.insert(finding.code);
  return codes;
}

TEST(LintTable, CodesAreNumberedAndNamesUnique) {
  std::set<std::string_view> names;
  int number = 0;
  for (const LintRule& rule : AllLintRules()) {
    std::array<char, 16> code{};
    std::snprintf(code.data(), code.size(), "QL%03d", ++number);
    EXPECT_EQ(rule.code, code.data());
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_EQ(FindLintRule(rule.name), &rule);
    EXPECT_EQ(FindLintRule(rule.code), &rule);
    EXPECT_FALSE(rule.summary.empty() || rule.reference.empty()) << rule.code;
  }
  EXPECT_EQ(FindLintRule("QL999"), nullptr);
}

TEST(Lint, EveryRuleFindsItsPlantedCaseAndNoOtherRuleDoes) {
  const auto planted = PlantedModels();
  for (const LintRule& rule : AllLintRules()) {
    const auto found = planted.find(std::string(rule.code));
    ASSERT_NE(found, planted.end()) << rule.code << " has no planted case";
    const auto findings = LintModel(found->second);
    EXPECT_EQ(Codes(findings), std::set<std::string>{std::string(rule.code)}) << Text(findings);
    for (const LintFinding& finding : findings) {
      EXPECT_EQ(finding.severity, rule.severity);
      EXPECT_EQ(finding.name, rule.name);
      EXPECT_FALSE(finding.message.empty());
    }
  }
  EXPECT_EQ(planted.size(), AllLintRules().size());
}

TEST(Lint, WhatOurQuantizerWritesIsClean) {
  for (const char* scheme : {"int8", "uint8"}) {
    const auto findings = LintModel(QuantizedModel(scheme));
    EXPECT_TRUE(findings.empty()) << scheme << "\n" << Text(findings);
  }
  EXPECT_TRUE(LintModel(SmallFloatModel()).empty());
}

// The demo's models under every scheme, written and read again: no warning and no error but
// for dense weights with a scale a unit, where the scheme is about them.
TEST(Lint, TheDemosModelsAreCleanUnderEveryScheme) {
  for (const char* path :
       {"configs/mnist/mnist_conv.tflite", "configs/mnist/mnist_depthwise.tflite"}) {
    const auto model = ReadModelFile(path);
    ASSERT_TRUE(model.ok()) << model.error().ToString();
    EXPECT_TRUE(LintModel(**model).empty()) << path << "\n" << Text(LintModel(**model));
    for (const SchemeDef& scheme : AllSchemes()) {
      const auto findings = LintModel(QuantizedWithOneRange(**model, scheme));
      for (const LintFinding& finding : findings) {
        // What the scheme's own summary warns of.
        if (finding.code == "QL016" && scheme.per_axis_dense) continue;
        if (finding.code == "QL039") continue;  // one range for all is what it is about
        EXPECT_EQ(finding.severity, Severity::kNote) << path << " under " << scheme.name << "\n"
                                                     << Text({finding});
      }
    }
  }
}

TEST(Lint, TheGravestFindingsComeFirst) {
  Model model = QuantizedModel("int8-per-tensor");  // notes
  model.subgraphs[0].tensors[8].quant.scales = {1.0F / 128};
  const auto findings = LintModel(model);
  ASSERT_GE(findings.size(), 2U);
  EXPECT_EQ(findings.front().code, "QL026");
  EXPECT_EQ(findings.front().op_type, "SOFTMAX");
  EXPECT_EQ(findings.front().tensor, "probabilities");
  EXPECT_EQ(findings.back().severity, Severity::kNote);
}

TEST(Lint, ABiasMayBeOffByARounding) {
  Model model = QuantizedModel("int8");
  for (float& scale : model.subgraphs[0].tensors[2].quant.scales) scale *= 1.0005F;
  EXPECT_TRUE(LintModel(model).empty());
  for (float& scale : model.subgraphs[0].tensors[2].quant.scales) scale *= 1.002F;
  EXPECT_EQ(Codes(LintModel(model)), std::set<std::string>{"QL022"});
}

// [0, 1) in 65536 steps starts at the lowest code: the one int16 tensor with a zero point.
TEST(Lint, SoftmaxFromEightToSixteenBitsHasParametersOfItsOwn) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", DType::kInt8, Shape{1, 4}, PerTensor(0.1F, 0));
  const int y = builder.AddTensor("y", DType::kInt16, Shape{1, 4}, PerTensor(1.0F / 65536, -32768));
  builder.AddOp(OpCode::kSOFTMAX, {x}, {y});
  Model model = builder.Build({y});
  model.subgraphs[0].ops[0].version = 2;
  EXPECT_EQ(Codes(LintModel(model)), std::set<std::string>{"QL038"}) << Text(LintModel(model));
}

Model Concatenation(DType dtype) {
  ModelBuilder builder;
  const int a = builder.AddInput("a", dtype, Shape{1, 4}, PerTensor(0.1F, 0));
  const int b = builder.AddInput("b", dtype, Shape{1, 4}, PerTensor(0.2F, 0));
  const int y = builder.AddTensor("y", dtype, Shape{1, 8}, PerTensor(0.2F, 0));
  builder.AddOp(OpCode::kCONCATENATION, {a, b}, {y});
  Model model = builder.Build({y});
  model.subgraphs[0].ops[0].version = 2;
  return model;
}

// Equal ranges that something else explains: a clamp, a scale that is a power of two, and a
// concatenation, which makes its inputs share theirs.
TEST(Lint, RangesMayBeAlikeForAReason) {
  const std::set<std::string> none;
  const std::set<std::string> alike = {"QL039"};
  Model model = PlantedModels().at("QL039");
  EXPECT_EQ(Codes(LintModel(model)), alike);
  for (OpNode& op : model.subgraphs[0].ops) {
    schema::FullyConnectedOptionsT options;
    options.fused_activation_function = schema::ActivationFunctionType::RELU6;
    op.options = MakeOptions(std::move(options));
  }
  EXPECT_EQ(Codes(LintModel(model)), none);
  model = PlantedModels().at("QL039");
  for (TensorInfo& tensor : model.subgraphs[0].tensors) {
    if (tensor.quant.scales == std::vector<float>{0.1F}) tensor.quant.scales = {0.125F};
  }
  EXPECT_EQ(Codes(LintModel(model)), none);
}

TEST(Lint, LayersThatAreConcatenatedShareARange) {
  Model model = PlantedModels().at("QL039");
  Subgraph& graph = model.subgraphs[0];
  graph.ops[1].inputs[0] = graph.ops[0].inputs[0];  // side by side
  TensorInfo joined = graph.tensors[static_cast<size_t>(graph.ops[0].outputs[0])];
  joined.name = "joined";
  joined.shape = Shape{1, 8};
  graph.tensors.push_back(joined);
  OpNode op;
  op.code = OpCode::kCONCATENATION;
  op.version = 2;
  op.inputs = {graph.ops[0].outputs[0], graph.ops[1].outputs[0]};
  op.outputs = {static_cast<int>(graph.tensors.size()) - 1};
  graph.ops.push_back(op);
  graph.outputs = op.outputs;
  EXPECT_EQ(Codes(LintModel(model)), std::set<std::string>{}) << Text(LintModel(model));
}

TEST(Lint, LegacyConcatenationMayRescale) {
  EXPECT_TRUE(LintModel(Concatenation(DType::kUInt8)).empty());
  EXPECT_EQ(Codes(LintModel(Concatenation(DType::kInt8))), std::set<std::string>{"QL027"});
}

// 16-bit activations: DEPTHWISE_CONV_2D wants an int64 bias, CONV_2D takes int32 too.
TEST(Lint, BiasesUnderSixteenBitActivations) {
  const auto layer = [](OpCode code, DType bias_type) {
    ModelBuilder builder;
    const int x = builder.AddInput("x", DType::kInt16, Shape{1, 4, 4, 1}, PerTensor(0.5F, 0));
    const int w =
        builder.AddConstant("w", Shape{1, 3, 3, 1}, std::vector<int8_t>(9, 1), PerTensor(0.25F, 0));
    const int b = builder.AddConstantBytes("b", bias_type, Shape{1},
                                           std::vector<std::byte>(ByteSize(bias_type, Shape{1})),
                                           PerTensor(0.125F, 0));
    const int y = builder.AddTensor("y", DType::kInt16, Shape{1, 4, 4, 1}, PerTensor(1.0F, 0));
    builder.AddOp(code, {x, w, b}, {y});
    Model model = builder.Build({y});
    model.subgraphs[0].ops[0].version = 5;
    return Codes(LintModel(model));
  };
  const std::set<std::string> none;
  EXPECT_EQ(layer(OpCode::kCONV_2D, DType::kInt32), none);
  EXPECT_EQ(layer(OpCode::kCONV_2D, DType::kInt64), none);
  EXPECT_EQ(layer(OpCode::kDEPTHWISE_CONV_2D, DType::kInt64), none);
  EXPECT_EQ(layer(OpCode::kDEPTHWISE_CONV_2D, DType::kInt32), std::set<std::string>{"QL020"});
}

TEST(Lint, AModelOfEveryCornerIsReadWithoutHarm) {
  const auto findings = LintModel(EveryCornerModel());
  EXPECT_EQ(Codes(findings).count("QL016"), 1U) << Text(findings);  // two scales on dense weights
}

// Files with damaged bytes: those that are still models are inspected and linted like any other.
TEST(Lint, DamagedModelsAreReadWithoutHarm) {
  const std::vector<std::byte> whole = WriteModel(QuantizedModel("int8"));
  int models = 0;
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    QG_SEED(seed);
    std::vector<std::byte> bytes = whole;
    for (int i = random.Int(1, 2); i > 0; --i) {
      bytes[random.Bits() % bytes.size()] = static_cast<std::byte>(random.Int(0, 255));
    }
    const auto model = ReadModel(ConstBytes(std::move(bytes)), "damaged.tflite");
    if (!model.ok()) continue;
    ++models;
    ModelInspection inspection = InspectModel(*model, {}, "damaged.tflite");
    inspection.lint = LintModel(**model);
    EXPECT_FALSE(InspectionText(inspection).empty() || InspectionJson(inspection).empty());
  }
  EXPECT_GT(models, 300);  // most bytes of a small file are structure
}

// Rules look at every real model; what they say is printed for reading.
TEST(Lint, GoldenModelsAreReadWithoutHarm) {
  const auto paths = GoldenModels();
  if (paths.empty()) GTEST_SKIP() << "no folder with golden models";
  std::map<std::string, int> models_by_code;
  for (const auto& path : paths) {
    const auto model = ReadModelFile(path.string());
    ASSERT_TRUE(model.ok()) << model.error().ToString();
    for (const std::string& code : Codes(LintModel(**model))) ++models_by_code[code];
  }
  for (const auto& [code, models] : models_by_code) {
    std::printf("%s %s in %d of %zu models\n", code.c_str(),
                std::string(FindLintRule(code)->name).c_str(), models, paths.size());
  }
}

// harness/inspection/README.md lists every rule as it stands in the table.
TEST(LintTable, TheReadmeListsEveryRule) {
  std::ostringstream rows;
  rows << "| code | name | severity | why | source |\n|---|---|---|---|---|\n";
  for (const LintRule& rule : AllLintRules()) {
    rows << "| " << rule.code << " | " << rule.name << " | " << SeverityName(rule.severity) << " | "
         << rule.summary << " | " << rule.reference << " |\n";
  }
  std::ostringstream page;
  page << std::ifstream("harness/inspection/README.md").rdbuf();
  EXPECT_NE(page.str().find(rows.str()), std::string::npos)
      << "the table in harness/inspection/README.md must be:\n"
      << rows.str();
}

TEST(MacsTable, TheReadmeListsEveryRule) {
  std::ostringstream rows;
  rows << "| operator | MACs |\n|---|---|\n";
  for (const MacsRule& rule : AllMacsRules()) {
    rows << "| " << OpCodeName(rule.code) << " | " << rule.rule << " |\n";
  }
  std::ostringstream page;
  page << std::ifstream("harness/inspection/README.md").rdbuf();
  EXPECT_NE(page.str().find(rows.str()), std::string::npos)
      << "the table in harness/inspection/README.md must be:\n"
      << rows.str();
}

}  // namespace
}  // namespace quantgate
