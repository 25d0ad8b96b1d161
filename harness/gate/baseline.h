// What an accepted run looked like: a small JSON file, kept in git, that later runs are compared
// with on the same samples.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/run_report.h"
#include "reference/core/result.h"

namespace quantgate {

struct BaselineVariant {
  std::string model_sha256;
  int64_t size_bytes = 0;
  std::string reason;          // why a loss was accepted; may be empty
  std::vector<uint8_t> right;  // one byte a sample, 1 where the answer was right
};

struct Baseline {
  std::string dataset;         // name, for people
  std::string dataset_sha256;  // of samples and labels, in order
  std::string preprocessing;
  std::map<std::string, BaselineVariant> variants;  // by name
};

// Of a run's variants that could run, with `reason` for those that changed. A variant that answers
// as in `before` keeps its entry, reason included; with `keep_others` (not all variants were run)
// so do those that are not in the report, unless the data differs.
Baseline BaselineOf(const RunReport& report, const std::string& reason, const Baseline& before = {},
                    bool keep_others = false);

// JSON with sorted keys; the wrong samples as a text of indices and ranges, "3 17 40-42".
std::string BaselineToJson(const Baseline& baseline);
// kConfig errors name the field.
Result<Baseline> BaselineFromJson(std::string_view text, const std::string& file);

// Fills `variant.baseline` of every variant. What makes a comparison impossible (another dataset or
// preprocessing, an unknown variant) is said there, never passed over.
void CompareWithBaseline(const Baseline& baseline, const std::string& path, RunReport& report);

// One line a variant: accuracy and size in the baseline and now, "new" or "gone".
std::string DescribeChange(const Baseline& before, const Baseline& after);

}  // namespace quantgate
