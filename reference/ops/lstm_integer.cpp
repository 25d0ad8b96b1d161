// The integer LSTM ("8x8_16"): int8 input, output and weights, int16 cell of a power-of-two scale,
// gates in Q3.12 before and Q0.15 behind their functions. With q codes and a real multiplier M for
// each product (fixed_point.h):
//
//   s = R(W q_x + b - z_x sum W, M_x) + R(R q_h - z_h sum R, M_h) + R(p o c, M_p)  clamped to 16
//   c' = clip(sat((f c) / 2^15 + (i g) / 2^(30 + log2 s_c)))
//   h' = R(o tanh(c'), M_hidden) + z_hidden                                             (eq. 28)
//
// divisions rounded, ties away from zero. In TFLM's form (LstmForm::kTflm) the two summands of c'
// are R((f c), 2^-15) and R((i g), 2^(-30 - log2 s_c)) instead, which differs in ties, and logistic
// and tanh are read from SigmoidTable. TensorFlow Lite 2.9 subtracts z_hidden instead, and so does
// a profile that follows it: outputs are then off by 2 z_hidden. With layer normalization s counts
// in the scale of the gate's intermediate tensor instead, and the bias comes after it.
#include <algorithm>
#include <cmath>
#include <span>

#include "reference/numeric/fixed_point.h"
#include "reference/numeric/fixed_point_functions.h"
#include "reference/numeric/inverse_sqrt.h"
#include "reference/ops/lstm.h"
#include "reference/ops/op_checks.h"

namespace quantgate {
namespace {

int16_t Saturate16(int32_t x) {
  return static_cast<int16_t>(std::clamp<int32_t>(x, INT16_MIN, INT16_MAX));
}

int16_t DivideByPowerOfTwo(int32_t x, int exponent) {
  return static_cast<int16_t>(RoundingDivideByPowerOfTwo(x, exponent));
}

// An int8 matrix with the bias that its input's zero point leaves behind.
struct Product {
  size_t weights = 0;
  int32_t rows = 0;
  int32_t columns = 0;
  std::vector<int32_t> bias;  // one a row
  FixedMultiplier multiplier;

  [[nodiscard]] int32_t Row(const KernelArgs& args, const int8_t* vector, int32_t row,
                            RoundingMode rounding) const {
    const int8_t* w = args.in<int8_t>(weights) + int64_t{row} * columns;
    int32_t sum = bias[static_cast<size_t>(row)];
    for (int32_t k = 0; k < columns; ++k) sum += w[k] * vector[k];
    return MultiplyByFixed(sum, multiplier, rounding);
  }
};

struct IntegerGate {
  Product input;
  Product recurrent;
  size_t peephole = 0;
  FixedMultiplier peephole_multiplier;
  size_t bias = 0;
  size_t layer_norm = 0;
  FixedMultiplier layer_norm_multiplier;
  int32_t least_variance = 1;
};

struct IntegerLstm {
  LstmGeometry g;
  RoundingMode rounding = RoundingMode::kDoubleTiesAway;
  LstmForm form = LstmForm::kTflite;
  SigmoidTable table;  // of the form kTflm, as are the two multipliers
  FixedMultiplier keep_multiplier;
  FixedMultiplier take_multiplier;
  std::array<IntegerGate, 4> gates;
  Product projection;
  int cell_exponent = 0;  // log2 of the cell's scale
  int16_t cell_clip = 0;
  int8_t projection_clip = 0;
  FixedMultiplier hidden_multiplier;
  int32_t hidden_zero_point = 0;
  int32_t output_zero_point = 0;

  [[nodiscard]] size_t cells() const { return static_cast<size_t>(g.cells); }

  // tanh of the cell, Q0.15.
  [[nodiscard]] int16_t TanhOfCell(int16_t c) const {
    if (form == LstmForm::kTflite) return TanhFixed(c, 15 + cell_exponent);
    const int left = 12 + cell_exponent;  // to Q3.12
    if (left >= 0) return table.Tanh(c * (3 << left));
    return table.Tanh((c * 3 + (1 << (-left - 1))) >> -left);
  }
  [[nodiscard]] int16_t GateOf(size_t index, int16_t sum) const {
    const bool tanh = index == kCellGate;
    if (form == LstmForm::kTflm) return tanh ? table.Tanh(3 * sum) : table.Logistic(3 * sum);
    return tanh ? TanhFixed(sum, 3) : LogisticFixed(sum);
  }
  [[nodiscard]] int16_t Kept(int32_t product) const {
    if (form == LstmForm::kTflite) return DivideByPowerOfTwo(product, 15);
    return Saturate16(MultiplyByFixed(product, keep_multiplier, rounding));
  }
  [[nodiscard]] int16_t Taken(int32_t product) const {
    if (form == LstmForm::kTflite) return DivideByPowerOfTwo(product, 30 + cell_exponent);
    return Saturate16(MultiplyByFixed(product, take_multiplier, rounding));
  }

