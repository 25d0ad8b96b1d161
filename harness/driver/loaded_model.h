// A model together with the bytes of its file and a plan to run it.
#pragma once

#include <memory>
#include <string>

#include "reference/interpreter/plan.h"
#include "reference/model/tflite_reader.h"

namespace quantgate {

struct ModelFile {
  std::shared_ptr<const Model> model;
  ConstBytes bytes;
};

// The model of a path (model_path.h), its main subgraph that of the signature named. Errors name
// the file; kInput when there is no such signature.
Result<ModelFile> OpenModel(const std::string& path);

struct LoadedModel {
  std::shared_ptr<const Model> model;
  ConstBytes bytes;
  std::string path;  // as given; empty for a model made during the run
  // Incomplete where computed values decide shapes (PlanOptions::deferred); SettlePlan completes
  // it.
  std::shared_ptr<const Plan> plan;
};

// As OpenModel, and ready to run. `accelerated`: see PlanOptions.
Result<LoadedModel> LoadModel(const std::string& path, const Profile& profile,
                              bool accelerated = true);

// The same for a model made here: written out and read again, so that what runs is what would be
// shipped. The main subgraph stays the one it is.
Result<LoadedModel> LoadMadeModel(const Model& model, const Profile& profile,
                                  bool accelerated = true);

// The model that made bytes hold, its main subgraph that of `source`.
Result<std::shared_ptr<const Model>> ReadMadeModel(const ConstBytes& bytes, const Model& source);

// Which model ranges and observations belong to: the SHA-256 of the file, or, where another
// subgraph than the first is run, of the text "<SHA-256 of the file> <number of the subgraph>".
std::string FingerprintOf(const LoadedModel& model);

}  // namespace quantgate
