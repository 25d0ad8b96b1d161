// Everything a run found out, as plain data that reports and gates read without seeing the driver.
// What depends on the machine or the clock stands in `environment` and nowhere else, so that the
// rest is the same bytes for the same input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/attribution.h"
#include "harness/results/auc.h"
#include "harness/results/calibration_check.h"
#include "harness/results/code_difference.h"
#include "harness/results/finding.h"
#include "harness/results/history.h"
#include "harness/results/metric_value.h"
#include "harness/results/repair.h"
#include "harness/results/tensor_error.h"
#include "harness/results/verdict.h"

namespace quantgate {

// One rule of the gate, judged.
struct RuleResult {
  std::string rule;      // "max_drop_points"
  std::string target;    // the tensor or class it is about; empty: the whole variant
  double threshold = 0;  // in the rule's unit
  // Absent: the evidence is missing, which fails the rule. Infinite: no error, or nothing but it.
  std::optional<double> observed;
  std::string unit;
  Verdict verdict = Verdict::kPass;
  std::string explanation;  // "drop 3.2 points > 1.0 allowed"
  // Of a rule that is judged with a confidence; absent where numbers are compared as they are.
  std::optional<double> confidence;
  std::optional<double> p_kept;    // p-value of "the limit is kept", over all rules after Holm
  std::optional<double> p_broken;  // p-value of "the limit is broken"
  std::optional<int64_t> samples_needed;  // of an inconclusive rule: how many would decide
};

struct Accuracy {
  int64_t n = 0;
  int64_t correct = 0;
  double top1 = 0;      // correct / n
  Interval wilson95{};  // Wilson score interval at 95 %
};

// A variant against the reference model on the same samples.
struct PairedResult {
  int64_t n = 0;
  int64_t both_correct = 0;
  int64_t lost = 0;    // reference right, variant wrong
  int64_t gained = 0;  // reference wrong, variant right
  int64_t both_wrong = 0;
  int64_t flips = 0;  // predictions that differ, right or wrong
  double drop = 0;    // (lost - gained) / n: accuracy lost, as a share
  Interval drop95{};  // paired 95 % interval of the drop
};

// One class of the labels: the variant against the reference on its samples.
struct ClassResult {
  int label = 0;
  int64_t n = 0;
  int64_t reference_correct = 0;
  int64_t correct = 0;
  int64_t lost = 0;
  int64_t gained = 0;
};

// A variant against what a baseline file says of it, on the same samples.
struct BaselineComparison {
  std::string path;
  std::string reason;                  // recorded with the baseline
  bool same_model = false;             // by hash; a retrained or requantized model differs
  std::string incomparable;            // not empty: why the answers cannot be compared
  double top1 = 0;                     // of the baseline
  int64_t size_bytes = 0;              // of the baseline's model
  std::optional<PairedResult> paired;  // this run against the baseline; flips are not known
};

// confusion[label * classes + prediction], counts.
struct Confusion {
  int classes = 0;
  std::vector<int64_t> counts;
};

// A sample whose prediction the variant changed.
struct FlippedSample {
  int64_t index = 0;
  int label = -1;
  int reference_prediction = -1;
  int variant_prediction = -1;
  double reference_margin = 0;  // by how much the answer won (classifier.h), in output units
  double variant_margin = 0;
};

// Pixels of a sample, as stored in the dataset, for pictures in a report.
struct SamplePicture {
  int64_t index = 0;
  int height = 0;
  int width = 0;
  int channels = 0;             // 1 or 3
  std::vector<uint8_t> pixels;  // [height, width, channels]
};

struct ModelFacts {
  std::string path;  // as given; empty for a model made during the run
  std::string sha256;
  int64_t size_bytes = 0;
  int64_t operators = 0;
  std::string quantization;  // "float32", "int8 per-axis", ... as read from the model
};

struct TensorParameters {  // of a graph's input or output
  std::string name;
  std::string dtype;
  std::string shape;
  std::optional<double> scale;
  std::optional<int64_t> zero_point;
};

// An operator of a graph; tensors by index, constants and left-out inputs not among them.
struct GraphOp {
  int index = 0;
  std::string type;
  std::vector<int> inputs;
  std::vector<int> outputs;
};

// How a model's operators hang together: op B follows op A when B reads a tensor that A writes.
struct GraphFacts {
  std::vector<int> inputs;  // tensors
  std::vector<int> outputs;
  std::vector<GraphOp> ops;  // in the order they run
};

struct VariantResult {
  std::string name;
  std::string description;  // how it was made, in a sentence
  std::string scheme;       // name of the scheme, "float32" for the reference, "given" for a file
  std::string runtime;      // "builtin"
  std::string profile;      // numerics profile
  ModelFacts model;
  std::vector<TensorParameters> inputs;
  std::vector<TensorParameters> outputs;
  GraphFacts graph;
  std::string error;  // not empty: this variant could not be run; everything below is empty
  Accuracy accuracy;
  std::optional<PairedResult> paired;  // absent for the reference
  std::vector<ClassResult> classes;    // by label; empty without labels, and for the reference
  std::optional<BaselineComparison> baseline;  // absent without a baseline file
  std::optional<Auc> auc;                      // of a run that looks for anomalies
  std::optional<AucDrop> auc_drop;             // the same; absent for the reference
  Confusion confusion;
  std::vector<TensorError> tensors;  // in the order the variant computes them; input first
  std::vector<std::string> unmatched_tensors;            // of the variant
  std::vector<std::string> unmatched_reference_tensors;  // of the reference model
  // For a variant run by another runtime than the built-in interpreter: how the two differ.
  std::optional<DriftReport> drift;
  // How two numerics profiles differ on this variant's model, where the config asks for it.
  std::optional<DriftReport> profile_drift;
  std::optional<Attribution> attribution;  // where the loss comes from, when it was asked for
  std::vector<FlippedSample> flipped;      // the first ones by sample index, at most a fixed number
  std::vector<RuleResult> rules;
  Verdict verdict = Verdict::kPass;
  // One byte a sample, 1 where the answer is right; for baselines, not part of reports.
  std::vector<uint8_t> right;
};

struct DatasetFacts {
  std::string name;
  std::string kind;    // reader: "idx", ...
  std::string sha256;  // of the samples and labels used, in order
  int64_t samples = 0;
  int classes = 0;
  std::vector<std::string> class_names;  // may be empty
  std::string sample_shape;              // "[28,28,1]"
  std::string preprocessing;             // "real = (raw - 0) / 255"
  double real_min = 0;                   // of the preprocessed values used
  double real_max = 0;
};

struct ReportContext {
  std::string program_version;
  std::string command;  // the command line, as it can be typed again
  std::string config_path;
  std::string config_json;  // the effective config: every default filled in
  std::string title;
  std::string task_reason = {};  // why the task is not classification; empty where it is
};

// Depends on machine and clock; left out when reports are compared.
struct Environment {
  std::string compiler;
  std::string build_type;
  std::string cpu;
  int threads = 0;
  std::string instruction_set;    // of the accelerated kernels; "plain" without
  int64_t rechecked_samples = 0;  // run again with the plain kernels, all tensors equal
  std::string started_utc;        // ISO 8601
  double seconds_total = 0;
  std::vector<MetricValue> timings;  // seconds by phase
};

struct RunReport {
  static constexpr int kSchemaVersion = 1;
  ReportContext context;
  DatasetFacts dataset;
  std::optional<DatasetFacts> calibration;
  // Whether the calibration samples are enough for the dataset; when they were run.
  std::optional<CalibrationCheck> calibration_check;
  VariantResult reference;
  std::vector<VariantResult> variants;
  std::optional<Repair> repair;         // what was tried, when it was asked for
  std::vector<Finding> findings;        // most severe first
  std::vector<HistoryRun> history;      // other runs, shown beside this one
  std::vector<SamplePicture> pictures;  // of the flipped samples listed above
  Verdict verdict = Verdict::kPass;     // fail if any variant fails
  Environment environment;
};

}  // namespace quantgate
