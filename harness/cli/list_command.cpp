#include <array>
#include <iostream>
#include <nlohmann/json.hpp>

#include "datasets/dataset_table.h"
#include "harness/calibration/estimator_table.h"
#include "harness/cli/commands.h"
#include "harness/diagnosis/finding_table.h"
#include "harness/gate/preset_table.h"
#include "harness/gate/rule_table.h"
#include "harness/inspection/lint_table.h"
#include "harness/quantization/correction_table.h"
#include "harness/quantization/scheme_table.h"
#include "harness/runtimes/runtime_table.h"
#include "reference/core/suggest.h"
#include "reference/numeric/profile.h"
#include "reference/ops/op_table.h"
#include "reports/report_table.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

using Rows = std::vector<std::vector<std::string>>;

template <class Def>
Rows RowsOf(std::span<const Def> table) {
  Rows rows;
  for (const Def& def : table) rows.push_back({std::string(def.name), std::string(def.summary)});
  return rows;
}

Rows FindingRows() {
  Rows rows;
  for (const FindingDef& def : AllFindings()) {
    rows.push_back({std::string(def.id) + " " + std::string(def.name), std::string(def.summary)});
  }
  return rows;
}

Rows LintRows() {
  Rows rows;
  for (const LintRule& rule : AllLintRules()) {
    rows.push_back({std::string(rule.code) + " " + std::string(rule.name),
                    std::string(SeverityName(rule.severity)) + ": " + std::string(rule.summary)});
  }
  return rows;
}

Rows OpRows() {
  Rows rows;
  for (const OpDef& def : AllOps()) {
    rows.push_back({std::string(def.name()), std::string(def.summary)});
  }
  return rows;
}

Rows EstimatorRows() {
  Rows rows;
  for (const EstimatorDef& def : AllEstimators()) {
    EstimatorChoice choice{&def, def.parameter ? def.parameter->standard : 0.0};
    std::string summary(def.summary);
    if (def.parameter) summary += "; the number: " + std::string(def.parameter->name);
    rows.push_back({choice.ToString(), summary});
  }
  return rows;
}

struct ListedTable {
  std::string_view name;
  Rows (*rows)();
};

constexpr std::array kTables = {
    ListedTable{"corrections", [] { return RowsOf(AllCorrections()); }},
    ListedTable{"datasets", [] { return RowsOf(AllDatasets()); }},
    ListedTable{"estimators", EstimatorRows},
    ListedTable{"findings", FindingRows},
    ListedTable{"lint", LintRows},
    ListedTable{"ops", OpRows},
    ListedTable{"presets", [] { return RowsOf(AllPresets()); }},
    ListedTable{"profiles", [] { return RowsOf(AllProfiles()); }},
    ListedTable{"reports", [] { return RowsOf(AllReports()); }},
    ListedTable{"rules", [] { return RowsOf(AllRules()); }},
    ListedTable{"runtimes", [] { return RowsOf(AllRuntimes()); }},
    ListedTable{"schemes", [] { return RowsOf(AllSchemes()); }},
};

void PrintText(const ListedTable& table) {
  std::cout << TextTable({{std::string(table.name)}, {""}}, table.rows());
}

}  // namespace

void DeclareList(ArgumentParser& parser) {
  parser.Flag("json", "one JSON document: name and summary of every row");
}

Result<int> RunList(const Arguments& arguments) {
  const std::string wanted = arguments.positional().empty() ? "" : arguments.positional().front();
  nlohmann::ordered_json document = nlohmann::ordered_json::object();
  bool found = false;
  for (const ListedTable& table : kTables) {
    if (!wanted.empty() && table.name != wanted) continue;
    if (arguments.Has("json")) {
      for (const auto& row : table.rows()) document[std::string(table.name)][row[0]] = row[1];
    } else {
      if (found) std::cout << "\n";
      PrintText(table);
    }
    found = true;
  }
  if (!found) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "there is no table '" + wanted + "'",
                 .hint = SuggestFrom(wanted, std::span<const ListedTable>(kTables))};
  }
  if (arguments.Has("json")) std::cout << document.dump(2) << "\n";
  return 0;
}

}  // namespace quantgate
