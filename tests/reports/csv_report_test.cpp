#include "reports/csv_report.h"

#include <gtest/gtest.h>

#include "reports/report_table.h"
#include "tests/reports/sample_report.h"

namespace quantgate {
namespace {

using Cells = std::vector<std::string>;

// RFC 4180, read independently of the writer.
std::vector<Cells> Parse(const std::string& csv) {
  std::vector<Cells> rows;
  Cells row;
  std::string cell;
  bool quoted = false;
  for (size_t i = 0; i < csv.size(); ++i) {
    if (quoted && csv[i] == '"' && i + 1 < csv.size() && csv[i + 1] == '"') {
      cell += '"';
      ++i;
    } else if (csv[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (csv[i] == ',' || csv[i] == '\n')) {
      row.push_back(cell);
      cell.clear();
      if (csv[i] == '\n') rows.push_back(std::exchange(row, {}));
    } else if (quoted || csv[i] != '\r') {
      cell += csv[i];
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_TRUE(cell.empty() && row.empty()) << "the last row does not end";
  return rows;
}

TEST(CsvReport, StartsWithTheColumnsOfQuantizationDebugger) {
  const auto rows = Parse(RenderCsv(SampleReport()));
  const Cells expected = {"op_name",    "tensor_idx",    "num_elements",       "stddev",
                          "mean_error", "max_abs_error", "mean_squared_error", "scale",
                          "zero_point", "tensor_name"};
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(Cells(rows[0].begin(), rows[0].begin() + 10), expected);
  ASSERT_NE(FindReport("csv"), nullptr);
  EXPECT_EQ(FindReport("csv")->file_name, "tensors.csv");
}

TEST(CsvReport, HasARowForEachTensorOfEachVariant) {
  const RunReport report = SampleReport();
  const auto rows = Parse(RenderCsv(report));
  size_t expected = 1;
  for (const VariantResult& variant : report.variants) expected += variant.tensors.size();
  ASSERT_EQ(rows.size(), expected);
  const TensorError& first = report.variants[0].tensors[0];
  EXPECT_EQ(rows[1][9], first.tensor);
  EXPECT_EQ(rows[1][10], report.variants[0].name);
  EXPECT_EQ(std::stod(rows[1][6]), first.mse);
  for (const Cells& row : rows) EXPECT_EQ(row.size(), rows[0].size());
}

TEST(CsvReport, HostileNamesStayInTheirCells) {
  RunReport report = HostileReport();
  VariantResult& variant = report.variants.emplace_back();
  for (const char* name :
       {"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "a,b\"c\nd"}) {
    TensorError row;
    row.tensor = row.reference_tensor = row.op_type = name;
    variant.tensors.push_back(row);
  }
  const auto rows = Parse(RenderCsv(report));
  for (size_t r = 1; r < rows.size(); ++r) {
    ASSERT_EQ(rows[r].size(), rows[0].size());
    for (const size_t text : {size_t{0}, size_t{9}, size_t{10}, size_t{12}}) {
      const std::string& cell = rows[r][text];
      const size_t first = cell.find_first_not_of(" \t\r\n");
      if (first == std::string::npos) continue;
      EXPECT_EQ(std::string("=+-@").find(cell[first]), std::string::npos) << cell;
    }
  }
  EXPECT_EQ(rows.back()[9], "a,b\"c\nd");
  EXPECT_EQ(rows[rows.size() - 7][9], "'=cmd|' /C calc'!A0");
}

}  // namespace
}  // namespace quantgate
