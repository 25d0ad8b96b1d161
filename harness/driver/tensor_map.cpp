#include "harness/driver/tensor_map.h"

#include "harness/driver/strict_json.h"
#include "reference/core/file.h"

namespace quantgate {

Result<TensorMap> ReadTensorMap(const std::string& path) {
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  QG_ASSIGN_OR_RETURN(const nlohmann::json document, ParseConfigJson(text, path));
  ConfigErrors errors(path);
  StrictObject object(document, "", errors);
  TensorMap map;
  const nlohmann::json* tensors = object.Value("tensors", /*required=*/true);
  if (tensors != nullptr && !tensors->is_object()) {
    object.Fail("tensors", "is no object",
                "{\"tensors\": {\"reference tensor\": \"its partner\"}}");
  } else if (tensors != nullptr) {
    for (const auto& [from, to] : tensors->items()) {
      if (to.is_string()) {
        map[from] = to.get<std::string>();
      } else if (to.is_null()) {
        map[from] = std::nullopt;
      } else {
        object.Fail("tensors." + from, "is neither a tensor's name nor null");
      }
    }
  }
  object.NoOtherKeys();
  if (!errors.ok()) return errors.error();
  return map;
}

}  // namespace quantgate
