#include "harness/driver/ledger_file.h"

#include <map>
#include <nlohmann/json.hpp>

namespace quantgate {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Error Wrong(const std::string& file, const std::string& what) {
  return Error{.code = ErrorCode::kConfig,
               .message = "is no ledger: " + what,
               .file = file,
               .hint = "`quantgate ledger MODEL --out FILE` writes one"};
}

bool ReadText(const json& object, const char* key, std::string& out) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return false;
  out = found->get<std::string>();
  return true;
}

}  // namespace

std::string LedgerToJson(const Ledger& ledger) {
  ordered_json out = {{"schema_version", kSchemaVersion},
                      {"model_sha256", ledger.model_sha256},
                      {"dataset_sha256", ledger.dataset_sha256},
                      {"preprocessing", ledger.preprocessing},
                      {"profile", ledger.profile},
                      {"samples", ledger.samples},
                      {"tensors", ordered_json::array()}};
  for (const LedgerRow& row : ledger.rows) {
    out["tensors"].push_back({{"op", row.op_index},
                              {"type", row.op_type},
                              {"tensor", row.tensor},
                              {"sha256", row.sha256}});
  }
  return out.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Ledger> LedgerFromJson(std::string_view text, const std::string& file) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return Wrong(file, "not a JSON object");
  const auto version = document.find("schema_version");
  if (version == document.end() || *version != kSchemaVersion) {
    return Wrong(file, "schema_version is not " + std::to_string(kSchemaVersion));
  }
  Ledger ledger;
  const auto samples = document.find("samples");
  const auto tensors = document.find("tensors");
  if (!ReadText(document, "model_sha256", ledger.model_sha256) ||
      !ReadText(document, "dataset_sha256", ledger.dataset_sha256) ||
      !ReadText(document, "preprocessing", ledger.preprocessing) ||
      !ReadText(document, "profile", ledger.profile) || samples == document.end() ||
      !samples->is_number_integer() || tensors == document.end() || !tensors->is_array()) {
    return Wrong(file, "a field is missing");
  }
  ledger.samples = samples->get<int64_t>();
  for (const json& row : *tensors) {
    LedgerRow& out = ledger.rows.emplace_back();
    const auto op = row.is_object() ? row.find("op") : row.end();
    if (!row.is_object() || op == row.end() || !op->is_number_integer() ||
        !ReadText(row, "type", out.op_type) || !ReadText(row, "tensor", out.tensor) ||
        !ReadText(row, "sha256", out.sha256)) {
      return Wrong(file, "tensor " + std::to_string(ledger.rows.size() - 1));
    }
    out.op_index = op->get<int>();
  }
  return ledger;
}

std::vector<std::string> CompareLedgers(const Ledger& kept, const Ledger& now) {
  if (kept.dataset_sha256 != now.dataset_sha256 || kept.samples != now.samples) {
    return {"the samples are not those of the ledger"};
  }
  if (kept.preprocessing != now.preprocessing) {
    return {"the preprocessing is not the ledger's: " + kept.preprocessing};
  }
  if (kept.profile != now.profile) return {"the profile is not the ledger's: " + kept.profile};
  std::map<std::string, const LedgerRow*> by_name;
  for (const LedgerRow& row : kept.rows) by_name[row.tensor] = &row;
  std::vector<std::string> lines;
  for (const LedgerRow& row : now.rows) {
    const std::string where =
        "op " + std::to_string(row.op_index) + " " + row.op_type + " '" + row.tensor + "'";
    const auto before = by_name.find(row.tensor);
    if (before == by_name.end()) {
      lines.push_back(where + " is new");
      continue;
    }
    if (before->second->sha256 != row.sha256) lines.push_back(where + " computes something else");
    by_name.erase(before);
  }
  for (const LedgerRow& row : kept.rows) {
    if (by_name.contains(row.tensor)) lines.push_back("'" + row.tensor + "' is gone");
  }
  return lines;
}

}  // namespace quantgate
