// Where a variant's loss comes from, and why: the attribution together with the findings.
#pragma once

#include "harness/driver/attribute.h"
#include "harness/results/finding.h"

namespace quantgate {

struct Diagnosis {
  Attribution attribution;
  std::vector<Finding> findings;  // most severe first; causes that explain most of the loss first
};

// `name`: of the variant, for the findings. Fails when the data does not fit the models.
Result<Diagnosis> DiagnoseModels(const AttributionInput& input, const std::string& name);

}  // namespace quantgate
