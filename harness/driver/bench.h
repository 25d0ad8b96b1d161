// How fast a model runs: by the built-in engine or by a real library.
#pragma once

#include <string>
#include <vector>

#include "harness/runtimes/tflite_c_api.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

struct BenchOptions {
  std::string model;
  std::string input;  // .npy or .bin as for `trace`; empty: random values, the same every time
  int threads = 1;    // built-in: samples side by side; library: threads within a sample
  // Built-in: samples that a thread runs at a time, up to kMostJointSamples; 0: as many as `run`,
  // `compare` and `calibrate` would.
  size_t batch = 1;
  double seconds = 2;
  bool tflite = false;  // a real library instead of the built-in engine
  std::string library;  // empty: FindTfliteLibrary()
  TfliteDelegate delegate = TfliteDelegate::kNone;
  const Profile* profile = &DefaultProfile();
  bool plain = false;  // built-in: plain kernels only
};

struct OpTime {
  int op_index = 0;
  std::string type;
  int64_t macs = 0;
  bool accelerated = false;
  double microseconds = 0;  // median over samples
};

struct BenchResult {
  std::string runtime;  // "builtin (AVX3_DL)", "builtin (plain)", "tflite 2.9.0 with XNNPACK"
  int threads = 1;
  int64_t batch = 1;  // samples that ran at a time
  int64_t macs = 0;   // multiply-accumulates of one sample
  int64_t samples = 0;
  double seconds = 0;
  double samples_per_second = 0;
  double gmacs_per_second = 0;
  double p50_microseconds = 0;  // of one sample, or of a batch
  double p90_microseconds = 0;
  double p99_microseconds = 0;
  std::vector<OpTime> ops;  // built-in engine only
  int64_t peak_rss_bytes = 0;
  std::vector<std::string> output_sha256;  // one a graph output
};

// Multiply-accumulates of one operator of a plan; 0 for those that have none.
int64_t MacsOf(const Plan& plan, const OpNode& op);

// Errors: those of loading the model and the input; kUnsupported when the library refuses it.
Result<BenchResult> Bench(const BenchOptions& options);

}  // namespace quantgate
