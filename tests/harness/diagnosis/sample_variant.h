// A variant without any defect, and what the findings look at besides: the start of every test
// that plants one.
#pragma once

#include <optional>
#include <string>

#include "harness/diagnosis/finding_table.h"

namespace quantgate {

struct Evidence {
  VariantResult variant;
  DatasetFacts dataset;
  Model model;
  Model reference_model;  // in float
};

// Input, two convolutions of different ranges and a dense layer, all well quantized; accuracy kept.
Evidence CleanEvidence();

// Makes the variant lose ten points, far beyond its interval.
void LoseAccuracy(VariantResult& variant);

// What the finding of that id says, if it says anything.
std::optional<Finding> Look(const Evidence& evidence, const std::string& id);

}  // namespace quantgate
