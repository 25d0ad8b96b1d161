// A model's inspection for people and for programs.
#pragma once

#include <string>

#include "harness/results/model_inspection.h"

namespace quantgate {

// Tables of operators and tensors.
std::string InspectionText(const ModelInspection& inspection);

// One JSON document, every per-axis scale included.
std::string InspectionJson(const ModelInspection& inspection);

}  // namespace quantgate
