// The main job: a config in, a report out.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "harness/driver/run_config.h"
#include "harness/gate/baseline.h"
#include "harness/results/run_report.h"

namespace quantgate {

struct RunOptions {
  int threads = 0;                   // 0: all cores
  bool plain = false;                // no accelerated kernels
  std::optional<Baseline> baseline;  // of config.baseline, when that file is there
  std::string command;               // as it can be typed again; for the report
  // Called from one thread at a time; `phase` is "calibrate", "observe" or "evaluate".
  std::function<void(std::string_view phase, int64_t done, int64_t total)> progress = {};
};

struct RunOutcome {
  RunReport report;
  bool passes = false;  // whether the gate lets the run end with 0 (GatePasses)
  // Bytes of the models made during the run, by variant name, when config.save_models asks.
  std::map<std::string, ConstBytes> made_models;
};

// Calibrates if a variant needs it, makes and runs every variant, judges and diagnoses. A variant
// that cannot be made or run becomes a row with its error. Fails when the reference model or a
// dataset cannot be used, or when no variant at all could be run.
Result<RunOutcome> Run(const RunConfig& config, const RunOptions& options);

}  // namespace quantgate
