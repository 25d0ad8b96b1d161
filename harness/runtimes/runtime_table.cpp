#include "harness/runtimes/runtime_table.h"

#include <array>

namespace quantgate {
namespace {

Result<std::shared_ptr<const RuntimeModel>> OpenBuiltin(const std::shared_ptr<const Plan>& plan,
                                                        const RuntimeOptions& /*options*/) {
  return BuiltinRuntime(plan);
}

constexpr std::array kRuntimes = {
    RuntimeDef{"builtin", "the reference interpreter, in the arithmetic of the variant's profile",
               OpenBuiltin},
    RuntimeDef{"tflite",
               "a real TensorFlow Lite C library, loaded at run time, with or without XNNPACK",
               OpenTfliteRuntime},
};

struct DelegateRow {
  TfliteDelegate delegate;
  std::string_view name;
};
constexpr std::array kDelegates = {DelegateRow{TfliteDelegate::kNone, "none"},
                                   DelegateRow{TfliteDelegate::kXnnpack, "xnnpack"}};

}  // namespace

std::span<const RuntimeDef> AllRuntimes() { return kRuntimes; }

const RuntimeDef* FindRuntime(std::string_view name) {
  for (const RuntimeDef& def : kRuntimes) {
    if (def.name == name) return &def;
  }
  return nullptr;
}

const TfliteDelegate* FindDelegate(std::string_view name) {
  for (const DelegateRow& row : kDelegates) {
    if (row.name == name) return &row.delegate;
  }
  return nullptr;
}

std::string_view DelegateName(TfliteDelegate delegate) {
  return kDelegates[static_cast<size_t>(delegate)].name;
}

}  // namespace quantgate
