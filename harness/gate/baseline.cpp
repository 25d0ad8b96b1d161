#include "harness/gate/baseline.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace quantgate {
namespace {

using nlohmann::json;

constexpr int kSchemaVersion = 1;

int64_t CountRight(const std::vector<uint8_t>& right) {
  return std::count(right.begin(), right.end(), uint8_t{1});
}

double Share(int64_t count, size_t n) {
  return n == 0 ? 0 : static_cast<double>(count) / static_cast<double>(n);
}

// The indices of the zeros, runs of them as "first-last".
std::string WrongSamples(const std::vector<uint8_t>& right) {
  std::string text;
  for (size_t i = 0; i < right.size(); ++i) {
    if (right[i] != 0) continue;
    size_t last = i;
    while (last + 1 < right.size() && right[last + 1] == 0) ++last;
    text += (text.empty() ? "" : " ") + std::to_string(i);
    if (last > i) text += "-" + std::to_string(last);
    i = last;
  }
  return text;
}

// False when `text` is not what WrongSamples writes for so many samples.
bool MarkWrong(std::string_view text, std::vector<uint8_t>& right) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto number = [&](size_t& value) {
    const auto result = std::from_chars(at, end, value);
    if (result.ec != std::errc() || value >= right.size()) return false;
    at = result.ptr;
    return true;
  };
  while (at != end) {
    size_t first = 0;
    if (!number(first)) return false;
    size_t last = first;
    if (at != end && *at == '-') {
      ++at;
      if (!number(last) || last < first) return false;
    }
    std::fill(right.begin() + static_cast<std::ptrdiff_t>(first),
              right.begin() + static_cast<std::ptrdiff_t>(last) + 1, uint8_t{0});
    if (at != end && *at++ != ' ') return false;
  }
  return true;
}

Error Wrong(const std::string& file, const std::string& what) {
  return Error{.code = ErrorCode::kConfig,
               .message = "is no baseline: " + what,
               .file = file,
               .hint = "`quantgate run CONFIG --baseline FILE --update-baseline` writes one"};
}

// Of all variants of a file together: a byte of memory each.
constexpr int64_t kMostSamples = int64_t{1} << 30;

// `left` is how many samples may follow.
Result<BaselineVariant> ReadVariant(const json& row, const std::string& name,
                                    const std::string& file, int64_t& left) {
  BaselineVariant variant;
  const auto field = [&](const char* key) { return row.find(key); };
  const auto samples = field("samples");
  const auto wrong = field("wrong_samples");
  const auto model = field("model_sha256");
  const auto size = field("size_bytes");
  if (!row.is_object() || samples == row.end() || !samples->is_number_integer() ||
      samples->get<int64_t>() < 0 || wrong == row.end() || !wrong->is_string() ||
      model == row.end() || !model->is_string() || size == row.end() ||
      !size->is_number_integer() || size->get<int64_t>() < 0) {
    return Wrong(file, "variant '" + name + "' lacks samples, wrong_samples, model_sha256 or size");
  }
  if (samples->get<int64_t>() > left) {
    return Wrong(file, "its variants have more than " + std::to_string(kMostSamples) + " samples");
  }
  left -= samples->get<int64_t>();
  variant.model_sha256 = model->get<std::string>();
  variant.size_bytes = size->get<int64_t>();
  variant.right.assign(static_cast<size_t>(samples->get<int64_t>()), 1);
  if (const auto reason = field("reason"); reason != row.end() && reason->is_string()) {
    variant.reason = reason->get<std::string>();
  }
  if (!MarkWrong(wrong->get_ref<const std::string&>(), variant.right)) {
    return Wrong(file, "wrong_samples of variant '" + name + "'");
  }
  return variant;
}

PairedResult Pair(const std::vector<uint8_t>& before, const std::vector<uint8_t>& now) {
  PairedResult paired;
  paired.n = static_cast<int64_t>(now.size());
  for (size_t i = 0; i < now.size(); ++i) {
    paired.both_correct += before[i] != 0 && now[i] != 0 ? 1 : 0;
    paired.lost += before[i] != 0 && now[i] == 0 ? 1 : 0;
    paired.gained += before[i] == 0 && now[i] != 0 ? 1 : 0;
    paired.both_wrong += before[i] == 0 && now[i] == 0 ? 1 : 0;
  }
  if (paired.n > 0) {
    paired.drop = static_cast<double>(paired.lost - paired.gained) / static_cast<double>(paired.n);
  }
  return paired;
}

std::string WhyIncomparable(const Baseline& baseline, const RunReport& report,
                            const BaselineVariant* before, const VariantResult& variant) {
  if (baseline.dataset_sha256 != report.dataset.sha256) {
    return "the dataset is not the baseline's ('" + baseline.dataset + "', sha256 " +
           baseline.dataset_sha256.substr(0, 12) + ", is now " +
           report.dataset.sha256.substr(0, 12) + ")";
  }
  if (baseline.preprocessing != report.dataset.preprocessing) {
    return "the preprocessing was " + baseline.preprocessing;
  }
  if (before == nullptr) return "the baseline has no variant '" + variant.name + "'";
  if (before->right.size() != variant.right.size()) return "the number of samples differs";
  return "";
}

