// The golden ledger: one hash a tensor over a set of samples, in a JSON file that CI keeps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/bisect.h"

namespace quantgate {

struct Ledger {
  std::string model_sha256;
  std::string dataset_sha256;
  std::string preprocessing;
  std::string profile;
  int64_t samples = 0;
  std::vector<LedgerRow> rows;  // in the operators' order
};

std::string LedgerToJson(const Ledger& ledger);
// kConfig errors name what is wrong.
Result<Ledger> LedgerFromJson(std::string_view text, const std::string& file);

// What differs, a line each, in the operators' order; empty when both are the same. Other samples,
// preprocessing or profile are one line that says so, since hashes then mean nothing.
std::vector<std::string> CompareLedgers(const Ledger& kept, const Ledger& now);

}  // namespace quantgate
