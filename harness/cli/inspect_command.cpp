#include <algorithm>
#include <iostream>

#include "harness/cli/commands.h"
#include "harness/driver/loaded_model.h"
#include "harness/inspection/inspect_model.h"
#include "harness/inspection/lint_table.h"
#include "reports/inspection_report.h"

namespace quantgate {
namespace {

// The severity from which on findings fail; absent without --lint-fail-on.
Result<std::optional<Severity>> FailFrom(const Arguments& arguments) {
  if (!arguments.Has("lint-fail-on")) return std::optional<Severity>();
  const std::string name = arguments.Text("lint-fail-on");
  for (const Severity severity : {Severity::kNote, Severity::kWarning, Severity::kError}) {
    if (name == SeverityName(severity)) return std::optional(severity);
  }
  return Error{.code = ErrorCode::kUsage,
               .message = "--lint-fail-on '" + name + "' is no severity",
               .hint = "note, warning or error"};
}

// Everything by default; the tables asked for alone; findings without tables.
InspectionParts PartsOf(const Arguments& arguments, bool lint) {
  const bool ops = arguments.Has("ops");
  const bool tensors = arguments.Has("tensors");
  if (ops || tensors) return {.summary = false, .ops = ops, .tensors = tensors, .lint = lint};
  return {.summary = true, .ops = !lint, .tensors = !lint, .lint = lint};
}

}  // namespace

void DeclareInspect(ArgumentParser& parser) {
  parser.Flag("ops", "only the table of operators")
      .Flag("tensors", "only the table of tensors")
      .Flag("lint", "where it breaks TFLite's quantization spec (`quantgate list lint`)")
      .Text("lint-fail-on", "lint, and end with 1 at a finding this grave: note, warning, error",
            "SEVERITY")
      .Flag("json", "one JSON document with everything, every scale included");
}

Result<int> RunInspect(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(const std::optional<Severity> fail_from, FailFrom(arguments));
  const bool lint = arguments.Has("lint") || fail_from.has_value();
  const std::string& path = arguments.positional().front();
  QG_ASSIGN_OR_RETURN(const ModelFile file, OpenModel(path));
  ModelInspection inspection = InspectModel(file.model, file.bytes.view(), path);
  inspection.lint = LintModel(*file.model);
  std::cout << (arguments.Has("json") ? InspectionJson(inspection)
                                      : InspectionText(inspection, PartsOf(arguments, lint)));
  if (!fail_from) return 0;
  const bool failed = std::any_of(inspection.lint->begin(), inspection.lint->end(),
                                  [&](const auto& f) { return f.severity >= *fail_from; });
  return failed ? 1 : 0;
}

}  // namespace quantgate
