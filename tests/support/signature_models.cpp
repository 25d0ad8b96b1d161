#include "tests/support/signature_models.h"

namespace quantgate {
namespace {

std::vector<NamedTensor> Named(const Subgraph& graph, const std::vector<int>& tensors) {
  std::vector<NamedTensor> named;
  named.reserve(tensors.size());
  for (const int tensor : tensors) {
    named.push_back({graph.tensors[static_cast<size_t>(tensor)].name, tensor});
  }
  return named;
}

}  // namespace

Model JoinSignatures(const std::vector<SignaturePart>& parts) {
  Model joined;
  joined.buffers.emplace_back();
  for (const SignaturePart& part : parts) {
    Subgraph graph = part.model.main();
    graph.name = part.key;
    const int first = static_cast<int>(joined.buffers.size()) - 1;  // a part's buffer 0 is empty
    for (TensorInfo& tensor : graph.tensors) {
      if (tensor.buffer > 0) tensor.buffer += first;
    }
    joined.buffers.insert(joined.buffers.end(), part.model.buffers.begin() + 1,
                          part.model.buffers.end());
    joined.signatures.push_back({part.key, static_cast<int>(joined.subgraphs.size()),
                                 Named(graph, graph.inputs), Named(graph, graph.outputs)});
    joined.subgraphs.push_back(std::move(graph));
  }
  return joined;
}

}  // namespace quantgate
