// A model's inspection for people and for programs.
#pragma once

#include <string>

#include "harness/results/model_inspection.h"

namespace quantgate {

// Which parts of the text to show.
struct InspectionParts {
  bool summary = true;
  bool ops = true;
  bool tensors = true;
  bool lint = true;  // if there is any
};

// Totals, tables of operators and tensors, lint findings one a line. Long names lose their middle.
std::string InspectionText(const ModelInspection& inspection, const InspectionParts& parts = {});

// One JSON document with everything, full names and every per-axis scale included; described by
// configs/schema/inspect.schema.json.
std::string InspectionJson(const ModelInspection& inspection);

}  // namespace quantgate
