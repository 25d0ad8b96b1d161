// A model together with the bytes of its file and a plan to run it.
#pragma once

#include <memory>
#include <string>

#include "reference/interpreter/plan.h"
#include "reference/model/tflite_reader.h"

namespace quantgate {

struct LoadedModel {
  std::shared_ptr<const Model> model;
  ConstBytes bytes;
  std::string path;  // as given; empty for a model made during the run
  // Incomplete where computed values decide shapes (PlanOptions::deferred); SettlePlan completes
  // it.
  std::shared_ptr<const Plan> plan;
};

// Errors name the file. `accelerated`: see PlanOptions.
Result<LoadedModel> LoadModel(const std::string& path, const Profile& profile,
                              bool accelerated = true);

// The same for a model made here: written out and read again, so that what runs is what would be
// shipped.
Result<LoadedModel> LoadMadeModel(const Model& model, const Profile& profile,
                                  bool accelerated = true);

}  // namespace quantgate
