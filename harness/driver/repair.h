// Repairing a variant: other ranges, other scales, corrections, and at last a few operators at a
// higher precision, until the gate passes.
#pragma once

#include "harness/driver/run.h"
#include "harness/results/repair.h"

namespace quantgate {

struct RepairInput {
  std::string reference;  // files
  std::string variant;
  DatasetConfig dataset;  // to judge on
  CalibrationConfig calibration;
  Preprocessing preprocessing;
  FeedMode feed = FeedMode::kQuantize;  // of the variant
  const Profile* profile = &DefaultProfile();
  GateRules gate;
  std::optional<double> threshold;  // of a single score, where it is not the usual
  bool try_all = false;             // do not stop at the first that passes
  int threads = 0;
  std::string command;
  std::function<void(std::string_view phase, int64_t done, int64_t total)> progress = {};
};

struct RepairOutcome {
  Repair repair;
  ConstBytes model;  // of the best step, which may be the variant as it was; empty: none ran
  RunReport report;  // of all attempts, `repair` included
};

Result<RepairOutcome> RepairVariant(const RepairInput& input);

}  // namespace quantgate
