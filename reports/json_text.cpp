#include "reports/json_text.h"

#include <algorithm>

namespace quantgate {
namespace {

using nlohmann::ordered_json;

constexpr int kMaxDepth = 64;

void AppendPretty(const ordered_json& value, size_t indent, std::string& out) {
  const bool flat =
      !value.is_structured() || value.empty() ||
      (value.is_array() &&
       std::none_of(value.begin(), value.end(), [](const auto& v) { return v.is_structured(); }));
  if (flat) {
    if (!value.is_array()) {
      out += CompactJson(value);
      return;
    }
    out += '[';
    for (size_t i = 0; i < value.size(); ++i) out += (i == 0 ? "" : ", ") + CompactJson(value[i]);
    out += ']';
    return;
  }
  out += value.is_array() ? "[" : "{";
  const std::string margin = "\n" + std::string(indent + 2, ' ');
  bool first = true;
  for (const auto& [key, item] : value.items()) {
    out += (first ? "" : ",") + margin;
    first = false;
    if (value.is_object()) out += CompactJson(key) + ": ";
    AppendPretty(item, indent + 2, out);
  }
  out += "\n" + std::string(indent, ' ') + (value.is_array() ? "]" : "}");
}

// Brackets are counted before parsing, so that no parser ever sees a document too deep for it.
bool NestsTooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kMaxDepth) return true;
  }
  return false;
}

}  // namespace

std::string CompactJson(const ordered_json& document) {
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string PrettyJson(const ordered_json& document) {
  std::string out;
  AppendPretty(document, 0, out);
  return out + "\n";
}

Result<ordered_json> ParseJsonText(std::string_view text) {
  if (NestsTooDeep(text)) {
    return Error{.code = ErrorCode::kInput,
                 .message = "the JSON nests deeper than " + std::to_string(kMaxDepth) + " levels"};
  }
  ordered_json document = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    return Error{.code = ErrorCode::kInput, .message = "not a JSON document"};
  }
  return document;
}

}  // namespace quantgate
