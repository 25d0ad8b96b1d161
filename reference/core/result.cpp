#include "reference/core/result.h"

#include <cstdio>
#include <cstdlib>

namespace quantgate {

void CheckFailed(const char* expression, const char* detail, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: check failed: %s %s\n", file, line, expression, detail);
  std::abort();
}

const char* ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage: return "usage";
    case ErrorCode::kConfig: return "config";
    case ErrorCode::kInput: return "input";
    case ErrorCode::kModel: return "model";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

int ExitCodeFor(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
    case ErrorCode::kConfig: return 2;
    case ErrorCode::kInput:
    case ErrorCode::kModel:
    case ErrorCode::kUnsupported: return 3;
    case ErrorCode::kInternal: return 4;
  }
  return 4;
}

std::string Error::ToString() const {
  std::string text = std::string(ErrorCodeName(code)) + " error: ";
  if (!file.empty()) text += file + ": ";
  if (op_index) text += "op " + std::to_string(*op_index) + ": ";
  if (!tensor.empty()) text += "tensor '" + tensor + "': ";
  text += message;
  if (!hint.empty()) text += " (" + hint + ")";
  return text;
}

}  // namespace quantgate
