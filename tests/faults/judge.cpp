#include "tests/faults/judge.h"

#include <gtest/gtest.h>

#include "harness/driver/diagnosis_evidence.h"
#include "harness/driver/evaluate.h"
#include "harness/inspection/model_facts.h"

namespace quantgate {
namespace {

std::vector<int> LabelsOf(const Dataset& data) {
  std::vector<int> labels;
  for (int64_t i = 0; i < data.size(); ++i) labels.push_back(data.label(i));
  return labels;
}

}  // namespace

const Finding* Verdicts::Cause() const {
  for (const Finding& finding : findings) {
    if (FindFinding(finding.id)->role == FindingRole::kCause) return &finding;
  }
  return nullptr;
}

Verdicts Judge(const FaultNet& net, const Suspect& suspect) {
  Verdicts verdicts;
  auto variant = LoadMadeModel(suspect.model, DefaultProfile());
  EXPECT_TRUE(variant.ok()) << variant.error().ToString();
  if (!variant.ok()) return verdicts;
  const Dataset& data = suspect.data ? *suspect.data : *net.data;
  const DiagnosisInput input{net.reference.plan, variant->plan, &data,
                             suspect.preprocessing.value_or(net.preprocessing)};
  EvaluationInput evaluation;
  evaluation.reference.runtime = BuiltinRuntime(net.reference.plan);
  evaluation.variants.push_back({BuiltinRuntime(variant->plan), suspect.feed, false});
  evaluation.dataset = &data;
  evaluation.preprocessing = input.preprocessing;
  const auto measured = Evaluate(evaluation);
  EXPECT_TRUE(measured.ok()) << measured.error().ToString();
  const std::vector<int> labels = LabelsOf(data);
  const VariantMeasurement& measurement = measured->variants[0];
  VariantResult reference;
  reference.accuracy = MeasureAccuracy(measured->reference_predictions, labels);
  reference.confusion =
      MeasureConfusion(measured->reference_predictions, labels, measured->classes);
  VariantResult result;
  result.name = suspect.name;
  result.tensors = measurement.tensors;
  result.accuracy = MeasureAccuracy(measurement.predictions, labels);
  result.confusion = MeasureConfusion(measurement.predictions, labels, measured->classes);
  result.paired = ComparePaired(measured->reference_predictions, measurement.predictions, labels);
  result.classes = MeasureClasses(measured->reference_predictions, measurement.predictions, labels,
                                  measured->classes);
  DatasetFacts facts;
  facts.samples = data.size();
  facts.real_min = measured->real_min;
  facts.real_max = measured->real_max;
  facts.preprocessing = input.preprocessing.ToString();
  const MeasuredEvidence seen = MeasureEvidence(input, facts, &reference);
  FindingContext context{result,
                         facts,
                         *variant->model,
                         nullptr,
                         &reference,
                         seen.ops ? &*seen.ops : nullptr,
                         seen.trials ? &*seen.trials : nullptr};
  context.reference_model = &input.reference->model();
  verdicts.findings = Diagnose(context);
  verdicts.guilty = RankGuilt(context);
  verdicts.drop = result.paired->drop;
  return verdicts;
}

}  // namespace quantgate
