// What a model is, read from the model alone.
#pragma once

#include <string>

#include "harness/results/run_report.h"
#include "reference/model/graph.h"

namespace quantgate {

// How the model is quantized, in a few words: "float32", "int8 per-axis", "uint8",
// "int8 weights, float32 activations", "mixed int8 and float32".
std::string DescribeQuantization(const Model& model);

// `bytes` are those of the file; `path` as given, empty for a model made during the run.
ModelFacts FactsOf(const Model& model, std::span<const std::byte> bytes, const std::string& path);

// The graph's inputs and outputs for a report.
std::vector<TensorParameters> ParametersOf(const Subgraph& graph, const std::vector<int>& tensors);

// The operators and the computed tensors between them; constants are left out.
GraphFacts GraphOf(const Model& model);

}  // namespace quantgate