  // Mean 0 and variance 1 in Q21.10, times coefficients of Q5.10, plus the bias. TFLite divides the
  // sum of squares by the row's length in units of 2^-20, rounded down.
  void Normalize(const KernelArgs& args, const IntegerGate& gate, std::span<int16_t> sums) const {
    const auto count = static_cast<int32_t>(sums.size());
    int64_t total = 0;
    int64_t squares = 0;
    for (const int16_t sum : sums) {
      total += sum;
      squares += int64_t{sum} * sum;
    }
    const auto mean = static_cast<int32_t>(total * 1024 / count);
    const int64_t variance_q20 = squares * ((1 << 20) / count) - int64_t{mean} * mean;
    auto variance = static_cast<int32_t>(variance_q20 / (1 << 20));
    if (variance < 1) variance = gate.least_variance;
    const FixedMultiplier inverse = InverseSqrt(variance);
    FixedMultiplier to_gate = gate.layer_norm_multiplier;
    to_gate.shift = std::min(to_gate.shift + 12, 30);
    const auto* coefficients = args.in<int16_t>(gate.layer_norm);
    const auto* bias = args.in<int32_t>(gate.bias);
    for (size_t i = 0; i < sums.size(); ++i) {
      const int32_t normal = MultiplyByFixed(1024 * sums[i] - mean, inverse, rounding);
      const int32_t scaled = normal * coefficients[i] + bias[i];
      const int32_t rounded = (scaled > 0 ? scaled + 512 : scaled - 512) / 1024;
      sums[i] = Saturate16(MultiplyByFixed(rounded, to_gate, rounding));
    }
  }

  std::span<int16_t> Gate(const KernelArgs& args, size_t index, const int8_t* x, const int8_t* h,
                          const int16_t* c) const {
    const IntegerGate& gate = gates[index];
    const std::span<int16_t> sums(reinterpret_cast<int16_t*>(args.scratch) + index * cells(),
                                  cells());
    for (int32_t r = 0; r < g.cells; ++r) {
      const auto i = static_cast<size_t>(r);
      sums[i] = Saturate16(gate.input.Row(args, x, r, rounding));
      sums[i] = Saturate16(sums[i] + gate.recurrent.Row(args, h, r, rounding));
      if (gate.peephole == 0) continue;
      const int32_t product = args.in<int16_t>(gate.peephole)[i] * c[i];
      sums[i] = Saturate16(sums[i] + MultiplyByFixed(product, gate.peephole_multiplier, rounding));
    }
    if (g.layer_norm) Normalize(args, gate, sums);
    for (int16_t& sum : sums) sum = GateOf(index, sum);
    return sums;
  }

  void UpdateCell(const KernelArgs& args, const int8_t* x, const int8_t* h, int16_t* c) const {
    std::span<int16_t> input;
    if (!g.cifg) input = Gate(args, kInputGate, x, h, c);
    const std::span<int16_t> forget = Gate(args, kForgetGate, x, h, c);
    const std::span<int16_t> cell = Gate(args, kCellGate, x, h, c);
    for (size_t i = 0; i < cells(); ++i) {
      const int32_t take = g.cifg ? INT16_MAX - forget[i] : input[i];
      c[i] = Saturate16(Kept(forget[i] * c[i]) + Taken(take * cell[i]));
      if (cell_clip > 0)
        c[i] = std::clamp<int16_t>(c[i], static_cast<int16_t>(-cell_clip), cell_clip);
    }
  }

  void Output(const KernelArgs& args, const int8_t* x, int8_t* h, const int16_t* c) const {
    const std::span<int16_t> gate = Gate(args, kOutputGate, x, h, c);
    auto* hidden = reinterpret_cast<int8_t*>(args.scratch + 4 * cells() * sizeof(int16_t));
    for (size_t i = 0; i < cells(); ++i) {
      const int32_t product = gate[i] * TanhOfCell(c[i]);
      const int32_t code =
          MultiplyByFixed(product, hidden_multiplier, rounding) + hidden_zero_point;
      hidden[i] = static_cast<int8_t>(std::clamp(code, -128, 127));
    }
    if (!g.projection) {
      std::copy_n(hidden, g.outputs, h);
      return;
    }
    for (int32_t r = 0; r < g.outputs; ++r) {
      int32_t code = projection.Row(args, hidden, r, rounding) + output_zero_point;
      code = std::clamp(code, -128, 127);
      if (projection_clip > 0) code = std::clamp<int32_t>(code, -projection_clip, projection_clip);
      h[r] = static_cast<int8_t>(code);
    }
  }

