// Everything a model says about itself: operators in order, tensors, quantization: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/run_report.h"
#include "reference/core/quant_params.h"
#include "reference/core/shape.h"

namespace quantgate {

struct TensorInspection {
  int index = 0;
  std::string name;
  std::string role;  // "input", "output", "constant", "computed", "variable" or "unused"
  DType dtype = DType::kFloat32;
  Shape shape;
  std::vector<int32_t> shape_signature;
  int64_t constant_bytes = 0;
  QuantParams quant;
  // Of per-axis scales: the largest over the smallest that is not zero.
  std::optional<double> scale_spread;
};

struct OpInspection {
  int index = 0;
  std::string type;
  int version = 1;
  std::vector<int> inputs;
  std::vector<int> outputs;
};

struct SubgraphInspection {
  std::string name;
  std::vector<int> inputs;
  std::vector<int> outputs;
  std::vector<TensorInspection> tensors;
  std::vector<OpInspection> ops;
};

struct ModelInspection {
  ModelFacts facts;
  std::string description;
  std::vector<SubgraphInspection> subgraphs;
  std::vector<std::string> signatures;  // "key: inputs a, b; outputs c"
  std::vector<std::string> metadata;    // names
};

}  // namespace quantgate