std::string Line(const BaselineVariant& variant) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "top-1 %.2f %%, %lld bytes",
                Share(CountRight(variant.right), variant.right.size()) * 100,
                static_cast<long long>(variant.size_bytes));
  return text.data();
}

}  // namespace

Baseline BaselineOf(const RunReport& report, const std::string& reason, const Baseline& before,
                    bool keep_others) {
  Baseline baseline;
  baseline.dataset = report.dataset.name;
  baseline.dataset_sha256 = report.dataset.sha256;
  baseline.preprocessing = report.dataset.preprocessing;
  const bool same_data = before.dataset_sha256 == baseline.dataset_sha256 &&
                         before.preprocessing == baseline.preprocessing;
  if (keep_others && same_data) baseline.variants = before.variants;
  for (const VariantResult& variant : report.variants) {
    const auto old = before.variants.find(variant.name);
    // What could not run today says nothing about what was accepted.
    const bool known = same_data && old != before.variants.end();
    if (!variant.error.empty()) {
      if (known) baseline.variants[variant.name] = old->second;
      continue;
    }
    BaselineVariant now = {variant.model.sha256, variant.model.size_bytes, reason, variant.right};
    if (known && old->second.model_sha256 == now.model_sha256 && old->second.right == now.right) {
      now.reason = old->second.reason;
    }
    baseline.variants[variant.name] = std::move(now);
  }
  return baseline;
}

std::string BaselineToJson(const Baseline& baseline) {
  json out = {{"schema_version", kSchemaVersion},
              {"dataset", baseline.dataset},
              {"dataset_sha256", baseline.dataset_sha256},
              {"preprocessing", baseline.preprocessing},
              {"variants", json::object()}};
  for (const auto& [name, variant] : baseline.variants) {
    json& row = out["variants"][name];
    row = {{"model_sha256", variant.model_sha256},
           {"size_bytes", variant.size_bytes},
           {"samples", variant.right.size()},
           {"correct", CountRight(variant.right)},
           {"wrong_samples", WrongSamples(variant.right)}};
    if (!variant.reason.empty()) row["reason"] = variant.reason;
  }
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<Baseline> BaselineFromJson(std::string_view text, const std::string& file) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return Wrong(file, "not a JSON object");
  const auto version = document.find("schema_version");
  if (version == document.end() || *version != kSchemaVersion) {
    return Wrong(file, "schema_version is not " + std::to_string(kSchemaVersion));
  }
  Baseline baseline;
  for (const auto& [key, field] : {std::pair{"dataset", &baseline.dataset},
                                   std::pair{"dataset_sha256", &baseline.dataset_sha256},
                                   std::pair{"preprocessing", &baseline.preprocessing}}) {
    const auto found = document.find(key);
    if (found == document.end() || !found->is_string())
      return Wrong(file, std::string("no ") + key);
    *field = found->get<std::string>();
  }
  const auto variants = document.find("variants");
  if (variants == document.end() || !variants->is_object()) return Wrong(file, "no variants");
  int64_t left = kMostSamples;
  for (const auto& [name, row] : variants->items()) {
    QG_ASSIGN_OR_RETURN(baseline.variants[name], ReadVariant(row, name, file, left));
  }
  return baseline;
}

void CompareWithBaseline(const Baseline& baseline, const std::string& path, RunReport& report) {
  for (VariantResult& variant : report.variants) {
    if (!variant.error.empty()) continue;
    const auto found = baseline.variants.find(variant.name);
    const BaselineVariant* before = found == baseline.variants.end() ? nullptr : &found->second;
    BaselineComparison comparison;
    comparison.path = path;
    comparison.incomparable = WhyIncomparable(baseline, report, before, variant);
    if (before != nullptr) {
      comparison.reason = before->reason;
      comparison.same_model = before->model_sha256 == variant.model.sha256;
      comparison.top1 = Share(CountRight(before->right), before->right.size());
      comparison.size_bytes = before->size_bytes;
    }
    if (comparison.incomparable.empty()) comparison.paired = Pair(before->right, variant.right);
    variant.baseline = std::move(comparison);
  }
}

std::string DescribeChange(const Baseline& before, const Baseline& after) {
  std::string text;
  if (before.dataset_sha256 != after.dataset_sha256 && !before.dataset_sha256.empty()) {
    text +=
        "dataset: '" + before.dataset + "' before, '" + after.dataset + "' (other samples) now\n";
  }
  for (const auto& [name, variant] : after.variants) {
    const auto old = before.variants.find(name);
    text += name + ": " + (old == before.variants.end() ? "new" : Line(old->second)) + " -> " +
            Line(variant);
    if (old != before.variants.end() && old->second.right == variant.right &&
        old->second.model_sha256 == variant.model_sha256) {
      text += " (unchanged)";
    }
    text += "\n";
  }
  for (const auto& [name, variant] : before.variants) {
    if (!after.variants.contains(name)) text += name + ": " + Line(variant) + " -> gone\n";
  }
  return text;
}

}  // namespace quantgate