  void Run(const KernelArgs& args) const {
    for (int32_t batch = 0; batch < g.batches; ++batch) {
      int8_t* h = args.state<int8_t>(kLstmOutputState) + int64_t{batch} * g.outputs;
      int16_t* c = args.state<int16_t>(kLstmCellState) + int64_t{batch} * g.cells;
      for (int32_t step = 0; step < g.steps; ++step) {
        const int8_t* x = args.in<int8_t>(kLstmInput) + g.Row(batch, step) * g.inputs;
        UpdateCell(args, x, h, c);
        Output(args, x, h, c);
        std::copy_n(h, g.outputs, args.out<int8_t>(0) + g.Row(batch, step) * g.outputs);
      }
    }
  }
};

Status CheckType(const PrepareContext& context, size_t input, DType dtype) {
  if (!context.has_input(input) || context.input(input).dtype == dtype) return OkStatus();
  return PrepareContext::Unsupported("'" + context.input(input).name + "' of type " +
                                     std::string(DTypeName(context.input(input).dtype)) +
                                     " where " + std::string(DTypeName(dtype)) + " is needed");
}

Status CheckSymmetric(const PrepareContext& context, size_t input, DType dtype) {
  QG_RETURN_IF_ERROR(CheckType(context, input, dtype));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(input)));
  if (context.input(input).quant.zero_point() == 0) return OkStatus();
  return PrepareContext::Malformed("'" + context.input(input).name + "' must have zero point 0");
}

// bias[r] + zero_point_term * sum of row r; the bias input may be left out.
Result<Product> MakeProduct(const PrepareContext& context, size_t weights, size_t bias,
                            bool with_bias, int32_t zero_point_term, float multiplier) {
  QG_RETURN_IF_ERROR(CheckSymmetric(context, weights, DType::kInt8));
  const auto codes = context.input_constant(weights);
  const Shape& shape = context.input_shape(weights);
  Product product{weights, shape.dim(0), shape.dim(1), {}, ToFixedMultiplier(multiplier)};
  if (codes.empty()) return PrepareContext::Unsupported("weights that are no constants");
  if (with_bias && context.has_input(bias)) {
    QG_RETURN_IF_ERROR(CheckType(context, bias, DType::kInt32));
    QG_ASSIGN_OR_RETURN(const std::vector<int64_t> values, ConstantIntegers(context, bias));
    product.bias.assign(values.begin(), values.end());
  } else {
    product.bias.assign(static_cast<size_t>(product.rows), 0);
  }
  const auto* w = reinterpret_cast<const int8_t*>(codes.data());
  for (int32_t& sum : product.bias) {
    for (int32_t k = 0; k < product.columns; ++k) sum += *w++ * zero_point_term;
  }
  return product;
}

Result<int> CellExponent(const TensorInfo& cell) {
  const auto exponent = PowerOfTwoExponent(cell.quant.scale());
  if (exponent && *exponent >= -15 && *exponent <= -9) return *exponent;
  return PrepareContext::Unsupported("scale " + std::to_string(cell.quant.scale()) +
                                     " of the cell state '" + cell.name +
                                     "': a power of two from 2^-15 to 2^-9 is needed");
}

// Scale and zero point of the hidden vector in front of the projection; of a gate's sum with layer
// normalization.
Result<QuantParams> Intermediate(const PrepareContext& context, size_t index) {
  const TensorInfo* tensor = context.intermediate(index);
  if (tensor == nullptr) {
    return PrepareContext::Malformed("intermediate tensor " + std::to_string(index) +
                                     " is missing: it carries a scale the layer needs");
  }
  QG_RETURN_IF_ERROR(CheckPerTensor(*tensor));
  return tensor->quant;
}

