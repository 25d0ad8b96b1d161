#include "harness/diagnosis/loss_shares.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "harness/diagnosis/finding_table.h"

namespace quantgate {
namespace {

struct SourceRow {
  std::string_view id;
  std::string_view source;
  // Of all operators that share the defect, such as dummy ranges, not of the one that is named.
  bool of_many = false;
};

constexpr std::array kSources = {
    SourceRow{"QG001", "input"},          SourceRow{"QG002", "clipping", true},
    SourceRow{"QG003", "input"},          SourceRow{"QG004", "clipping"},
    SourceRow{"QG005", "weights"},        SourceRow{"QG010", "arithmetic"},
    SourceRow{"QG014", "input"},          SourceRow{"QG015", "input"},
    SourceRow{"QG020", "rounding"},       SourceRow{"QG021", "rounding"},
    SourceRow{"QG022", "clipping"},       SourceRow{"QG023", "weights"},
    SourceRow{"QG024", "weights"},        SourceRow{"QG025", "weights"},
    SourceRow{"QG026", "rounding"},       SourceRow{"QG027", "fixed-outputs"},
    SourceRow{"QG029", "arithmetic"},     SourceRow{"QG034", "weights"},
    SourceRow{"QG035", "weights"},        SourceRow{"QG036", "weights"},
    SourceRow{"QG037", "weights"},        SourceRow{"QG038", "weights"},
    SourceRow{"QG039", "clipping", true},
};

const SourceRow* RowOf(std::string_view finding_id) {
  const auto found = std::find_if(kSources.begin(), kSources.end(),
                                  [&](const SourceRow& row) { return row.id == finding_id; });
  return found != kSources.end() ? &*found : nullptr;
}

std::optional<double> PointsOf(const Attribution& attribution, const Finding& finding) {
  std::optional<double> points;
  for (const OpLoss& op : attribution.ops) {
    if (finding.op_index >= 0 && op.variant_op == finding.op_index) points = op.own.points;
  }
  const bool symptom = FindFinding(finding.id)->role == FindingRole::kSymptom;
  const SourceRow* row = RowOf(finding.id);
  const bool of_many = row != nullptr && row->of_many;
  if (points && (*points > 0 || symptom) && !of_many) return points;
  const std::string_view source = SourceOf(finding.id);
  for (const LossSource& entry : attribution.sources) {
    if (entry.name == source) return entry.points;
  }
  return points;
}

}  // namespace

std::string_view SourceOf(std::string_view finding_id) {
  const SourceRow* row = RowOf(finding_id);
  return row != nullptr ? row->source : std::string_view();
}

void AddLossShares(const Attribution& attribution, std::vector<Finding>& findings) {
  std::vector<std::pair<double, Finding>> ranked;
  for (Finding& finding : findings) {
    const std::optional<double> points = PointsOf(attribution, finding);
    if (points) {
      finding.evidence.push_back(
          {"loss_points", *points, "points", Direction::kLowerIsBetter, attribution.total.n});
    }
    // What is about the whole data and has no place in the attribution stays first.
    const bool whole = !points && finding.op_index < 0;
    ranked.emplace_back(whole ? attribution.total.points : points.value_or(0), std::move(finding));
  }
  const auto key = [](const std::pair<double, Finding>& entry) {
    const Severity severity = entry.second.severity;
    return std::tuple(severity == Severity::kNote,
                      static_cast<int>(FindFinding(entry.second.id)->role),
                      -static_cast<int>(severity), -entry.first);
  };
  std::stable_sort(ranked.begin(), ranked.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  findings.clear();
  for (auto& entry : ranked) findings.push_back(std::move(entry.second));
}

}  // namespace quantgate
