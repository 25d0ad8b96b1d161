// Functions of rows: along the last axis, over reduced axes, and side by side.
#include <algorithm>
#include <span>

#include "reference/model/op_options.h"
#include "reference/oracle/oracle_families.h"

namespace quantgate::oracle {
namespace {

// Calls row(values, out) for every row along the last axis.
template <class Row>
bool ForEachRow(const OracleInputs& op, std::vector<double>& out, const Row& row) {
  const OracleReals& in = op.inputs[0];
  if (in.shape.rank() < 1 || in.shape.last_dim() < 1) return false;
  const auto depth = static_cast<size_t>(in.shape.last_dim());
  for (size_t at = 0; at + depth <= out.size(); at += depth) {
    row(std::span(in.values).subspan(at, depth), std::span(out).subspan(at, depth));
  }
  return true;
}

// Input element indices of each output element of a reduction over the axes of input 1.
std::vector<std::vector<size_t>> GroupsOf(const OracleInputs& op) {
  const Shape& shape = op.inputs[0].shape;
  std::vector<bool> reduced(static_cast<size_t>(shape.rank()), false);
  for (const double axis : op.inputs[1].values) {
    const auto k = static_cast<int64_t>(axis);
    reduced.at(static_cast<size_t>(k < 0 ? k + shape.rank() : k)) = true;
  }
  std::vector<std::vector<size_t>> groups(static_cast<size_t>(op.output.num_elements()));
  for (size_t i = 0; i < op.inputs[0].values.size(); ++i) {
    auto rest = static_cast<int64_t>(i);
    int64_t group = 0;
    int64_t stride = 1;
    for (int k = shape.rank() - 1; k >= 0; --k) {
      const int64_t at = rest % shape.dim(k);
      rest /= shape.dim(k);
      if (reduced[static_cast<size_t>(k)]) continue;
      group += at * stride;
      stride *= shape.dim(k);
    }
    groups[static_cast<size_t>(group)].push_back(i);
  }
  return groups;
}

template <class Function>
bool Reduce(const OracleInputs& op, std::vector<double>& out, const Function& function) {
  if (!HasInput(op, 1)) return false;
  const std::vector<std::vector<size_t>> groups = GroupsOf(op);
  std::vector<double> values;
  for (size_t o = 0; o < out.size(); ++o) {
    if (groups[o].empty()) return false;
    values.clear();
    for (const size_t i : groups[o]) values.push_back(op.inputs[0].values[i]);
    out[o] = function(values);
  }
  return true;
}

double SumOf(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

}  // namespace

bool Softmax(const OracleInputs& op, std::vector<double>& out) {
  const auto beta = static_cast<double>(OptionsOrDefault<schema::SoftmaxOptionsT>(*op.node).beta);
  return ForEachRow(op, out, [beta](std::span<const double> x, std::span<double> y) {
    const double max = *std::max_element(x.begin(), x.end());
    for (size_t i = 0; i < x.size(); ++i) y[i] = std::exp(beta * (x[i] - max));
    const double sum = SumOf(y);
    for (double& value : y) value /= sum;
  });
}

bool LogSoftmax(const OracleInputs& op, std::vector<double>& out) {
  return ForEachRow(op, out, [](std::span<const double> x, std::span<double> y) {
    const double max = *std::max_element(x.begin(), x.end());
    double sum = 0;
    for (const double value : x) sum += std::exp(value - max);
    for (size_t i = 0; i < x.size(); ++i) y[i] = x[i] - max - std::log(sum);
  });
}

bool L2Normalization(const OracleInputs& op, std::vector<double>& out) {
  return ForEachRow(op, out, [](std::span<const double> x, std::span<double> y) {
    double squares = 0;
    for (const double value : x) squares += value * value;
    const double norm = squares > 0 ? std::sqrt(squares) : 1.0;
    for (size_t i = 0; i < x.size(); ++i) y[i] = x[i] / norm;
  });
}

bool Mean(const OracleInputs& op, std::vector<double>& out) {
  return Reduce(op, out, [](const std::vector<double>& values) {
    return SumOf(values) / static_cast<double>(values.size());
  });
}
bool Sum(const OracleInputs& op, std::vector<double>& out) {
  return Reduce(op, out, [](const std::vector<double>& values) { return SumOf(values); });
}
bool ReduceMax(const OracleInputs& op, std::vector<double>& out) {
  return Reduce(op, out, [](const std::vector<double>& values) {
    return *std::max_element(values.begin(), values.end());
  });
}
bool ReduceMin(const OracleInputs& op, std::vector<double>& out) {
  return Reduce(op, out, [](const std::vector<double>& values) {
    return *std::min_element(values.begin(), values.end());
  });
}

bool Concatenation(const OracleInputs& op, std::vector<double>& out) {
  const auto options = OptionsOrDefault<schema::ConcatenationOptionsT>(*op.node);
  if (options.fused_activation_function != schema::ActivationFunctionType::NONE) return false;
  const int rank = op.output.rank();
  const int axis = options.axis < 0 ? options.axis + rank : options.axis;
  int64_t outer = 1;
  for (int k = 0; k < axis; ++k) outer *= op.output.dim(k);
  auto to = out.begin();
  for (int64_t o = 0; o < outer; ++o) {
    for (const OracleReals& in : op.inputs) {
      const auto count = static_cast<int64_t>(in.values.size()) / std::max<int64_t>(outer, 1);
      to = std::copy_n(in.values.begin() + o * count, count, to);
    }
  }
  return true;
}

}  // namespace quantgate::oracle
