// Everything a model says about itself: operators in order, tensors, quantization, costs, and what
// breaks the quantization spec: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/finding.h"
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
  Shape run_shape;  // with the inputs as stored; `shape` where the interpreter does not infer it
  int buffer = 0;   // tensors that share a constant name the same buffer
  int64_t constant_bytes = 0;
  bool sparse = false;
  QuantParams quant;
  int32_t stored_axis = 0;  // quantized_dimension as the file has it
  int blockwise_size = 0;   // elements that share a scale held in another tensor; 0: none
  std::vector<float> recorded_min;
  std::vector<float> recorded_max;
  // Of per-axis scales: the largest over the smallest that is not zero.
  std::optional<double> scale_spread;
};

struct OpInspection {
  int index = 0;
  std::string type;
  int version = 1;
  std::vector<int> inputs;
  std::vector<int> outputs;
  // Multiplications with their additions in one run; absent where nothing is known of the operator
  // (custom, StableHLO, control flow).
  std::optional<int64_t> macs;
  int64_t parameters = 0;    // elements of its constant weights, shared ones too
  int64_t output_bytes = 0;  // of all outputs
  std::string problem;       // why it does not run here; empty: it does
};

struct SubgraphInspection {
  std::string name;
  std::vector<int> inputs;
  std::vector<int> outputs;
  std::vector<TensorInspection> tensors;
  std::vector<OpInspection> ops;
  int64_t macs = 0;          // of the operators it is known of
  int macs_unknown_ops = 0;  // operators it is not known of
  // Memory for activations; absent where it does not run here, or where values of a run decide
  // shapes.
  std::optional<int64_t> arena_bytes;
  std::string problem;  // why it does not run here
};

struct SignatureInspection {
  struct Entry {
    std::string name;
    int tensor = 0;
  };
  std::string key;
  int subgraph = 0;
  std::vector<Entry> inputs;
  std::vector<Entry> outputs;
};

struct MetadataInspection {
  std::string name;
  int64_t bytes = 0;
};

// One place that breaks a rule of `quantgate list lint`.
struct LintFinding {
  std::string code;  // "QL001", stable
  std::string name;  // "scale-zero", stable
  Severity severity = Severity::kNote;
  int subgraph = 0;
  int op_index = -1;  // where, if it is about one operator
  std::string op_type;
  int tensor_index = -1;  // where, if it is about one tensor
  std::string tensor;     // its name
  std::string message;    // the values and what they should be
};

struct ModelInspection {
  ModelFacts facts;
  std::string description;
  std::vector<SubgraphInspection> subgraphs;
  std::vector<SignatureInspection> signatures;
  std::vector<MetadataInspection> metadata;
  int main_subgraph = 0;                         // the one that runs
  int64_t macs = 0;                              // one run of it
  int64_t parameters = 0;                        // elements of constant weights, each buffer once
  int64_t constant_bytes = 0;                    // of tensors' constants, each buffer once
  std::optional<std::vector<LintFinding>> lint;  // absent: not asked for

  [[nodiscard]] const SubgraphInspection& main() const {
    return subgraphs[static_cast<size_t>(main_subgraph)];
  }
};

}  // namespace quantgate
