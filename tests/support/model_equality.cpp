#include "tests/support/model_equality.h"

#include <algorithm>
#include <tuple>

namespace quantgate {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

auto Fields(const SparseDimension& d) {
  return std::tie(d.compressed, d.dense_size, d.segments, d.indices);
}

bool SameSparsity(const SparseLayout* a, const SparseLayout* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->traversal_order == b->traversal_order && a->block_map == b->block_map &&
         std::equal(a->dimensions.begin(), a->dimensions.end(), b->dimensions.begin(),
                    b->dimensions.end(),
                    [](const auto& x, const auto& y) { return Fields(x) == Fields(y); });
}

bool SameBlocks(const std::optional<BlockwiseParams>& a, const std::optional<BlockwiseParams>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return std::tie(a->scales_tensor, a->zero_points_tensor, a->block_size) ==
         std::tie(b->scales_tensor, b->zero_points_tensor, b->block_size);
}

auto Fields(const TensorInfo& t) {
  return std::tie(t.name, t.dtype, t.shape, t.shape_signature, t.has_rank, t.quant, t.recorded_min,
                  t.recorded_max, t.buffer, t.is_variable);
}

bool SameTensor(const TensorInfo& a, const TensorInfo& b) {
  return Fields(a) == Fields(b) && SameBlocks(a.blockwise, b.blockwise) &&
         SameSparsity(a.sparsity.get(), b.sparsity.get());
}

auto Fields(const OpNode& op) {
  return std::tie(op.code, op.custom_code, op.version, op.inputs, op.outputs, op.intermediates,
                  op.custom_options, op.mutating_variable_inputs);
}

AssertionResult SameSubgraph(const Subgraph& a, const Subgraph& b) {
  if (std::tie(a.name, a.inputs, a.outputs) != std::tie(b.name, b.inputs, b.outputs)) {
    return AssertionFailure() << "name, inputs or outputs differ";
  }
  if (a.tensors.size() != b.tensors.size()) return AssertionFailure() << "tensor counts differ";
  for (size_t i = 0; i < a.tensors.size(); ++i) {
    if (!SameTensor(a.tensors[i], b.tensors[i])) {
      return AssertionFailure() << "tensor " << i << " '" << a.tensors[i].name << "' differs";
    }
  }
  if (a.ops.size() != b.ops.size()) return AssertionFailure() << "operator counts differ";
  for (size_t i = 0; i < a.ops.size(); ++i) {
    if (Fields(a.ops[i]) != Fields(b.ops[i])) {
      return AssertionFailure() << "operator " << i << " " << a.ops[i].type_name() << " differs";
    }
  }
  return AssertionSuccess();
}

bool SameNames(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.tensor == y.tensor;
  });
}

bool SameSignature(const Signature& a, const Signature& b) {
  return a.key == b.key && a.subgraph == b.subgraph && SameNames(a.inputs, b.inputs) &&
         SameNames(a.outputs, b.outputs);
}

}  // namespace

AssertionResult SameModel(const Model& a, const Model& b) {
  if (a.description != b.description) return AssertionFailure() << "descriptions differ";
  if (a.subgraphs.size() != b.subgraphs.size()) return AssertionFailure() << "subgraphs differ";
  for (size_t i = 0; i < a.subgraphs.size(); ++i) {
    const AssertionResult same = SameSubgraph(a.subgraphs[i], b.subgraphs[i]);
    if (!same) return AssertionFailure() << "subgraph " << i << ": " << same.message();
  }
  if (!std::equal(a.buffers.begin(), a.buffers.end(), b.buffers.begin(), b.buffers.end(),
                  [](const ConstBytes& x, const ConstBytes& y) {
                    return std::ranges::equal(x.view(), y.view());
                  })) {
    return AssertionFailure() << "buffers differ";
  }
  if (!std::equal(a.metadata.begin(), a.metadata.end(), b.metadata.begin(), b.metadata.end(),
                  [](const MetadataEntry& x, const MetadataEntry& y) {
                    return x.name == y.name && x.buffer == y.buffer;
                  })) {
    return AssertionFailure() << "metadata differ";
  }
  if (!std::equal(a.signatures.begin(), a.signatures.end(), b.signatures.begin(),
                  b.signatures.end(), &SameSignature)) {
    return AssertionFailure() << "signatures differ";
  }
  return AssertionSuccess();
}

}  // namespace quantgate
