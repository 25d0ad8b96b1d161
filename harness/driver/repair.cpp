#include "harness/driver/repair.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>

#include "harness/driver/attribute.h"
#include "harness/driver/loaded_model.h"
#include "harness/driver/model_path.h"
#include "harness/execution/settled_plan.h"
#include "harness/inspection/op_cost.h"
#include "harness/results/tensor_rows.h"

namespace quantgate {
namespace {

// How many operators are kept at a higher precision, one attempt after the other.
constexpr int kKeptCounts[] = {1, 2, 3, 5, 8};

// A name as a regular expression that matches it alone.
std::string Exactly(const std::string& name) {
  std::string pattern = "^";
  for (const char c : name) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern + "$";
}

VariantConfig Made(const std::string& name, const char* scheme, const Profile* profile) {
  VariantConfig variant;
  variant.name = name;
  variant.profile = profile;
  variant.quantize.emplace();
  variant.quantize->scheme = FindScheme(scheme);
  return variant;
}

class RepairJob {
 public:
  explicit RepairJob(const RepairInput& input) : input_(input) {}

  Result<RepairOutcome> Go() {
    QG_ASSIGN_OR_RETURN(reference_, LoadModel(input_.reference, DefaultProfile()));
    QG_ASSIGN_OR_RETURN(
        given_, LoadModel(WithSignatureOf(input_.reference, input_.variant), *input_.profile));
    const int first_input = given_.model->main().inputs.front();
    const DType dtype = given_.plan->info(first_input).dtype;
    Repair& repair = outcome_.repair;
    repair.reference = input_.reference;
    repair.variant = input_.variant;
    repair.profile = input_.profile->name;
    QG_RETURN_IF_ERROR(Try(AsGiven()));
    QG_RETURN_IF_ERROR(CheckGateCanBeJudged());
    if (!Done()) QG_RETURN_IF_ERROR(Try(WithOtherRanges(dtype == DType::kUInt8)));
    if (!Done()) QG_RETURN_IF_ERROR(Try(WithCorrections()));
    if (!Done()) QG_RETURN_IF_ERROR(TryKeepingOperators());
    if (!Done()) QG_RETURN_IF_ERROR(Try(WithFloatActivations()));
    Finish();
    KeepFindings();
    outcome_.report.repair = outcome_.repair;
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] bool Done() const {
    return !input_.try_all &&
           std::any_of(outcome_.repair.steps.begin(), outcome_.repair.steps.end(),
                       [](const RepairStep& step) { return step.verdict == Verdict::kPass; });
  }

  std::vector<VariantConfig> AsGiven() const {
    VariantConfig given;
    given.name = "as-given";
    given.model = input_.variant;
    given.profile = input_.profile;
    given.feed = input_.feed;
    std::vector<VariantConfig> variants = {given};
    if (input_.feed != FeedMode::kQuantize) {
      given.name = "input-quantized";
      given.feed = FeedMode::kQuantize;
      variants.push_back(given);
    }
    return variants;
  }

  std::vector<VariantConfig> WithOtherRanges(bool uint8) const {
    std::vector<VariantConfig> variants;
    const auto add = [&](const std::string& name, const char* scheme, const char* estimator) {
      VariantConfig variant = Made(name, scheme, input_.profile);
      variant.quantize->estimator = *ParseEstimator(estimator);
      variants.push_back(std::move(variant));
    };
    if (uint8) {
      add("uint8-minmax", "uint8", "minmax");
      add("uint8-mse", "uint8", "mse");
    }
    add("int8-minmax", "int8", "minmax");
    add("int8-percentile", "int8", "percentile:99.99");
    add("int8-mse", "int8", "mse");
    return variants;
  }

  std::vector<VariantConfig> WithCorrections() const {
    std::vector<VariantConfig> variants;
    const auto add = [&](const char* name, const char* estimator, const Corrections& corrections) {
      VariantConfig variant = Made(name, "int8", input_.profile);
      variant.quantize->estimator = *ParseEstimator(estimator);
      variant.quantize->corrections = corrections;
      variants.push_back(std::move(variant));
    };
    add("int8-bias-correction", "mse", {.bias_correction = true});
    add("int8-refined-ranges", "minmax", {.range_refinement = true, .bias_correction = true});
    add("int8-equalized", "mse", {.equalization = true, .bias_correction = true});
    add("int8-all-corrections", "mse",
        {.equalization = true, .bias_correction = true, .adaptive_rounding = true});
    return variants;
  }

  // Weights alone: no range is needed, and activations cost what they cost in float.
  std::vector<VariantConfig> WithFloatActivations() const {
    std::vector<VariantConfig> variants;
    for (const char* scheme : {"dynamic-range", "weight-only-int8"}) {
      variants.push_back(Made(scheme, scheme, input_.profile));
    }
    return variants;
  }

