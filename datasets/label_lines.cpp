#include "datasets/label_lines.h"

#include <algorithm>

#include "reference/core/file.h"

namespace quantgate {

namespace {

// What may be shown of a file that is no text at all.
std::string Shown(std::string word) {
  word = word.substr(0, 40);
  for (char& c : word) c = c >= ' ' && c <= '~' ? c : '?';
  return word;
}

}  // namespace

Result<std::vector<int>> ReadLabelLines(const std::string& path) {
  std::vector<int> labels;
  if (path.empty()) return labels;
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  size_t at = 0;
  while ((at = text.find_first_not_of(" \t\r\n,", at)) != std::string::npos) {
    const size_t end = std::min(text.find_first_of(" \t\r\n,", at), text.size());
    const std::string word = text.substr(at, end - at);
    const bool number =
        word.size() <= 9 && word.find_first_not_of("0123456789") == std::string::npos;
    if (!number) {
      return Error{.code = ErrorCode::kInput,
                   .message = "'" + Shown(word) + "' is not a class number",
                   .file = path,
                   .hint = "a label file holds one whole number a sample"};
    }
    labels.push_back(std::stoi(word));
    at = end;
  }
  return labels;
}

}  // namespace quantgate
