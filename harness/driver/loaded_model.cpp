#include "harness/driver/loaded_model.h"

#include "harness/driver/model_path.h"
#include "reference/core/sha256.h"
#include "reference/core/suggest.h"
#include "reference/model/tflite_writer.h"

namespace quantgate {
namespace {

std::shared_ptr<const Model> WithMain(const std::shared_ptr<const Model>& model, int subgraph) {
  if (model->main_index == subgraph) return model;
  auto other = std::make_shared<Model>(*model);
  other->main_index = subgraph;
  return other;
}

Result<std::shared_ptr<const Model>> WithSignature(const std::shared_ptr<const Model>& model,
                                                   const std::string& key) {
  if (key.empty()) return model;
  std::vector<std::string_view> keys;
  for (const Signature& signature : model->signatures) {
    if (signature.key == key) return WithMain(model, signature.subgraph);
    keys.push_back(signature.key);
  }
  return Error{.code = ErrorCode::kInput,
               .message = "the model has no signature '" + key + "'",
               .hint = keys.empty() ? "it names none" : SuggestName(key, keys)};
}

Result<LoadedModel> Load(ModelFile file, const std::string& path, const Profile& profile,
                         bool accelerated) {
  LoadedModel loaded;
  loaded.model = std::move(file.model);
  loaded.bytes = std::move(file.bytes);
  loaded.path = path;
  QG_ASSIGN_OR_RETURN(loaded.plan, Plan::Make(loaded.model, {.profile = &profile,
                                                             .file = path,
                                                             .deferred = true,
                                                             .accelerated = accelerated}));
  return loaded;
}

}  // namespace

Result<ModelFile> OpenModel(const std::string& path) {
  const ModelPath parts = SplitModelPath(path);
  ModelFile file;
  QG_ASSIGN_OR_RETURN(file.bytes, MapFile(parts.file));
  QG_ASSIGN_OR_RETURN(file.model, ReadModel(file.bytes, parts.file));
  auto chosen = WithSignature(file.model, parts.signature);
  if (chosen.ok()) {
    file.model = *chosen;
    return file;
  }
  Error error = chosen.error();
  error.file = parts.file;
  return error;
}

Result<LoadedModel> LoadModel(const std::string& path, const Profile& profile, bool accelerated) {
  QG_ASSIGN_OR_RETURN(ModelFile file, OpenModel(path));
  return Load(std::move(file), path, profile, accelerated);
}

Result<LoadedModel> LoadMadeModel(const Model& model, const Profile& profile, bool accelerated) {
  ModelFile file;
  file.bytes = ConstBytes(WriteModel(model));
  QG_ASSIGN_OR_RETURN(file.model, ReadMadeModel(file.bytes, model));
  return Load(std::move(file), "", profile, accelerated);
}

Result<std::shared_ptr<const Model>> ReadMadeModel(const ConstBytes& bytes, const Model& source) {
  QG_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> read, ReadModel(bytes, ""));
  return WithMain(read, source.main_index);
}

std::string FingerprintOf(const LoadedModel& model) {
  std::string sha256 = Sha256Hex(model.bytes.view());
  if (model.model->main_index == 0) return sha256;
  const std::string text = sha256 + " " + std::to_string(model.model->main_index);
  return Sha256Hex(std::as_bytes(std::span(text)));
}

}  // namespace quantgate