  RunConfig ConfigOf(std::vector<VariantConfig> variants) const {
    RunConfig config;
    config.title = "Repair of " + input_.variant;
    config.dataset = input_.dataset;
    config.preprocessing = input_.preprocessing;
    config.calibration = input_.calibration;
    config.reference_model = input_.reference;
    config.variants = std::move(variants);
    config.gate = input_.gate;
    config.threshold = input_.threshold;
    config.save_models = true;
    return config;
  }

  Status Try(std::vector<VariantConfig> variants) {
    RunOptions options;
    options.threads = input_.threads;
    options.command = input_.command;
    options.progress = input_.progress;
    const RunConfig config = ConfigOf(std::move(variants));
    auto outcome = Run(config, options);
    if (!outcome.ok()) return outcome.error();
    outcome_.repair.samples = outcome->report.dataset.samples;
    for (size_t v = 0; v < config.variants.size(); ++v) {
      const VariantResult& result = outcome->report.variants[v];
      const VariantConfig& variant = config.variants[v];
      RepairStep step;
      step.name = result.name;
      step.description = result.description;
      step.error = result.error;
      step.verdict = result.verdict;
      step.size_bytes = result.model.size_bytes;
      AddMeasures(result, step);
      if (const auto kept = kept_.find(step.name); kept != kept_.end()) step.kept = kept->second;
      if (const auto made = outcome->made_models.find(step.name);
          made != outcome->made_models.end()) {
        QG_ASSIGN_OR_RETURN(const auto model, ReadMadeModel(made->second, *reference_.model));
        step.higher_precision_macs = ShareOfMacsAbove8Bits(*model);
        models_[step.name] = std::move(made->second);
      } else if (!variant.model.empty()) {
        step.higher_precision_macs = ShareOfMacsAbove8Bits(*given_.model);
      }
      configs_[step.name] = variant;
      outcome_.repair.steps.push_back(std::move(step));
    }
    Keep(std::move(outcome->report));
    return OkStatus();
  }

