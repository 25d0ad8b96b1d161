// Compares what two runs of one graph computed, element by element.
#pragma once

#include <vector>

#include "harness/results/code_difference.h"
#include "reference/interpreter/observer.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

// The bytes of every tensor of one run.
class BytesRecord : public Observer {
 public:
  explicit BytesRecord(const Plan& plan) : bytes_(plan.subgraph().tensors.size()) {}
  void OnTensor(int op_index, const TensorView& tensor) override;
  [[nodiscard]] std::span<const std::byte> bytes(int tensor) const {
    return bytes_[static_cast<size_t>(tensor)];
  }

 private:
  std::vector<std::vector<std::byte>> bytes_;  // by tensor index
};

// One row a computed tensor, in the operators' order, by tensor and operator only.
std::vector<CodeDifference> MakeCodeDifferences(const Plan& plan);

// Adds one sample of one tensor of row.dtype, given by two runs as so many bytes; nothing when they
// are equal.
void CountDifferences(int64_t sample, std::span<const std::byte> first,
                      std::span<const std::byte> second, CodeDifference& row);

// Adds one sample: what the two runs recorded. Tensors that one of them did not show are left out.
void AddSample(const Plan& plan, int64_t sample, const BytesRecord& first,
               const BytesRecord& second, std::vector<CodeDifference>& rows);

// Adds the rows of later samples.
void MergeCodeDifferences(std::vector<CodeDifference>& into,
                          const std::vector<CodeDifference>& part);

}  // namespace quantgate
