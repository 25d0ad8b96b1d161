// UNIDIRECTIONAL_SEQUENCE_LSTM: what its forms share. One time step of one batch row, with input x,
// output h and cell c of the step before, sigma the logistic function and o the product by element:
//
//   i = sigma(W_i x + R_i h + p_i o c + b_i)            input gate (CIFG: i = 1 - f)
//   f = sigma(W_f x + R_f h + p_f o c + b_f)            forget gate
//   g = act(W_g x + R_g h + b_g)                        cell gate
//   c' = clip(f o c + i o g)
//   o = sigma(W_o x + R_o h + p_o o c' + b_o)           output gate
//   h' = clip(P (o o act(c')) + b_P)                    without projection: o o act(c')   (eq. 27)
//
// Peepholes p and the projection P are optional. With layer normalization the sum before each bias
// is brought to mean 0 and variance 1 and multiplied by coefficients.
#pragma once

#include <array>
#include <cstdint>

#include "reference/ops/op_def.h"

namespace quantgate {

// The operator's inputs that do not belong to a gate.
inline constexpr size_t kLstmInput = 0;
inline constexpr size_t kLstmProjection = 16;
inline constexpr size_t kLstmProjectionBias = 17;
inline constexpr size_t kLstmOutputState = 18;
inline constexpr size_t kLstmCellState = 19;

enum LstmGate : size_t { kInputGate, kForgetGate, kCellGate, kOutputGate };

// The operator's inputs that belong to a gate.
struct LstmGateInputs {
  size_t input_weights;
  size_t recurrent_weights;
  size_t peephole;  // 0: this gate has none
  size_t bias;
  size_t layer_norm;
};
inline constexpr std::array<LstmGateInputs, 4> kLstmGates = {
    {{1, 5, 9, 12, 20}, {2, 6, 10, 13, 21}, {3, 7, 0, 14, 22}, {4, 8, 11, 15, 23}}};

struct LstmGeometry {
  int32_t batches = 0;
  int32_t steps = 0;
  int32_t inputs = 0;   // length of x
  int32_t cells = 0;    // length of c
  int32_t outputs = 0;  // length of h
  bool time_major = false;
  bool cifg = false;  // input and forget gate coupled
  bool peephole = false;
  bool projection = false;
  bool layer_norm = false;

  // Row `step` of batch `batch`: of the input and output tensors.
  [[nodiscard]] int64_t Row(int32_t batch, int32_t step) const {
    return time_major ? int64_t{step} * batches + batch : int64_t{batch} * steps + step;
  }
  [[nodiscard]] bool has_gate(size_t gate) const { return gate != kInputGate || !cifg; }
};

struct LstmOptions {
  float cell_clip = 0;        // 0: not clipped
  float projection_clip = 0;  // 0: not clipped
  int activation = 0;         // the format's ActivationFunctionType
  bool asymmetric_inputs = false;
};

// lstm_integer.cpp: int8 activations and weights, int16 cell; every sum and function in integers.
Result<Kernel> PrepareIntegerLstm(PrepareContext& context, const LstmGeometry& geometry,
                                  const LstmOptions& options);

}  // namespace quantgate
