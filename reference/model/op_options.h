// Access to the options of operators, in the format's own option tables. This header brings in the
// generated schema (large): include it in .cpp files of reference/model, reference/ops and the
// quantizer only.
#pragma once

#include <memory>
#include <utility>

#include "reference/model/graph.h"
#include "reference/model/tflite_generated.h"

namespace quantgate {

struct OpOptions {
  schema::BuiltinOptionsUnion first;    // field builtin_options
  schema::BuiltinOptions2Union second;  // field builtin_options_2 (StableHLO and newer)
};

// The option table of `node` as T (schema::Conv2DOptionsT, ...), or null when it carries another
// one or none; TFLite then means the defaults.
template <class T>
const T* OptionsAs(const OpNode& node) {
  if (!node.options ||
      node.options->first.type != schema::BuiltinOptionsUnionTraits<T>::enum_value) {
    return nullptr;
  }
  return static_cast<const T*>(node.options->first.value);
}

// The option table of `node`, or its defaults.
template <class T>
T OptionsOrDefault(const OpNode& node) {
  const T* options = OptionsAs<T>(node);
  return options != nullptr ? *options : T{};
}

// Options for a node we make ourselves.
template <class T>
std::shared_ptr<const OpOptions> MakeOptions(T table) {
  auto options = std::make_shared<OpOptions>();
  options->first.Set(std::move(table));
  return options;
}

}  // namespace quantgate
