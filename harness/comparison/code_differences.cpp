#include "harness/comparison/code_differences.h"

#include <algorithm>
#include <cmath>

#include "reference/numeric/element.h"

namespace quantgate {
namespace {

bool BytesDiffer(const BytesRecord& first, const BytesRecord& second, int tensor) {
  const auto a = first.bytes(tensor);
  const auto b = second.bytes(tensor);
  return a.size() == b.size() && !std::equal(a.begin(), a.end(), b.begin());
}

}  // namespace

void CountDifferences(int64_t sample, std::span<const std::byte> first,
                      std::span<const std::byte> second, CodeDifference& row) {
  if (std::equal(first.begin(), first.end(), second.begin(), second.end())) return;
  const auto count = first.size() * 8 / static_cast<size_t>(DTypeBits(row.dtype));
  bool any = false;
  for (size_t i = 0; i < count; ++i) {
    const double x = ReadElement(first, row.dtype, i);
    const double y = ReadElement(second, row.dtype, i);
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    ++row.different;
    const double difference = std::abs(x - y);
    if (std::isfinite(difference)) row.largest = std::max(row.largest, difference);
    if (row.first_sample < 0) {
      row.first_sample = sample;
      row.first_element = static_cast<int64_t>(i);
      row.first_value = x;
      row.second_value = y;
    }
    any = true;
  }
  row.samples_different += any ? 1 : 0;
}

void BytesRecord::OnTensor(int /*op_index*/, const TensorView& tensor) {
  bytes_[static_cast<size_t>(tensor.index)].assign(tensor.data.begin(), tensor.data.end());
}

std::vector<CodeDifference> MakeCodeDifferences(const Plan& plan) {
  std::vector<CodeDifference> rows;
  const Subgraph& graph = plan.subgraph();
  for (size_t op = 0; op < graph.ops.size(); ++op) {
    for (const int tensor : graph.ops[op].outputs) {
      const TensorInfo& info = graph.tensors[static_cast<size_t>(tensor)];
      if (!IsNumeric(info.dtype)) continue;
      CodeDifference row;
      row.tensor = info.name;
      row.tensor_index = tensor;
      row.op_index = static_cast<int>(op);
      row.op_type = graph.ops[op].type_name();
      row.dtype = info.dtype;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

void AddSample(const Plan& plan, int64_t sample, const BytesRecord& first,
               const BytesRecord& second, std::vector<CodeDifference>& rows) {
  for (CodeDifference& row : rows) {
    const auto a = first.bytes(row.tensor_index);
    const auto b = second.bytes(row.tensor_index);
    if (a.size() != b.size() || a.empty()) continue;
    row.elements += plan.shape(row.tensor_index).num_elements();
    if (!BytesDiffer(first, second, row.tensor_index)) continue;
    const bool was_equal = row.first_sample < 0;
    CountDifferences(sample, a, b, row);
    if (!was_equal || row.first_sample < 0) continue;
    const OpNode& op = plan.subgraph().ops[static_cast<size_t>(row.op_index)];
    row.inputs_equal = std::none_of(op.inputs.begin(), op.inputs.end(), [&](int input) {
      return input >= 0 && BytesDiffer(first, second, input);
    });
  }
}

void MergeCodeDifferences(std::vector<CodeDifference>& into,
                          const std::vector<CodeDifference>& part) {
  for (size_t i = 0; i < into.size(); ++i) {
    CodeDifference& row = into[i];
    const CodeDifference& other = part[i];
    row.elements += other.elements;
    row.different += other.different;
    row.largest = std::max(row.largest, other.largest);
    row.samples_different += other.samples_different;
    if (row.first_sample >= 0 || other.first_sample < 0) continue;
    row.first_sample = other.first_sample;
    row.first_element = other.first_element;
    row.first_value = other.first_value;
    row.second_value = other.second_value;
    row.inputs_equal = other.inputs_equal;
  }
}

}  // namespace quantgate
