// What a run evaluates: the content of a config file, with every default filled in. Paths to read
// are as the program opens them (resolved against the folder of the config file).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset_table.h"
#include "harness/calibration/estimator_table.h"
#include "harness/execution/input_feed.h"
#include "harness/gate/gate_rules.h"
#include "harness/quantization/activation_params.h"
#include "harness/quantization/correction_table.h"
#include "harness/runtimes/runtime_table.h"
#include "reference/numeric/profile.h"

namespace quantgate {

struct DatasetConfig {
  DatasetSpec spec;
  std::string name;                      // for people
  std::vector<std::string> class_names;  // may be empty
};

// How the quantizer makes a variant of the reference model.
struct QuantizeConfig {
  enum class RangesFrom { kCalibration, kNone, kFile };
  const SchemeDef* scheme = nullptr;
  RangesFrom ranges = RangesFrom::kCalibration;
  std::string ranges_file;  // of kFile
  // For ranges from calibration: instead of the calibration's own.
  std::optional<EstimatorChoice> estimator;
  ActivationOptions activations;
  Recipe recipe;  // exceptions from the scheme
  Corrections corrections;
  bool full_integer = false;  // an operator that would stay float32 unasked is an error
};

// Whether any operator may get integer activations.
bool NeedsRanges(const QuantizeConfig& quantize);

struct VariantConfig {
  std::string name;                        // letters, digits and . _ - only; unique
  std::string model;                       // a file, or empty when `quantize` makes the model
  std::optional<QuantizeConfig> quantize;  // of the reference model
  FeedMode feed = FeedMode::kQuantize;
  const Profile* profile = &DefaultProfile();
  const RuntimeDef* runtime = FindRuntime("builtin");
  RuntimeOptions runtime_options;
  std::string map;  // file of tensors that belong together (tensor_map.h); empty: none
  // Two numerics profiles whose drift on this model is reported; null: none asked for.
  const Profile* drift_first = nullptr;
  const Profile* drift_second = nullptr;
  std::optional<GateRules> gate;  // replaces the run's gate
};

struct CalibrationConfig {
  DatasetConfig dataset;
  EstimatorChoice estimator = {FindEstimator("minmax")};
};

enum class Task {
  kClassification,  // arg-max of the first output
  kAnomaly,         // the first output reconstructs the input, and its error tells anomalies
  kNone,            // only tensors are compared
};

// "classification", "anomaly" or "none".
const char* TaskName(Task task);
std::optional<Task> FindTask(std::string_view name);

struct RunConfig {
  std::string path;  // of the config file, as given
  std::string title;
  std::optional<Task> task;  // absent: what the output looks like (settled_task.h)
  // Above which a single score answers 1; absent: 0.5 of a probability, 0 of a logit.
  std::optional<double> threshold;
  DatasetConfig dataset;
  Preprocessing preprocessing;
  std::optional<CalibrationConfig> calibration;
  std::string reference_model;
  std::vector<VariantConfig> variants;
  GateRules gate;
  std::string baseline;                  // file to compare with; empty: none
  std::string report_directory = "out";  // relative to the current directory
  std::vector<std::string> report_formats = {"json", "html"};
  bool oracle = false;       // also measure the integer kernels against double precision
  bool save_models = false;  // also write the models made during the run
};

}  // namespace quantgate
