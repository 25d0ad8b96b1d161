// Every runtime a variant can be run by. One row a runtime.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/runtimes/runtime.h"
#include "harness/runtimes/tflite_c_api.h"

namespace quantgate {

struct RuntimeOptions {
  std::string library;  // of "tflite"; empty: FindTfliteLibrary()
  TfliteDelegate delegate = TfliteDelegate::kNone;
  int threads = 1;  // within one session
};

struct RuntimeDef {
  std::string_view name;
  std::string_view summary;
  Result<std::shared_ptr<const RuntimeModel>> (*open)(const std::shared_ptr<const Plan>& plan,
                                                      const RuntimeOptions& options);
};

std::span<const RuntimeDef> AllRuntimes();
const RuntimeDef* FindRuntime(std::string_view name);

// tflite_runtime.cpp
Result<std::shared_ptr<const RuntimeModel>> OpenTfliteRuntime(
    const std::shared_ptr<const Plan>& plan, const RuntimeOptions& options);

// "none" and "xnnpack"; null for another name.
const TfliteDelegate* FindDelegate(std::string_view name);
std::string_view DelegateName(TfliteDelegate delegate);

}  // namespace quantgate
