// Reads out of a model what it says about itself.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "harness/results/model_inspection.h"
#include "reference/model/graph.h"

namespace quantgate {

// `bytes` are those of the model's file; `path` as given. Lint findings are left out: see
// lint_table.h.
ModelInspection InspectModel(const std::shared_ptr<const Model>& model,
                             std::span<const std::byte> bytes, const std::string& path);

}  // namespace quantgate
