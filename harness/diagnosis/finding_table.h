// Named causes of an accuracy drop. One row a finding; each looks at the measured evidence and says
// something only when the evidence is there.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/results/attribution.h"
#include "harness/results/op_evidence.h"
#include "harness/results/run_report.h"
#include "reference/model/graph.h"

namespace quantgate {

// What a finding may look at: one variant, its model, and the data it ran on. What was not measured
// is null, and the findings that need it say nothing.
struct FindingContext {
  const VariantResult& variant;
  const DatasetFacts& dataset;
  const Model& model;
  // Of the samples that the variant's ranges were calibrated on in this run; null when there are
  // none, or when another variant's findings speak of them.
  const CalibrationCheck* calibration = nullptr;
  const VariantResult* reference = nullptr;  // how the reference did on the same samples
  const OpEvidenceTable* ops = nullptr;      // what each operator does wrong by itself
  const InputTrials* trials = nullptr;       // the reference, fed otherwise
  const Attribution* attribution = nullptr;  // where the loss comes from
  const Model* reference_model = nullptr;
};

// Whether a finding names a cause, or only what a cause brings about.
enum class FindingRole { kCause, kSymptom };

struct FindingDef {
  std::string_view id;    // "QG001"
  std::string_view name;  // "input-not-quantized"
  std::string_view summary;
  void (*look)(const FindingContext& context, std::vector<Finding>& findings);
  FindingRole role = FindingRole::kCause;
};

std::span<const FindingDef> AllFindings();
const FindingDef* FindFinding(std::string_view id_or_name);

// All findings about one variant. Severity follows the measured effect: an error where the variant
// lost accuracy beyond its interval, otherwise a note or, with clear evidence of a defect, a
// warning. The most severe first; among equals causes before symptoms, and
// what is about the data or the input first, then the guiltiest operator (guilty_ops.h).
std::vector<Finding> Diagnose(const FindingContext& context);

}  // namespace quantgate
