// A numerics profile: the exact integer arithmetic a target uses, by name. A claim that two results
// are equal to the bit means nothing without one.
#pragma once

#include <span>
#include <string_view>

#include "reference/numeric/fixed_point.h"

namespace quantgate {

// How SOFTMAX on codes is computed (reference/ops/softmax.cpp).
enum class SoftmaxForm {
  kFloatTable,  // a table of 256 floats, sums in float
  kFixedPoint,  // gemmlowp's exponential and reciprocal
};

// Whose kernels run int8 codes, where there are two families of them.
enum class CodeKernels {
  kBuiltin,  // TensorFlow Lite's own: fixed-point multipliers under the rounding modes below
  kXnnpack,  // float32 multipliers with ties to even, where XNNPACK takes the operator
  kLitert,   // the same, where the XNNPACK of today's LiteRT does: it takes more
};

struct Profile {
  std::string_view name;
  std::string_view summary;
  RoundingMode gemm_rounding;         // CONV_2D, FULLY_CONNECTED
  RoundingMode depthwise_rounding;    // DEPTHWISE_CONV_2D
  RoundingMode elementwise_rounding;  // everything else that rescales
  SoftmaxForm softmax;
  // MUL: the scales' product and quotient in double; otherwise in float32.
  bool mul_scales_in_double;
  // The integer LSTM subtracts the hidden vector's zero point where it has to be added: a defect of
  // TensorFlow Lite 2.9 that newer runtimes do not have.
  bool lstm_subtracts_zero_point = false;
  // What XNNPACK does not take runs on the built-in kernels and follows the fields above.
  CodeKernels code_kernels = CodeKernels::kBuiltin;
};

std::span<const Profile> AllProfiles();
// Null if there is none of that name.
const Profile* FindProfile(std::string_view name);
// What real TFLite does on x86; used wherever nothing else is asked for.
const Profile& DefaultProfile();

}  // namespace quantgate
