#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "reports/inspection_report.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(ElideMiddle, KeepsTheEndsAndTheWidth) {
  EXPECT_EQ(ElideMiddle("short", 10), "short");
  EXPECT_EQ(ElideMiddle("exactly 10", 10), "exactly 10");
  EXPECT_EQ(ElideMiddle("abcdefghijk", 10), "ab...ghijk");
  // Columns are code points: six of two bytes each.
  EXPECT_EQ(ElideMiddle("\u00e4\u00e4\u00e4\u00f6\u00f6\u00f6", 5), "...\u00f6\u00f6");
}

TEST(HumanCount, UsesDecimalPrefixes) {
  EXPECT_EQ(HumanCount(0), "0");
  EXPECT_EQ(HumanCount(999), "999");
  EXPECT_EQ(HumanCount(1500), "1.5 k");
  EXPECT_EQ(HumanCount(3.86e9), "3.9 G");
  EXPECT_EQ(HumanBytes(356000), "356 kB");
}

ModelInspection Sample() {
  ModelInspection inspection;
  inspection.facts.path = "model.tflite";
  inspection.facts.quantization = "int8 per-axis";
  inspection.facts.operators = 2;
  SubgraphInspection graph;
  TensorInspection in;
  in.name = "model/" + std::string(200, 'x') + "/input";
  in.role = "input";
  in.dtype = DType::kInt8;
  in.shape = in.run_shape = Shape{1, 4};
  in.quant = PerTensor(0.5F, -128);
  TensorInspection out = in;
  out.index = 1;
  out.name = "out\x1b[31m";
  out.run_shape = Shape{2, 4};
  graph.tensors = {in, out};
  graph.ops.push_back({0, "CONV_2D", 3, {0, -1}, {1}, 1500000, 2000, 8, ""});
  graph.ops.push_back(
      {1, "MyOp", 1, {1}, {1}, std::nullopt, 0, 8, "custom operators do not run here"});
  graph.macs = 1500000;
  graph.macs_unknown_ops = 1;
  graph.problem = "op 1: MyOp: custom operators do not run here";
  inspection.subgraphs = {graph};
  inspection.signatures = {{"serve", 0, {{"x", 0}}, {{"y", 1}}}};
  inspection.metadata = {{"min_runtime_version", 16}};
  return inspection;
}

LintFinding Finding(const char* code, Severity severity) {
  LintFinding finding;
  finding.code = code;
  finding.name = "bias-scale";
  finding.severity = severity;
  finding.op_index = 0;
  finding.op_type = "CONV_2D";
  finding.tensor_index = 1;
  finding.tensor = "out";
  finding.message = "scale is 2";
  return finding;
}

TEST(InspectionText, NamesTotalsAndWhatDoesNotRun) {
  const std::string text = InspectionText(Sample());
  EXPECT_THAT(text, AllOf(HasSubstr("1.5 M in one run and those of 1 operator of"),
                          HasSubstr("op 1 MyOp: custom operators do not run here"),
                          HasSubstr("not laid out"), HasSubstr("min_runtime_version, 16 B"),
                          HasSubstr("serve of subgraph 0: inputs x (tensor 0); outputs y")));
}

TEST(InspectionText, LinesStayReadableWithLongNames) {
  std::istringstream lines(InspectionText(Sample()));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 130U) << line;
  EXPECT_THAT(InspectionText(Sample()), HasSubstr("model/xxxx"));
  EXPECT_THAT(InspectionText(Sample()), HasSubstr("xxx/input"));
  // The document for programs keeps every name whole.
  EXPECT_THAT(InspectionJson(Sample()), HasSubstr(std::string(200, 'x')));
}

TEST(InspectionText, ShowsShapesThatChangeInARun) {
  EXPECT_THAT(InspectionText(Sample()), HasSubstr("[1,4] -> [2,4]"));
}

TEST(InspectionText, NoNameDoesAnythingToTheTerminal) {
  const std::string text = InspectionText(Sample());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\x1b'), 0);
}

TEST(InspectionText, ShowsTheTablesAskedFor) {
  const std::string ops =
      InspectionText(Sample(), {.summary = false, .ops = true, .tensors = false});
  EXPECT_THAT(ops, AllOf(HasSubstr("CONV_2D"), Not(HasSubstr("int8")), Not(HasSubstr("sha256"))));
  const std::string tensors =
      InspectionText(Sample(), {.summary = false, .ops = false, .tensors = true});
  EXPECT_THAT(tensors, AllOf(HasSubstr("0.5 zp -128"), Not(HasSubstr("CONV_2D"))));
}

TEST(InspectionText, FindingsStandOneALineAboveTheirCount) {
  ModelInspection inspection = Sample();
  inspection.lint = {Finding("QL022", Severity::kError), Finding("QL014", Severity::kNote)};
  const std::string text =
      InspectionText(inspection, {.summary = false, .ops = false, .tensors = false});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);  // header, two findings, blank, count
  EXPECT_THAT(text, AllOf(HasSubstr("QL022  error"), HasSubstr("op 0 CONV_2D"), HasSubstr("1 out"),
                          HasSubstr("bias-scale: scale is 2"),
                          HasSubstr("Lint: 1 error, 0 warnings, 1 note")));
  inspection.lint->clear();
  EXPECT_EQ(InspectionText(inspection, {.summary = false, .ops = false, .tensors = false}),
            "Lint: 0 errors, 0 warnings, 0 notes\n");
}

}  // namespace
}  // namespace quantgate
