#include "harness/results/tensor_rows.h"

#include <algorithm>
#include <limits>

namespace quantgate {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The output that `worse` puts before all others.
template <class Worse>
const TensorError* FirstOutput(const VariantResult& variant, Worse worse) {
  const std::vector<const TensorError*> outputs = OutputRows(variant);
  if (outputs.empty() || std::count(outputs.begin(), outputs.end(), nullptr) > 0) return nullptr;
  return *std::min_element(
      outputs.begin(), outputs.end(),
      [&](const TensorError* a, const TensorError* b) { return worse(*a, *b); });
}

}  // namespace

std::vector<const TensorError*> OutputRows(const VariantResult& variant) {
  std::vector<const TensorError*> rows;
  for (const int output : variant.graph.outputs) {
    const auto row = std::find_if(
        variant.tensors.begin(), variant.tensors.end(),
        [&](const TensorError& t) { return t.tensor_index == output && t.samples > 0; });
    rows.push_back(row == variant.tensors.end() ? nullptr : &*row);
  }
  return rows;
}

double JudgedSqnrDb(const TensorError& row) {
  if (row.non_finite > 0) return -kInfinity;
  if (row.sqnr_db) return *row.sqnr_db;
  return row.mse > 0 ? -kInfinity : kInfinity;
}

double JudgedMaxError(const TensorError& row) {
  return row.non_finite > 0 ? kInfinity : row.max_abs_error;
}

const TensorError* WorstOutput(const VariantResult& variant) {
  return FirstOutput(variant, [](const TensorError& a, const TensorError& b) {
    return JudgedSqnrDb(a) < JudgedSqnrDb(b);
  });
}

const TensorError* OutputOfLargestError(const VariantResult& variant) {
  return FirstOutput(variant, [](const TensorError& a, const TensorError& b) {
    return JudgedMaxError(a) > JudgedMaxError(b);
  });
}

}  // namespace quantgate
