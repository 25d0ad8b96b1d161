// What is kept of an earlier run beside a report: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/verdict.h"

namespace quantgate {

struct HistoryTensor {
  std::string tensor;            // name in the variant
  std::string reference_tensor;  // name in the reference model
  std::optional<double> sqnr_db;
};

struct HistoryVariant {
  std::string name;
  Verdict verdict = Verdict::kPass;
  std::string error;                     // not empty: it could not be run
  std::optional<double> top1;            // absent where no answers are judged
  std::optional<double> auc;             // of anomaly detection
  std::optional<double> output_sqnr_db;  // lowest of the outputs; absent where it is not finite
  int64_t size_bytes = 0;
  std::string sha256;
  std::vector<HistoryTensor> tensors;
};

struct HistoryRun {
  std::string file;  // as given
  std::string title;
  std::string started_utc;  // ISO 8601; may be empty
  Verdict verdict = Verdict::kPass;
  std::string dataset_name;
  std::string dataset_sha256;
  int64_t samples = 0;
  std::vector<HistoryVariant> variants;
};

}  // namespace quantgate
