// The vector kernels behind the accelerated operators, one set an instruction set, chosen at run
// time. Callers pack weights and constants for the set they were given (its lanes, its operands)
// and hand over plain arrays; nothing here knows of models.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reference/numeric/activation_range.h"
#include "reference/ops/output_stage.h"

namespace quantgate::accelerated {

// How a 32-bit step of a matrix product holds its factors.
enum class Operand {
  kBytes,   // four activations as unsigned bytes, four weights as signed ones
  kWords,   // two of each as int16, zero points subtracted
  kFloats,  // one of each
};
// Activations or weights in one step: 4, 2 or 1.
int FactorsPerStep(Operand operand);
// Bytes of one activation: 1, 2 or 4.
int FactorBytes(Operand operand);

// Constants of eq. 7 and 9 for vectors of accumulators, one entry a lane (made by RequantTable).
//
// With x an accumulator shifted left by `left`, both roundings of a double-rounding profile are one
// shift of one 64-bit number, because floor((floor(a / 2^31) + b) / 2^r) = floor((a + b 2^31) /
// 2^(31 + r)):
//   code = (x m + add - (x < 0 ? sign : 0)) >> 32 >> shift
struct RequantView {
  const int32_t* bias = nullptr;  // where accumulators start
  const int32_t* multiplier = nullptr;
  const int32_t* multiplier_odd = nullptr;  // odd lanes' multipliers, in the even places
  const int32_t* shift = nullptr;
  const int32_t* left = nullptr;
  const int64_t* add_even = nullptr;  // one for two lanes
  const int64_t* add_odd = nullptr;
  const int64_t* sign_even = nullptr;
  const int64_t* sign_odd = nullptr;
  // Eq. 30 in place of all of the above but the bias; null: eq. 7.
  const float* float_scale = nullptr;
  const int32_t* channel = nullptr;  // output channel of a lane, -1 for padding
  const OutputStage* stage = nullptr;
  bool fast = true;       // false: a channel the form above does not cover; one by one
  bool has_left = false;  // some `left` is not 0
  bool has_sign = false;  // some `sign` is not 0
  bool is_signed = true;  // int8 codes, otherwise uint8
};

// out[row, column] over windows of `input`: a window is `segments` runs of `steps` steps. Weights
// are laid out [group][segment][step][vector of the group][lane].
struct GemmArgs {
  const std::byte* input = nullptr;
  const int32_t* row_offsets = nullptr;      // bytes from input to a row's window
  const int32_t* segment_offsets = nullptr;  // bytes from a window to its runs
  const int32_t* row_terms = nullptr;        // subtracted from all sums of a row; may be null
  // Up to `lanes` columns: subtracted likewise, times the sum of the row's unsigned bytes.
  int32_t row_factor = 0;
  int64_t rows = 0;
  int32_t segments = 0;
  int32_t steps = 0;
  // Floats: segments outside of these are padding for all rows.
  int32_t first_segment = 0;
  int32_t past_segment = 0;
  int32_t run = 0;  // factors of a run: the last step may hold fewer than the others
  int32_t columns = 0;
  const std::byte* weights = nullptr;
  std::byte* output = nullptr;  // [rows, columns]
};

// One image of a depthwise convolution, positions and channels of an output row taken as one line.
// Weights are laid out [pattern][tap group][vector][lane], patterns repeating along the line.
struct DepthwiseArgs {
  const std::byte* input = nullptr;
  const int32_t* tap_offsets = nullptr;  // bytes from an output row's start; padded to whole groups
  int64_t row_step = 0;                  // bytes of input from an output row to the next
  int32_t tap_groups = 0;
  int32_t rows = 0;
  int32_t length = 0;  // outputs of a row
  int32_t patterns = 0;
  const std::byte* weights = nullptr;
  std::byte* output = nullptr;
};

// Outputs next to each other of a row of a depthwise convolution of floats, whose windows have the
// same taps; read where they lie in the tensor. Steps in floats.
struct DepthwisePixels {
  const float* input = nullptr;  // first tap of the first output's window
  int64_t row_step = 0;          // from a tap to the one below it
  int64_t column_step = 0;       // from a tap to the next one
  int64_t pixel_step = 0;        // from a window to the next one
  int32_t rows = 0;              // of taps
  int32_t columns = 0;
  int32_t channels = 0;            // whole vectors
  const float* weights = nullptr;  // [tap row][tap column][channels], of the first tap
  int64_t weight_row_step = 0;
  const float* bias = nullptr;  // [channels]
  float min = 0;
  float max = 0;
  int32_t pixels = 0;
  float* output = nullptr;  // [pixels, channels]
};

struct FloatFinish {
  const float* bias = nullptr;  // a lane each, like RequantView
  float min = 0;
  float max = 0;
};

// What ADD or SUB of codes gives but for the output's zero point, as
//   y = a x_a + b x_b + offset
// of floats, fused: no farther than 1/2 - safe_distance from what eq. 10 rounds at last. Where y is
// nearer than safe_distance to an integer, that integer is the result; elsewhere, near a tie, eq.
// 10 has to be computed.
struct AddEstimate {
  float a = 0;
  float b = 0;
  float offset = 0;
  float safe_distance = 0;  // 0: no estimate is good enough
};

// ADD and SUB of codes (eq. 10), every number spread over lanes by the callee.
struct AddConstants {
  struct Rescale {
    int32_t multiplier = 0;
    int32_t shift = 0;  // right, after the upper half was taken
    int32_t left = 0;
    int64_t add = 0;
    int64_t sign = 0;
  };
  Rescale a, b, out;
  AddEstimate estimate;
  int32_t zero_point_a = 0, zero_point_b = 0, zero_point_out = 0;
  int32_t min = 0, max = 0;
  bool subtract = false;
  bool is_signed = true;
};

// Pixels of a line that a pool's window covers; at least one.
struct PixelRange {
  int32_t first = 0;
  int32_t count = 0;
};

// One output pixel of a pool of floats: the window's pixels [channels], taken row by row.
struct FloatPool {
  const float* first = nullptr;  // of the window
  int64_t row_step = 0;          // floats from a row of the image to the next
  int32_t rows = 0;
  int32_t columns = 0;
  int32_t channels = 0;
  bool is_max = true;  // false: the mean
  float min = 0;       // the results' limits
  float max = 0;
  float* out = nullptr;  // [channels]
};

struct SimdKernels {
  const char* name;
  int lanes;              // 32-bit lanes of a vector
  Operand integer;        // of integer products
  int max_group;          // vectors of columns that a group may have
  bool quad_pack;         // groups of four interleave by four
  int depthwise_vectors;  // vectors of a depthwise block: 2 or 4
  int depthwise_float_vectors;
  bool fused_floats;  // false: no fused multiply-add, so no float kernels either