  // Puts the attempts of a run beside those before.
  void Keep(RunReport report) {
    RunReport& all = outcome_.report;
    if (all.variants.empty()) {
      all = std::move(report);
      return;
    }
    const auto append = [](auto& to, auto& from) {
      to.insert(to.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
    };
    std::erase_if(report.pictures, [&](const SamplePicture& picture) {
      return std::any_of(all.pictures.begin(), all.pictures.end(),
                         [&](const SamplePicture& known) { return known.index == picture.index; });
    });
    append(all.pictures, report.pictures);
    append(all.variants, report.variants);
    append(all.findings, report.findings);
    if (!all.calibration_check) {
      all.calibration = std::move(report.calibration);
      all.calibration_check = std::move(report.calibration_check);
    }
    all.environment.seconds_total += report.environment.seconds_total;
  }

  // What was not measured of the variant as it is, is not of any other.
  [[nodiscard]] Status CheckGateCanBeJudged() const {
    const VariantResult& given = outcome_.report.variants.front();
    if (!given.error.empty()) return OkStatus();
    for (const RuleResult& rule : given.rules) {
      if (rule.observed) continue;
      return Error{.code = ErrorCode::kInput,
                   .message = "the gate cannot be judged: " + rule.rule + ": " + rule.explanation,
                   .hint =
                       "ask for what can be measured here: min_agreement_percent where labels are "
                       "missing; min_output_sqnr_db or max_output_abs_error of any model"};
    }
    return OkStatus();
  }

  void AddMeasures(const VariantResult& result, RepairStep& step) {
    if (result.paired) step.flips = result.paired->flips;
    if (result.accuracy.n > 0) step.top1 = result.accuracy.top1;
    if (result.accuracy.n > 0 && result.paired) step.drop_points = result.paired->drop * 100;
    if (result.auc) step.auc = result.auc->value;
    if (result.auc_drop) step.drop_points = result.auc_drop->value * 100;
    const TensorError* const output = WorstOutput(result);
    const double sqnr_db = output != nullptr ? JudgedSqnrDb(*output) : -INFINITY;
    if (std::isfinite(sqnr_db)) step.output_sqnr_db = sqnr_db;
    step.output_exact = sqnr_db > 0 && std::isinf(sqnr_db);
    losses_[step.name] = {step.drop_points.value_or(0), static_cast<double>(step.flips), -sqnr_db};
  }

  // The step that loses least among those that ran; `made`: among those that the quantizer made.
  [[nodiscard]] int LeastLoss(bool made) const {
    int best = -1;
    const std::vector<RepairStep>& steps = outcome_.repair.steps;
    for (size_t i = 0; i < steps.size(); ++i) {
      if (!steps[i].error.empty() || (made && !models_.contains(steps[i].name))) continue;
      if (best < 0 ||
          losses_.at(steps[i].name) < losses_.at(steps[static_cast<size_t>(best)].name)) {
        best = static_cast<int>(i);
      }
    }
    return best;
  }

  // Operators of the best attempt so far, the costliest first, by the names of their outputs.
  Result<std::vector<std::string>> CostliestOperators(const std::string& attempt) {
    const auto model = models_.find(attempt);
    QG_CHECK(model != models_.end());
    QG_ASSIGN_OR_RETURN(const auto read, ReadMadeModel(model->second, *reference_.model));
    QG_ASSIGN_OR_RETURN(const LoadedModel loaded, LoadMadeModel(*read, *input_.profile));
    QG_ASSIGN_OR_RETURN(const std::unique_ptr<Dataset> dataset, OpenDataset(input_.dataset.spec));
    AttributionInput input;
    input.dataset = dataset.get();
    input.classify = outcome_.report.context.task_reason.empty();
    input.threshold = input_.threshold;
    QG_ASSIGN_OR_RETURN(input.reference,
                        SettlePlan(reference_.plan, *dataset, input_.preprocessing));
    QG_ASSIGN_OR_RETURN(input.variant, SettlePlan(loaded.plan, *dataset, input_.preprocessing));
    input.preprocessing = input_.preprocessing;
    input.threads = input_.threads;
    input.progress = input_.progress;
    QG_ASSIGN_OR_RETURN(Attribution attribution, Attribute(input));
    attribution.reference = input_.reference;
    attribution.variant = attempt;
    std::vector<std::string> names;
    for (const OpLoss* op : RankedByCost(attribution)) names.push_back(op->tensor);
    for (VariantResult& variant : outcome_.report.variants) {
      if (variant.name == attempt) variant.attribution = attribution;
    }
    return names;
  }

  Status TryKeepingOperators() {
    const int least = LeastLoss(/*made=*/true);
    if (least < 0) return OkStatus();
    const std::string base = outcome_.repair.steps[static_cast<size_t>(least)].name;
    QG_ASSIGN_OR_RETURN(const std::vector<std::string> names, CostliestOperators(base));
    for (const int count : kKeptCounts) {
      if (static_cast<size_t>(count) > names.size()) break;
      std::vector<VariantConfig> variants;
      for (const char* precision : {"int16x8", "float32"}) {
        VariantConfig variant = configs_[base];
        variant.name = "keep-" + std::to_string(count) + "-" + precision;
        for (int i = 0; i < count; ++i) {
          const std::string& name = names[static_cast<size_t>(i)];
          variant.quantize->recipe.push_back({"", Exactly(name), FindScheme(precision)});
          kept_[variant.name].push_back(name);
        }
        variants.push_back(std::move(variant));
      }
      QG_RETURN_IF_ERROR(Try(std::move(variants)));
      if (Done()) break;
    }
    return OkStatus();
  }

  // What is wrong with the variant as it was and with what was chosen, not with all that was tried.
  void KeepFindings() {
    const Repair& repair = outcome_.repair;
    std::vector<std::string> names = {repair.steps.front().name};
    if (repair.best >= 0) names.push_back(repair.steps[static_cast<size_t>(repair.best)].name);
    std::erase_if(outcome_.report.findings, [&](const Finding& finding) {
      return std::find(names.begin(), names.end(), finding.variant) == names.end();
    });
    for (Finding& finding : outcome_.report.findings) finding.repro = input_.command;
  }

  void Finish() {
    Repair& repair = outcome_.repair;
    repair.best = LeastLoss(/*made=*/false);
    for (size_t i = 0; i < repair.steps.size(); ++i) {
      if (repair.steps[i].verdict != Verdict::kPass) continue;
      repair.best = static_cast<int>(i);
      repair.passes = true;
      break;
    }
    outcome_.report.verdict = repair.passes ? Verdict::kPass : Verdict::kFail;
    if (!repair.passes) {
      repair.advice =
          "Nothing tried passes the gate. What is left is quantization-aware training, "
          "more operators in float, or another limit.";
    }
    if (repair.best < 0) return;
    const auto model = models_.find(repair.steps[static_cast<size_t>(repair.best)].name);
    outcome_.model = model != models_.end() ? model->second : given_.bytes;
  }

  const RepairInput& input_;
  RepairOutcome outcome_;
  LoadedModel reference_;
  LoadedModel given_;
  std::map<std::string, VariantConfig> configs_;  // by step
  // By step: points, predictions and -SQNR of the outputs that it loses, compared in this order.
  std::map<std::string, std::array<double, 3>> losses_;
  std::map<std::string, ConstBytes> models_;  // by step, of those the quantizer made
  std::map<std::string, std::vector<std::string>> kept_;
};

}  // namespace

Result<RepairOutcome> RepairVariant(const RepairInput& input) { return RepairJob(input).Go(); }

}  // namespace quantgate
