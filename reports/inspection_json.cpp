// The JSON half of inspection_report.h.
#include <nlohmann/json.hpp>

#include "reports/inspection_report.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

ordered_json TensorJson(const TensorInspection& tensor) {
  const auto dims = tensor.shape.dims();
  ordered_json out = {{"index", tensor.index},
                      {"name", tensor.name},
                      {"role", tensor.role},
                      {"dtype", DTypeName(tensor.dtype)},
                      {"shape", std::vector<int32_t>(dims.begin(), dims.end())},
                      {"shape_signature", tensor.shape_signature},
                      {"constant_bytes", tensor.constant_bytes},
                      {"scale", tensor.quant.scales},
                      {"zero_point", tensor.quant.zero_points}};
  out["quantized_dimension"] =
      tensor.quant.per_axis() ? ordered_json(tensor.quant.axis) : ordered_json();
  out["scale_spread"] = tensor.scale_spread ? ordered_json(*tensor.scale_spread) : ordered_json();
  return out;
}

ordered_json SubgraphJson(const SubgraphInspection& graph) {
  ordered_json out = {{"name", graph.name}, {"inputs", graph.inputs}, {"outputs", graph.outputs}};
  out["ops"] = ordered_json::array();
  for (const OpInspection& op : graph.ops) {
    out["ops"].push_back({{"index", op.index},
                          {"type", op.type},
                          {"version", op.version},
                          {"inputs", op.inputs},
                          {"outputs", op.outputs}});
  }
  out["tensors"] = ordered_json::array();
  for (const TensorInspection& tensor : graph.tensors) out["tensors"].push_back(TensorJson(tensor));
  return out;
}

}  // namespace

std::string InspectionJson(const ModelInspection& inspection) {
  const ModelFacts& facts = inspection.facts;
  ordered_json out = {{"path", facts.path},
                      {"sha256", facts.sha256},
                      {"size_bytes", facts.size_bytes},
                      {"quantization", facts.quantization},
                      {"operators", facts.operators},
                      {"description", inspection.description},
                      {"signatures", inspection.signatures},
                      {"metadata", inspection.metadata}};
  out["subgraphs"] = ordered_json::array();
  for (const SubgraphInspection& graph : inspection.subgraphs) {
    out["subgraphs"].push_back(SubgraphJson(graph));
  }
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace quantgate
