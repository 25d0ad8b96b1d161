#include "harness/driver/diagnose.h"

#include "harness/diagnosis/finding_table.h"
#include "harness/diagnosis/loss_shares.h"
#include "harness/driver/diagnosis_evidence.h"

namespace quantgate {
namespace {

struct Measured {
  VariantResult reference;
  VariantResult variant;
  DatasetFacts dataset;
};

Measured Fill(const Evaluation& evaluation, const AttributionInput& input,
              const std::string& name) {
  const VariantMeasurement& measurement = evaluation.variants.front();
  Measured measured;
  measured.dataset.samples = input.dataset->size();
  measured.dataset.real_min = evaluation.real_min;
  measured.dataset.real_max = evaluation.real_max;
  measured.dataset.preprocessing = input.preprocessing.ToString();
  VariantResult& variant = measured.variant;
  variant.name = name;
  variant.model.path = name;
  variant.error = measurement.error;
  variant.tensors = measurement.tensors;
  variant.unmatched_tensors = measurement.matching.unmatched_variant;
  variant.unmatched_reference_tensors = measurement.matching.unmatched_reference;
  const std::vector<int> labels = input.dataset->labels();
  if (!input.classify || labels.empty() || labels.front() < 0) return measured;
  const auto& answers = measurement.predictions;
  const auto& expected = evaluation.reference_predictions;
  measured.reference.accuracy = MeasureAccuracy(expected, labels);
  measured.reference.confusion = MeasureConfusion(expected, labels, evaluation.classes);
  variant.accuracy = MeasureAccuracy(answers, labels);
  variant.confusion = MeasureConfusion(answers, labels, evaluation.classes);
  variant.paired = ComparePaired(expected, answers, labels);
  variant.classes = MeasureClasses(expected, answers, labels, evaluation.classes);
  return measured;
}

}  // namespace

Result<Diagnosis> DiagnoseModels(const AttributionInput& input, const std::string& name) {
  Diagnosis diagnosis;
  QG_ASSIGN_OR_RETURN(diagnosis.attribution, Attribute(input));
  EvaluationInput evaluation;
  evaluation.reference.runtime = BuiltinRuntime(input.reference);
  evaluation.variants.push_back({BuiltinRuntime(input.variant), input.feed, false, input.map});
  evaluation.dataset = input.dataset;
  evaluation.preprocessing = input.preprocessing;
  evaluation.classify = input.classify;
  evaluation.threshold = input.threshold;
  evaluation.threads = input.threads;
  if (input.progress) {
    evaluation.progress = [&](int64_t done, int64_t total) {
      input.progress("findings", done, total);
    };
  }
  QG_ASSIGN_OR_RETURN(const Evaluation evaluated, Evaluate(evaluation));
  const Measured measured = Fill(evaluated, input, name);
  const MeasuredEvidence seen = MeasureEvidence({input.reference, input.variant, input.dataset,
                                                 input.preprocessing, input.map, input.threshold},
                                                measured.dataset, &measured.reference);
  FindingContext context{measured.variant,
                         measured.dataset,
                         input.variant->model(),
                         nullptr,
                         &measured.reference,
                         seen.ops ? &*seen.ops : nullptr,
                         seen.trials ? &*seen.trials : nullptr,
                         &diagnosis.attribution,
                         &input.reference->model()};
  diagnosis.findings = Diagnose(context);
  AddLossShares(diagnosis.attribution, diagnosis.findings);
  return diagnosis;
}

}  // namespace quantgate
