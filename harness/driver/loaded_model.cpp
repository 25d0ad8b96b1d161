#include "harness/driver/loaded_model.h"

#include "reference/model/tflite_writer.h"

namespace quantgate {
namespace {

Result<LoadedModel> Load(ConstBytes bytes, const std::string& path, const Profile& profile) {
  LoadedModel loaded;
  loaded.bytes = std::move(bytes);
  loaded.path = path;
  QG_ASSIGN_OR_RETURN(loaded.model, ReadModel(loaded.bytes, path));
  QG_ASSIGN_OR_RETURN(loaded.plan,
                      Plan::Make(loaded.model, {.profile = &profile, .subgraph = 0, .file = path}));
  return loaded;
}

}  // namespace

Result<LoadedModel> LoadModel(const std::string& path, const Profile& profile) {
  QG_ASSIGN_OR_RETURN(ConstBytes bytes, MapFile(path));
  return Load(std::move(bytes), path, profile);
}

Result<LoadedModel> LoadMadeModel(const Model& model, const Profile& profile) {
  return Load(ConstBytes(WriteModel(model)), "", profile);
}

}  // namespace quantgate
