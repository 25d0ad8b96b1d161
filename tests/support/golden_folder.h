// The real models with tensors that a real runtime computed on them. The folder lies beside the
// repository and is not part of it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace quantgate {

inline std::filesystem::path GoldenFolder() {
  const char* named = std::getenv("QUANTGATE_GOLDEN");
  return named != nullptr ? std::filesystem::path(named)
                          : std::filesystem::path("../shared/golden");
}

// The model files in it, sorted; empty where the folder is absent.
inline std::vector<std::filesystem::path> GoldenModels() {
  std::vector<std::filesystem::path> models;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(GoldenFolder(), code)) {
    const auto model = entry.path() / "model.tflite";
    if (std::filesystem::is_regular_file(model, code)) models.push_back(model);
  }
  std::sort(models.begin(), models.end());
  return models;
}

}  // namespace quantgate