Status FillGate(const PrepareContext& context, const LstmGeometry& g, size_t index,
                int cell_exponent, IntegerGate& gate) {
  const LstmGateInputs& inputs = kLstmGates[index];
  float gate_scale = 1.0F / 4096.0F;
  if (g.layer_norm) {
    QG_ASSIGN_OR_RETURN(const QuantParams quant, Intermediate(context, index));
    gate_scale = quant.scale();
    QG_RETURN_IF_ERROR(CheckSymmetric(context, inputs.layer_norm, DType::kInt16));
    const float scale = context.input(inputs.layer_norm).quant.scale();
    gate.layer_norm_multiplier = ToFixedMultiplier(scale);
    gate.least_variance = std::max(1, static_cast<int32_t>(std::min(10000 * scale, 1e9F)));
  }
  const auto multiplier = [&](size_t weights, size_t vector) {
    const bool known = context.input(weights).quant.quantized();
    return known ? context.input(weights).quant.scale() * context.input(vector).quant.scale() /
                       gate_scale
                 : 0.0F;
  };
  QG_RETURN_IF_ERROR(CheckType(context, inputs.bias, DType::kInt32));
  QG_ASSIGN_OR_RETURN(gate.input,
                      MakeProduct(context, inputs.input_weights, inputs.bias, !g.layer_norm,
                                  -context.input(kLstmInput).quant.zero_point(),
                                  multiplier(inputs.input_weights, kLstmInput)));
  QG_ASSIGN_OR_RETURN(gate.recurrent,
                      MakeProduct(context, inputs.recurrent_weights, inputs.bias, false,
                                  -context.input(kLstmOutputState).quant.zero_point(),
                                  multiplier(inputs.recurrent_weights, kLstmOutputState)));
  gate.bias = inputs.bias;
  gate.layer_norm = inputs.layer_norm;
  if (!g.peephole || inputs.peephole == 0) return OkStatus();
  QG_RETURN_IF_ERROR(CheckSymmetric(context, inputs.peephole, DType::kInt16));
  gate.peephole = inputs.peephole;
  const double cell_scale = std::ldexp(1.0, cell_exponent);
  gate.peephole_multiplier = ToFixedMultiplier(
      static_cast<float>(cell_scale * context.input(inputs.peephole).quant.scale() / gate_scale));
  return OkStatus();
}

// Clipped at `real`, in steps of `scale`; 0: not clipped.
int32_t ClipCode(float real, float scale, float largest) {
  return real > 0 ? static_cast<int32_t>(std::min(real / scale, largest)) : 0;
}

}  // namespace

Result<Kernel> PrepareIntegerLstm(PrepareContext& context, const LstmGeometry& g,
                                  const LstmOptions& options) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(kLstmInput)));
  QG_RETURN_IF_ERROR(CheckType(context, kLstmOutputState, DType::kInt8));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(kLstmOutputState)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  QG_RETURN_IF_ERROR(CheckSymmetric(context, kLstmCellState, DType::kInt16));
  QG_ASSIGN_OR_RETURN(const QuantParams hidden, Intermediate(context, 4));
  IntegerLstm lstm;
  lstm.g = g;
  lstm.rounding = context.profile().elementwise_rounding;
  lstm.form = context.profile().lstm;
  const TensorInfo& cell = context.input(kLstmCellState);
  const TensorInfo& output_state = context.input(kLstmOutputState);
  QG_ASSIGN_OR_RETURN(lstm.cell_exponent, CellExponent(cell));
  lstm.keep_multiplier = ToFixedMultiplier(std::ldexp(1.0, -15));
  lstm.take_multiplier = ToFixedMultiplier(std::ldexp(1.0, -30 - lstm.cell_exponent));
  for (size_t i = 0; i < kLstmGates.size(); ++i) {
    if (!g.has_gate(i)) continue;
    QG_RETURN_IF_ERROR(FillGate(context, g, i, lstm.cell_exponent, lstm.gates[i]));
  }
  lstm.cell_clip = static_cast<int16_t>(ClipCode(options.cell_clip, cell.quant.scale(), INT16_MAX));
  lstm.projection_clip = static_cast<int8_t>(
      ClipCode(options.projection_clip, context.output(0).quant.scale(), INT8_MAX));
  constexpr double kUnit = 1.0 / 32768;  // of Q0.15
  lstm.hidden_multiplier =
      ToFixedMultiplier(static_cast<float>(kUnit / static_cast<double>(hidden.scale()) * kUnit));
  lstm.hidden_zero_point =
      context.profile().lstm_subtracts_zero_point ? -hidden.zero_point() : hidden.zero_point();
  lstm.output_zero_point = output_state.quant.zero_point();
  if (g.projection) {
    const QuantParams& weights = context.input(kLstmProjection).quant;
    const float scale = weights.quantized() ? weights.scale() : 0;
    QG_ASSIGN_OR_RETURN(
        lstm.projection,
        MakeProduct(context, kLstmProjection, kLstmProjectionBias, true, -lstm.hidden_zero_point,
                    scale * hidden.scale() / output_state.quant.scale()));
  }
  const auto cells = static_cast<size_t>(g.cells);
  context.RequestScratch(4 * cells * sizeof(int16_t) + cells);
  return Kernel([lstm](const KernelArgs& args) { lstm.Run(args); });
}

}  // namespace quantgate