  void (*gemm)(const GemmArgs& args, const RequantView& requant);
  void (*gemm_float)(const GemmArgs& args, const FloatFinish& finish);
  void (*depthwise)(const DepthwiseArgs& args, const RequantView& requant);
  void (*depthwise_float)(const DepthwiseArgs& args, const FloatFinish& finish);
  void (*depthwise_in_place)(const DepthwisePixels& pixels);
  // Codes into operands of integer products.
  void (*convert)(const std::byte* codes, int64_t count, bool is_signed, int32_t zero_point,
                  std::byte* operands);
  // sums[row] = row_factor * the sum of the unsigned bytes of the row's window.
  void (*sum_windows)(const GemmArgs& args, int32_t* sums);
  void (*add_codes)(const std::byte* a, const std::byte* b, int64_t count,
                    const AddConstants& constants, std::byte* out);
  // out = a + b or a - b, clamped.
  void (*add_floats)(const float* a, const float* b, int64_t count, bool subtract, FloatRange clamp,
                     float* out);
  // out = max(out, in), bytes.
  void (*max_bytes)(const std::byte* in, int64_t count, bool is_signed, std::byte* out);
  // For each window of a line of pixels [channels]: out = the channels' maxima over its pixels.
  void (*max_of_windows)(const std::byte* line, const PixelRange* windows, int32_t outputs,
                         int32_t channels, bool is_signed, std::byte* out);
  // sums += codes.
  void (*accumulate)(const std::byte* in, int64_t count, bool is_signed, int32_t* sums);
  void (*pool_floats)(const FloatPool& pool);
};

// The kernels for this machine, or null when it has no supported instruction set: operators then
// run plain.
const SimdKernels* BestSimd();

// Every set this machine can run, best first; names as in BestSimd()->name.
std::vector<const SimdKernels*> AllSimd();

// Where column `lane` of vector `vector` stands in a group of `group_size` vectors.
int ColumnOfLane(const SimdKernels& simd, int group_size, int vector, int lane);

}  // namespace quantgate::accelerated
