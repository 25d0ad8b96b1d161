// The real-valued functions of every operator family, for oracle_table.cpp.
#pragma once

#include <cmath>

#include "reference/numeric/activation_range.h"
#include "reference/oracle/oracle.h"

namespace quantgate::oracle {

// windows.cpp
bool Conv2D(const OracleInputs& op, std::vector<double>& out);
bool DepthwiseConv2D(const OracleInputs& op, std::vector<double>& out);
bool TransposeConv(const OracleInputs& op, std::vector<double>& out);
bool AveragePool2D(const OracleInputs& op, std::vector<double>& out);
bool MaxPool2D(const OracleInputs& op, std::vector<double>& out);
bool ResizeBilinear(const OracleInputs& op, std::vector<double>& out);
// products.cpp
bool FullyConnected(const OracleInputs& op, std::vector<double>& out);
bool BatchMatmul(const OracleInputs& op, std::vector<double>& out);
// binary.cpp
bool Add(const OracleInputs& op, std::vector<double>& out);
bool Sub(const OracleInputs& op, std::vector<double>& out);
bool Mul(const OracleInputs& op, std::vector<double>& out);
bool Maximum(const OracleInputs& op, std::vector<double>& out);
bool Minimum(const OracleInputs& op, std::vector<double>& out);
bool SquaredDifference(const OracleInputs& op, std::vector<double>& out);
bool Prelu(const OracleInputs& op, std::vector<double>& out);
// unary.cpp
bool Same(const OracleInputs& op, std::vector<double>& out);  // QUANTIZE
bool Abs(const OracleInputs& op, std::vector<double>& out);
bool Rsqrt(const OracleInputs& op, std::vector<double>& out);
bool Relu(const OracleInputs& op, std::vector<double>& out);
bool Relu6(const OracleInputs& op, std::vector<double>& out);
bool ReluN1To1(const OracleInputs& op, std::vector<double>& out);
bool Relu0To1(const OracleInputs& op, std::vector<double>& out);
bool Logistic(const OracleInputs& op, std::vector<double>& out);
bool Tanh(const OracleInputs& op, std::vector<double>& out);
bool Elu(const OracleInputs& op, std::vector<double>& out);
bool Gelu(const OracleInputs& op, std::vector<double>& out);
bool HardSwish(const OracleInputs& op, std::vector<double>& out);
bool LeakyRelu(const OracleInputs& op, std::vector<double>& out);
// rows.cpp
bool Softmax(const OracleInputs& op, std::vector<double>& out);
bool LogSoftmax(const OracleInputs& op, std::vector<double>& out);
bool L2Normalization(const OracleInputs& op, std::vector<double>& out);
bool Mean(const OracleInputs& op, std::vector<double>& out);
bool Sum(const OracleInputs& op, std::vector<double>& out);
bool ReduceMax(const OracleInputs& op, std::vector<double>& out);
bool ReduceMin(const OracleInputs& op, std::vector<double>& out);
bool Concatenation(const OracleInputs& op, std::vector<double>& out);

// A fused activation; one that is no clamp does not come here, its operator was refused.
inline double Activate(Activation activation, double x) {
  const FloatRange range = ActivationRange(activation);
  return std::fmin(std::fmax(x, static_cast<double>(range.min)), static_cast<double>(range.max));
}

inline bool HasInput(const OracleInputs& op, size_t i) {
  return i < op.inputs.size() && op.inputs[i].info != nullptr;
}

// Bias `i` in reals (zeros where it is left out): codes in steps of s_in s_w[channel].
std::vector<double> BiasOf(const OracleInputs& op, size_t i, size_t input, size_t weights,
                           int64_t channels);

}  // namespace quantgate::oracle
