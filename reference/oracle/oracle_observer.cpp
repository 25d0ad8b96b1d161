#include "reference/oracle/oracle_observer.h"

namespace quantgate {

OracleObserver::OracleObserver(const Plan& plan)
    : plan_(plan),
      bytes_(plan.subgraph().tensors.size()),
      distances_(plan.subgraph().tensors.size()) {}

OracleTensor OracleObserver::TensorAt(int index) const {
  if (index < 0) return {};
  const std::span<const std::byte> constant = plan_.constant(index);
  const auto& seen = bytes_[static_cast<size_t>(index)];
  return {&plan_.info(index), plan_.shape(index),
          constant.empty() ? std::span<const std::byte>(seen) : constant};
}

void OracleObserver::OnTensor(int op_index, const TensorView& tensor) {
  bytes_[static_cast<size_t>(tensor.index)].assign(tensor.data.begin(), tensor.data.end());
  if (op_index < 0) return;
  const OpNode& node = plan_.subgraph().ops[static_cast<size_t>(op_index)];
  OracleOp op{&node, {}, TensorAt(tensor.index)};
  for (const int input : node.inputs) op.inputs.push_back(TensorAt(input));
  if (const auto distance = DistanceFromOracle(op)) {
    distances_[static_cast<size_t>(tensor.index)].Merge(*distance);
  }
}

}  // namespace quantgate
