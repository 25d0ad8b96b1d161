#include "reference/model/all_outputs.h"

#include <algorithm>

namespace quantgate {

ModelWithOutputs WithAllOutputs(const Model& model) {
  ModelWithOutputs out{model, {}};
  Subgraph& graph = out.model.main();
  for (const OpNode& op : graph.ops) {
    for (const int tensor : op.outputs) {
      const TensorInfo& info = graph.tensors[static_cast<size_t>(tensor)];
      const bool seen =
          std::find(out.outputs.begin(), out.outputs.end(), tensor) != out.outputs.end();
      if (!seen && DTypeBits(info.dtype) >= 8 && !info.is_variable) out.outputs.push_back(tensor);
    }
  }
  graph.outputs = out.outputs;
  out.model.signatures.clear();  // they name the outputs there were
  return out;
}

}  // namespace quantgate
