#include "harness/driver/loaded_model.h"

#include "reference/model/tflite_writer.h"

namespace quantgate {
namespace {

Result<LoadedModel> Load(ConstBytes bytes, const std::string& path, const Profile& profile,
                         bool accelerated) {
  LoadedModel loaded;
  loaded.bytes = std::move(bytes);
  loaded.path = path;
  QG_ASSIGN_OR_RETURN(loaded.model, ReadModel(loaded.bytes, path));
  QG_ASSIGN_OR_RETURN(loaded.plan, Plan::Make(loaded.model, {.profile = &profile,
                                                             .file = path,
                                                             .deferred = true,
                                                             .accelerated = accelerated}));
  return loaded;
}

}  // namespace

Result<LoadedModel> LoadModel(const std::string& path, const Profile& profile, bool accelerated) {
  QG_ASSIGN_OR_RETURN(ConstBytes bytes, MapFile(path));
  return Load(std::move(bytes), path, profile, accelerated);
}

Result<LoadedModel> LoadMadeModel(const Model& model, const Profile& profile, bool accelerated) {
  return Load(ConstBytes(WriteModel(model)), "", profile, accelerated);
}

}  // namespace quantgate
