// One model a lint rule, made to break that rule and no other.
#pragma once

#include <map>
#include <string>

#include "harness/quantization/scheme_table.h"
#include "reference/model/graph.h"

namespace quantgate {

// By rule code.
std::map<std::string, Model> PlantedModels();

// SmallFloatModel (tests/support) quantized under `scheme`: in 0, conv/w 1, conv/b 2, conv 3, flat
// 4, fc/w 5, fc/b 6, logits 7, probabilities 8.
Model QuantizedModel(const char* scheme);

// `model` quantized with [-10, 10] for every activation.
Model QuantizedWithOneRange(const Model& model, const SchemeDef& scheme);

}  // namespace quantgate
