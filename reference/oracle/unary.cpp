// Functions of one number.
#include <algorithm>
#include <limits>
#include <numbers>

#include "reference/model/op_options.h"
#include "reference/oracle/oracle_families.h"

namespace quantgate::oracle {
namespace {

template <class Function>
bool Map(const OracleInputs& op, std::vector<double>& out, Function function) {
  std::transform(op.inputs[0].values.begin(), op.inputs[0].values.end(), out.begin(), function);
  return true;
}

}  // namespace

bool Same(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return x; });
}
bool Abs(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return std::abs(x); });
}
// Of zero, and of what is below it, the largest code.
bool Rsqrt(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) {
    return x > 0 ? 1.0 / std::sqrt(x) : std::numeric_limits<double>::infinity();
  });
}
bool Relu(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return std::max(x, 0.0); });
}
bool Relu6(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return std::clamp(x, 0.0, 6.0); });
}
bool ReluN1To1(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return std::clamp(x, -1.0, 1.0); });
}
bool Relu0To1(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return std::clamp(x, 0.0, 1.0); });
}
bool Logistic(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return 1.0 / (1.0 + std::exp(-x)); });
}
bool Tanh(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return std::tanh(x); });
}
bool Elu(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return x < 0 ? std::expm1(x) : x; });
}
bool Gelu(const OracleInputs& op, std::vector<double>& out) {
  if (OptionsOrDefault<schema::GeluOptionsT>(*op.node).approximate) {
    return Map(op, out, [](double x) {
      const double inner = std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x);
      return 0.5 * x * (1.0 + std::tanh(inner));
    });
  }
  return Map(op, out, [](double x) { return 0.5 * x * std::erfc(-x / std::numbers::sqrt2); });
}
bool HardSwish(const OracleInputs& op, std::vector<double>& out) {
  return Map(op, out, [](double x) { return x * std::clamp(x + 3.0, 0.0, 6.0) / 6.0; });
}
bool LeakyRelu(const OracleInputs& op, std::vector<double>& out) {
  const auto alpha =
      static_cast<double>(OptionsOrDefault<schema::LeakyReluOptionsT>(*op.node).alpha);
  return Map(op, out, [alpha](double x) { return x >= 0 ? x : alpha * x; });
}

}  // namespace quantgate::oracle
