// Functions of two numbers, with broadcasting.
#include <algorithm>

#include "reference/model/op_options.h"
#include "reference/oracle/oracle_families.h"

namespace quantgate::oracle {
namespace {

// Where element `index` of `wanted` comes from in a tensor broadcast to it.
size_t SourceOf(const Shape& tensor, const Shape& wanted, int64_t index) {
  int64_t offset = 0;
  int64_t stride = 1;
  for (int k = wanted.rank() - 1; k >= 0; --k) {
    const int64_t at = index % wanted.dim(k);
    index /= wanted.dim(k);
    const int own = k - (wanted.rank() - tensor.rank());
    if (own < 0) continue;
    if (tensor.dim(own) != 1) offset += at * stride;
    stride *= tensor.dim(own);
  }
  return static_cast<size_t>(offset);
}

template <class Function>
bool Map(const OracleInputs& op, std::vector<double>& out, Function function) {
  const OracleReals& a = op.inputs[0];
  const OracleReals& b = op.inputs[1];
  for (size_t i = 0; i < out.size(); ++i) {
    const auto index = static_cast<int64_t>(i);
    out[i] = function(a.values[SourceOf(a.shape, op.output, index)],
                      b.values[SourceOf(b.shape, op.output, index)]);
  }
  return true;
}

template <class Options>
Activation ActivationOf(const OracleInputs& op) {
  return static_cast<Activation>(OptionsOrDefault<Options>(*op.node).fused_activation_function);
}

}  // namespace

bool Add(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [act = ActivationOf<schema::AddOptionsT>(op)](double a, double b) {
    return Activate(act, a + b);
  });
}
bool Sub(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [act = ActivationOf<schema::SubOptionsT>(op)](double a, double b) {
    return Activate(act, a - b);
  });
}
bool Mul(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [act = ActivationOf<schema::MulOptionsT>(op)](double a, double b) {
    return Activate(act, a * b);
  });
}
bool Maximum(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double a, double b) { return std::max(a, b); });
}
bool Minimum(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double a, double b) { return std::min(a, b); });
}
bool SquaredDifference(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double a, double b) { return (a - b) * (a - b); });
}
bool Prelu(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x, double alpha) { return x >= 0 ? x : alpha * x; });
}

}  // namespace quantgate::oracle
