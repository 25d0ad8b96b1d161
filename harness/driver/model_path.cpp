#include "harness/driver/model_path.h"

#include <filesystem>

namespace quantgate {

ModelPath SplitModelPath(const std::string& path) {
  const size_t mark = path.rfind('#');
  std::error_code unknown;
  if (mark == std::string::npos || std::filesystem::exists(path, unknown)) return {path, ""};
  return {path.substr(0, mark), path.substr(mark + 1)};
}

std::string WithSignatureOf(const std::string& reference, const std::string& variant) {
  const ModelPath to = SplitModelPath(variant);
  const std::string& signature = SplitModelPath(reference).signature;
  return to.signature.empty() && !signature.empty() ? to.file + "#" + signature : variant;
}

}  // namespace quantgate
