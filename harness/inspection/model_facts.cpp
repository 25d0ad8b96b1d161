#include "harness/inspection/model_facts.h"

#include <algorithm>
#include <map>
#include <set>

#include "reference/core/sha256.h"

namespace quantgate {
namespace {

struct TypeCensus {
  std::set<DType> activations;       // types of operator outputs, index arithmetic left out
  std::map<DType, int64_t> weights;  // elements of float or quantized constants by type
  bool per_axis = false;
  bool blocks = false;
};

bool CarriesSignal(const TensorInfo& tensor) {
  return tensor.dtype == DType::kFloat32 || tensor.dtype == DType::kFloat16 ||
         (IsQuantizedStorage(tensor.dtype) && (tensor.quant.quantized() || tensor.blockwise));
}

TypeCensus TakeCensus(const Model& model) {
  TypeCensus census;
  for (const Subgraph& graph : model.subgraphs) {
    for (const OpNode& op : graph.ops) {
      // A DEQUANTIZE of a constant is how float16 and packed weights are stored, no activation.
      for (const int output : op.outputs) {
        const TensorInfo& tensor = graph.tensors[static_cast<size_t>(output)];
        if (CarriesSignal(tensor)) census.activations.insert(tensor.dtype);
      }
    }
    for (const TensorInfo& tensor : graph.tensors) {
      if (model.Constant(tensor).empty() || !CarriesSignal(tensor)) continue;
      census.weights[tensor.dtype] += tensor.shape.num_elements();
      census.per_axis = census.per_axis || tensor.quant.per_axis();
      census.blocks = census.blocks || tensor.blockwise;
    }
  }
  return census;
}

std::string Join(const std::set<DType>& types) {
  std::string text;
  for (const DType type : types)
    text += (text.empty() ? "" : " and ") + std::string(DTypeName(type));
  return text;
}

}  // namespace

std::string DescribeQuantization(const Model& model) {
  const TypeCensus census = TakeCensus(model);
  const auto most =
      std::max_element(census.weights.begin(), census.weights.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  const DType weights = most == census.weights.end() ? DType::kFloat32 : most->first;
  if (census.activations.empty()) return "no floating-point or quantized tensors";
  if (census.activations.size() > 1) return "mixed " + Join(census.activations);
  const DType activations = *census.activations.begin();
  const std::string axis = census.blocks ? " block-wise" : census.per_axis ? " per-axis" : "";
  if (most == census.weights.end() || weights == activations) {
    return std::string(DTypeName(activations)) + axis;
  }
  return std::string(DTypeName(weights)) + axis + " weights, " +
         std::string(DTypeName(activations)) + " activations";
}

ModelFacts FactsOf(const Model& model, std::span<const std::byte> bytes, const std::string& path) {
  ModelFacts facts;
  facts.path = path;
  facts.sha256 = Sha256Hex(bytes);
  facts.size_bytes = static_cast<int64_t>(bytes.size());
  for (const Subgraph& graph : model.subgraphs) {
    facts.operators += static_cast<int64_t>(graph.ops.size());
  }
  facts.quantization = DescribeQuantization(model);
  return facts;
}

GraphFacts GraphOf(const Model& model) {
  const Subgraph& graph = model.main();
  GraphFacts facts{graph.inputs, graph.outputs, {}};
  for (const OpNode& op : graph.ops) {
    GraphOp row{static_cast<int>(facts.ops.size()), op.type_name(), {}, op.outputs};
    for (const int input : op.inputs) {
      if (input < 0) continue;
      if (!model.Constant(graph.tensors[static_cast<size_t>(input)]).empty()) continue;
      row.inputs.push_back(input);
    }
    facts.ops.push_back(std::move(row));
  }
  return facts;
}

std::vector<TensorParameters> ParametersOf(const Subgraph& graph, const std::vector<int>& tensors) {
  std::vector<TensorParameters> out;
  for (const int index : tensors) {
    const TensorInfo& tensor = graph.tensors[static_cast<size_t>(index)];
    TensorParameters row{
        tensor.name, std::string(DTypeName(tensor.dtype)), tensor.shape.ToString(), {}, {}};
    if (tensor.quant.scales.size() == 1) {
      row.scale = static_cast<double>(tensor.quant.scale());
      row.zero_point = tensor.quant.zero_point();
    }
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace quantgate
