#include "harness/driver/run.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/comparison/auc.h"
#include "harness/diagnosis/finding_table.h"
#include "harness/driver/config_file.h"
#include "harness/driver/diagnosis_evidence.h"
#include "harness/driver/drift.h"
#include "harness/driver/environment.h"
#include "harness/driver/evaluate.h"
#include "harness/driver/oracle_check.h"
#include "harness/driver/pictures.h"
#include "harness/driver/plain_check.h"
#include "harness/driver/run_calibration.h"
#include "harness/driver/settled_task.h"
#include "harness/driver/tensor_map.h"
#include "harness/driver/variant.h"
#include "harness/execution/chunks.h"
#include "harness/execution/settled_plan.h"
#include "harness/gate/judgement.h"
#include "harness/inspection/model_facts.h"

namespace quantgate {
namespace {

// Enough to see what kind of sample flips; a variant that loses everything flips thousands.
constexpr size_t kFlippedSamplesListed = 60;

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// One run, phase by phase; each method leaves its part in the report.
class RunJob {
 public:
  RunJob(const RunConfig& config, const RunOptions& options)
      : config_(config), options_(options), calibration_(config, options) {}

  Result<RunOutcome> Go();

 private:
  Status OpenInputs();
  Status ChooseTask();
  Status CalibrateRanges();
  void PrepareVariants();
  Status EvaluateVariants();
  void FillReference(const Evaluation& evaluation);
  void FillVariant(size_t variant, const VariantMeasurement& measurement,
                   const Evaluation& evaluation);
  void FillPredictions(VariantResult& result, const std::vector<Prediction>& predictions);
  Status MeasureProfileDrift();
  Status MeasureAgainstOracle();
  Status JudgeAndDiagnose();
  void FillContext();
  [[nodiscard]] std::function<void(int64_t, int64_t)> Progress(std::string_view phase) const;
  void Timed(const char* phase, double seconds) {
    outcome_.report.environment.timings.push_back(
        {phase, seconds, "s", Direction::kLowerIsBetter, 1});
  }

  RunConfig config_;
  const RunOptions& options_;
  RunOutcome outcome_;
  Stopwatch total_;
  LoadedModel reference_;
  std::unique_ptr<Dataset> dataset_;
  RunCalibration calibration_;
  std::vector<int> labels_;
  bool labelled_ = false;
  std::vector<std::optional<LoadedModel>> variants_;
  std::vector<std::shared_ptr<const RuntimeModel>> runtimes_;  // null: the variant does not run
  std::vector<TensorMap> maps_;                                // one a variant
  int classes_ = 0;
};

std::function<void(int64_t, int64_t)> RunJob::Progress(std::string_view phase) const {
  if (!options_.progress) return {};
  return [this, phase](int64_t done, int64_t total) { options_.progress(phase, done, total); };
}

Status RunJob::OpenInputs() {
  QG_ASSIGN_OR_RETURN(reference_,
                      LoadModel(config_.reference_model, DefaultProfile(), !options_.plain));
  QG_ASSIGN_OR_RETURN(dataset_, OpenDataset(config_.dataset.spec));
  for (const VariantConfig& variant : config_.variants) {
    maps_.emplace_back();
    if (!variant.map.empty()) {
      QG_ASSIGN_OR_RETURN(maps_.back(), ReadTensorMap(variant.map));
    }
  }
  labels_ = dataset_->labels();
  QG_ASSIGN_OR_RETURN(outcome_.report.dataset,
                      DatasetFactsOf(config_.dataset, *dataset_, config_.preprocessing));
  // Whether the reference takes the data is known before minutes are spent.
  auto settled = SettlePlan(reference_.plan, *dataset_, config_.preprocessing);
  if (settled.ok()) reference_.plan = *settled;
  auto feed =
      InputFeed::Make(*reference_.plan, *dataset_, config_.preprocessing, FeedMode::kQuantize);
  if (settled.ok() && feed.ok()) return ChooseTask();
  Error error = settled.ok() ? feed.error() : settled.error();
  if (error.file.empty()) error.file = config_.reference_model;
  return error;
}

Status RunJob::ChooseTask() {
  auto settled = SettleTask(config_.task, labels_, *reference_.plan, *dataset_, config_.threshold);
  if (!settled.ok()) {
    Error error = settled.error();
    if (error.file.empty()) error.file = config_.reference_model;
    return error;
  }
  config_.task = settled->task;
  outcome_.report.context.task_reason = settled->reason;
  labelled_ = settled->task == Task::kClassification && !labels_.empty() && labels_.front() >= 0;
  return OkStatus();
}

Status RunJob::CalibrateRanges() {
  if (!calibration_.needed()) return OkStatus();
  const Stopwatch watch;
  QG_RETURN_IF_ERROR(calibration_.Calibrate(reference_, *dataset_));
  outcome_.report.calibration_check = calibration_.check();
  outcome_.report.calibration = calibration_.facts();
  Timed("calibrate", watch.seconds());
  return OkStatus();
}

void RunJob::PrepareVariants() {
  for (const VariantConfig& config : config_.variants) {
    VariantResult& result = outcome_.report.variants.emplace_back();
    result.name = config.name;
    const Ranges* calibrated = calibration_.RangesFor(config);
    result.description = DescribeVariant(config, calibrated);
    result.scheme = config.quantize ? config.quantize->scheme->name : "given";
    result.runtime = config.runtime->name;
    result.profile = config.profile->name;
    result.model.path = config.model;
    variants_.emplace_back();
    runtimes_.emplace_back();
    const CorrectionData data = calibration_.DataFor(config);
    const QuantizeInputs inputs = {calibrated, data.dataset != nullptr ? &data : nullptr,
                                   &config_.preprocessing};
    auto loaded = PrepareVariant(config, reference_, inputs, !options_.plain);
    if (!loaded.ok()) {
      result.error = loaded.error().ToString();
      continue;
    }
    auto settled = SettlePlan(loaded->plan, *dataset_, config_.preprocessing, config.feed);
    if (!settled.ok()) {
      result.error = settled.error().ToString();
      continue;
    }
    loaded->plan = *std::move(settled);
    const auto feed = InputFeed::Make(*loaded->plan, *dataset_, config_.preprocessing, config.feed);
    if (!feed.ok()) {
      result.error = feed.error().ToString();
      continue;
    }
    const Status map_fits =
        CheckTensorMap(maps_[variants_.size() - 1], *reference_.plan, *loaded->plan);
    if (!map_fits.ok()) {
      result.error = config.map + ": " + map_fits.error().ToString();
      continue;
    }
    auto runtime = config.runtime->open(loaded->plan, config.runtime_options);
    if (!runtime.ok()) {
      result.error = runtime.error().ToString();
      continue;
    }
    result.runtime = (*runtime)->name();
    runtimes_.back() = std::move(*runtime);
    variants_.back() = std::move(*loaded);
    const LoadedModel& model = *variants_.back();
    const Subgraph& graph = model.model->main();
    result.model = FactsOf(*model.model, model.bytes.view(), model.path);
    result.inputs = ParametersOf(graph, graph.inputs);
    result.outputs = ParametersOf(graph, graph.outputs);
    result.graph = GraphOf(*model.model);
    if (config_.save_models && config.quantize) outcome_.made_models[config.name] = model.bytes;
  }
}

void RunJob::FillPredictions(VariantResult& result, const std::vector<Prediction>& predictions) {
  if (!labelled_) return;
  result.accuracy = MeasureAccuracy(predictions, labels_);
  result.confusion = MeasureConfusion(predictions, labels_, classes_);
  result.right = RightAnswers(predictions, labels_);
}

void RunJob::FillReference(const Evaluation& evaluation) {
  VariantResult& result = outcome_.report.reference;
  const Subgraph& graph = reference_.model->main();
  result.name = "reference";
  result.description = "the float model that defines right";
  result.model = FactsOf(*reference_.model, reference_.bytes.view(), reference_.path);
  result.scheme = result.model.quantization;
  result.runtime = "builtin";
  result.profile = DefaultProfile().name;
  result.inputs = ParametersOf(graph, graph.inputs);
  result.outputs = ParametersOf(graph, graph.outputs);
  result.graph = GraphOf(*reference_.model);
  FillPredictions(result, evaluation.reference_predictions);
  if (config_.task == Task::kAnomaly) result.auc = MeasureAuc(evaluation.reference_errors, labels_);
}

void RunJob::FillVariant(size_t variant, const VariantMeasurement& measurement,
                         const Evaluation& evaluation) {
  VariantResult& result = outcome_.report.variants[variant];
  if (!measurement.error.empty()) {
    result.error = measurement.error;
    return;
  }
  result.drift = measurement.drift;
  result.tensors = measurement.tensors;
  result.unmatched_tensors = measurement.matching.unmatched_variant;
  result.unmatched_reference_tensors = measurement.matching.unmatched_reference;
  FillPredictions(result, measurement.predictions);
  if (config_.task == Task::kAnomaly) {
    result.auc = MeasureAuc(measurement.errors, labels_);
    result.auc_drop = CompareAuc(evaluation.reference_errors, measurement.errors, labels_);
  }
  if (config_.task != Task::kClassification) return;
  result.paired = ComparePaired(evaluation.reference_predictions, measurement.predictions, labels_);
  if (labelled_) {
    result.classes = MeasureClasses(evaluation.reference_predictions, measurement.predictions,
                                    labels_, classes_);
  }
  result.flipped = FindFlips(evaluation.reference_predictions, measurement.predictions, labels_,
                             kFlippedSamplesListed);
}

Status RunJob::EvaluateVariants() {
  const Stopwatch watch;
  EvaluationInput input;
  input.reference.runtime = BuiltinRuntime(reference_.plan);
  input.dataset = dataset_.get();
  input.preprocessing = config_.preprocessing;
  input.classify = config_.task == Task::kClassification;
  input.threshold = config_.threshold;
  input.reconstruct = config_.task == Task::kAnomaly;
  input.threads = options_.threads;
  input.progress = Progress("evaluate");
  std::vector<size_t> running;
  for (size_t v = 0; v < variants_.size(); ++v) {
    if (!variants_[v]) continue;
    running.push_back(v);
    const bool builtin = config_.variants[v].runtime->name == "builtin";
    input.variants.push_back({runtimes_[v], config_.variants[v].feed, !builtin, maps_[v]});
  }
  if (running.empty()) {
    return Error{
        .code = ErrorCode::kInput,
        .message = "no variant could be run; the first: " + outcome_.report.variants.front().error};
  }
  QG_ASSIGN_OR_RETURN(const Evaluation evaluation, Evaluate(input));
  classes_ = evaluation.classes;
  DatasetFacts& dataset = outcome_.report.dataset;
  dataset.classes = labelled_ ? classes_ : 0;
  dataset.real_min = evaluation.real_min;
  dataset.real_max = evaluation.real_max;
  FillReference(evaluation);
  for (size_t i = 0; i < running.size(); ++i) {
    FillVariant(running[i], evaluation.variants[i], evaluation);
  }
  Timed("evaluate", watch.seconds());
  const Stopwatch check;
  QG_ASSIGN_OR_RETURN(outcome_.report.environment.rechecked_samples, CheckAgainstPlain(input));
  Timed("recheck with plain kernels", check.seconds());
  return OkStatus();
}

Status RunJob::MeasureProfileDrift() {
  const Stopwatch watch;
  bool any = false;
  for (size_t v = 0; v < variants_.size(); ++v) {
    const VariantConfig& config = config_.variants[v];
    if (config.drift_first == nullptr || !variants_[v]) continue;
    any = true;
    QG_ASSIGN_OR_RETURN(outcome_.report.variants[v].profile_drift,
                        MeasureDrift({.model = variants_[v]->model,
                                      .file = variants_[v]->path,
                                      .first = config.drift_first,
                                      .second = config.drift_second,
                                      .dataset = dataset_.get(),
                                      .preprocessing = config_.preprocessing,
                                      .feed = config.feed,
                                      .classify = config_.task == Task::kClassification,
                                      .threshold = config_.threshold,
                                      .threads = options_.threads,
                                      .progress = Progress("drift")}));
  }
  if (any) Timed("drift of profiles", watch.seconds());
  return OkStatus();
}

Status RunJob::MeasureAgainstOracle() {
  if (!config_.oracle) return OkStatus();
  const Stopwatch watch;
  for (size_t v = 0; v < variants_.size(); ++v) {
    if (!variants_[v]) continue;
    QG_ASSIGN_OR_RETURN(const std::vector<OracleDistance> distances,
                        MeasureOracle({.plan = variants_[v]->plan,
                                       .dataset = dataset_.get(),
                                       .preprocessing = config_.preprocessing,
                                       .feed = config_.variants[v].feed,
                                       .threads = options_.threads,
                                       .progress = Progress("oracle")}));
    for (TensorError& row : outcome_.report.variants[v].tensors) {
      const OracleDistance& distance = distances[static_cast<size_t>(row.tensor_index)];
      if (distance.elements == 0) continue;
      row.oracle_max_lsb = distance.max_lsb;
      row.oracle_mean_lsb = distance.sum_lsb / static_cast<double>(distance.elements);
    }
  }
  Timed("oracle", watch.seconds());
  return OkStatus();
}

Status RunJob::JudgeAndDiagnose() {
  RunReport& report = outcome_.report;
  if (options_.baseline) CompareWithBaseline(*options_.baseline, config_.baseline, report);
  std::vector<GateRules> rules;
  for (const VariantConfig& variant : config_.variants) {
    rules.push_back(variant.gate.value_or(config_.gate));
  }
  JudgeVariants(rules, report.variants);
  outcome_.passes = GatePasses(rules, report.variants);
  // Spoken of once, with the first variant it concerns: the calibration samples, and the data.
  const CalibrationCheck* check = report.calibration_check ? &*report.calibration_check : nullptr;
  const VariantResult* reference = &report.reference;
  for (size_t v = 0; v < variants_.size(); ++v) {
    VariantResult& result = report.variants[v];
    if (!variants_[v]) continue;
    const bool calibrated = calibration_.RangesFor(config_.variants[v]) != nullptr;
    const MeasuredEvidence measured =
        MeasureEvidence({reference_.plan, variants_[v]->plan, dataset_.get(), config_.preprocessing,
                         maps_[v], config_.threshold},
                        report.dataset, reference);
    FindingContext context{result,
                           report.dataset,
                           *variants_[v]->model,
                           calibrated ? std::exchange(check, nullptr) : nullptr,
                           std::exchange(reference, nullptr),
                           measured.ops ? &*measured.ops : nullptr,
                           measured.trials ? &*measured.trials : nullptr};
    context.reference_model = &reference_.plan->model();
    for (Finding& finding : Diagnose(context)) {
      finding.repro = "quantgate run " + config_.path + " --variant " + result.name;
      report.findings.push_back(std::move(finding));
    }
  }
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  report.verdict = OverallVerdict(report.variants);
  QG_ASSIGN_OR_RETURN(report.pictures, PicturesOfFlips(report.variants, *dataset_));
  return OkStatus();
}

void RunJob::FillContext() {
  ReportContext& context = outcome_.report.context;
  context.program_version = ProgramVersion();
  context.command = options_.command;
  context.config_path = config_.path;
  context.config_json = EffectiveConfig(config_);
  context.title = config_.title;
  Environment& environment = outcome_.report.environment;
  environment.compiler = CompilerName();
  environment.build_type = BuildType();
  environment.cpu = CpuName();
  const accelerated::SimdKernels* simd = options_.plain ? nullptr : accelerated::BestSimd();
  environment.instruction_set = simd != nullptr ? simd->name : "plain";
  environment.threads = ResolveThreads(options_.threads, dataset_->size());
  environment.started_utc = UtcNow();
}

Result<RunOutcome> RunJob::Go() {
  QG_RETURN_IF_ERROR(OpenInputs());
  FillContext();
  QG_RETURN_IF_ERROR(CalibrateRanges());
  PrepareVariants();
  QG_RETURN_IF_ERROR(EvaluateVariants());
  QG_RETURN_IF_ERROR(MeasureProfileDrift());
  QG_RETURN_IF_ERROR(MeasureAgainstOracle());
  QG_RETURN_IF_ERROR(JudgeAndDiagnose());
  outcome_.report.environment.seconds_total = total_.seconds();
  return std::move(outcome_);
}

}  // namespace

Result<RunOutcome> Run(const RunConfig& config, const RunOptions& options) {
  return RunJob(config, options).Go();
}

}  // namespace quantgate
