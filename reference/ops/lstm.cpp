// UNIDIRECTIONAL_SEQUENCE_LSTM with float activations and float or int8 weights; the integer form
// is in lstm_integer.cpp.
#include "reference/ops/lstm.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "reference/model/op_options.h"
#include "reference/ops/float_activation.h"
#include "reference/ops/float_matrix.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

float Logistic(float x) { return 1.0F / (1.0F + std::exp(-x)); }

// Vectors of the operator's inputs as floats: float32 as they are, int8 (peepholes of hybrid
// layers) times their scale, written out once.
struct FloatVector {
  size_t input = 0;
  std::vector<float> values;  // empty: read input `input`

  [[nodiscard]] const float* Get(const KernelArgs& args) const {
    return values.empty() ? args.in<float>(input) : values.data();
  }
};

struct FloatGate {
  FloatMatrix input;
  FloatMatrix recurrent;
  FloatVector peephole;
  size_t bias = 0;
  size_t layer_norm = 0;
};

struct FloatLstm {
  LstmGeometry g;
  LstmOptions options;
  std::array<FloatGate, 4> gates;
  FloatMatrix projection;

  // The places in scratch: the four gates, then codes for hybrid products.
  [[nodiscard]] size_t cells() const { return static_cast<size_t>(g.cells); }
  [[nodiscard]] size_t CodesOffset() const { return 4 * cells() * sizeof(float); }
  [[nodiscard]] size_t ScratchBytes() const {
    return CodesOffset() + static_cast<size_t>(std::max({g.inputs, g.outputs, g.cells}));
  }

  // Mean 0 and variance 1, times the coefficients.
  void Normalize(const KernelArgs& args, const FloatGate& gate, std::span<float> sums) const {
    const auto count = static_cast<float>(sums.size());
    float mean = 0;
    for (const float sum : sums) mean += sum;
    mean /= count;
    float variance = 0;
    for (const float sum : sums) variance += (sum - mean) * (sum - mean);
    const float inverse = 1.0F / std::sqrt(variance / count + 1e-8F);
    const auto* coefficients = args.in<float>(gate.layer_norm);
    const auto* bias = args.in<float>(gate.bias);
    for (size_t i = 0; i < sums.size(); ++i) {
      sums[i] = (sums[i] - mean) * inverse * coefficients[i] + bias[i];
    }
  }

  // The sum in front of gate `index`'s activation.
  std::span<float> Sum(const KernelArgs& args, size_t index, const float* x, const float* h,
                       const float* c) const {
    const FloatGate& gate = gates[index];
    const std::span<float> sums(reinterpret_cast<float*>(args.scratch) + index * cells(), cells());
    auto* codes = reinterpret_cast<int8_t*>(args.scratch + CodesOffset());
    if (g.layer_norm) {
      std::fill(sums.begin(), sums.end(), 0.0F);
    } else {
      std::copy_n(args.in<float>(gate.bias), cells(), sums.begin());
    }
    gate.input.Accumulate(args, x, sums.data(), codes);
    gate.recurrent.Accumulate(args, h, sums.data(), codes);
    if (g.peephole && index != kCellGate) {
      const float* weights = gate.peephole.Get(args);
      for (size_t i = 0; i < sums.size(); ++i) sums[i] += weights[i] * c[i];
    }
    if (g.layer_norm) Normalize(args, gate, sums);
    return sums;
  }

  void UpdateCell(const KernelArgs& args, const float* x, const float* h, float* c) const {
    std::span<float> input;
    if (!g.cifg) input = Sum(args, kInputGate, x, h, c);
    const std::span<float> forget = Sum(args, kForgetGate, x, h, c);
    const std::span<float> cell = Sum(args, kCellGate, x, h, c);
    for (size_t i = 0; i < cells(); ++i) {
      const float keep = Logistic(forget[i]);
      const float take = g.cifg ? 1.0F - keep : Logistic(input[i]);
      c[i] = keep * c[i] + take * ApplyStepActivation(options.activation, cell[i]);
      if (options.cell_clip > 0) c[i] = std::clamp(c[i], -options.cell_clip, options.cell_clip);
    }
  }

  void Output(const KernelArgs& args, const float* x, float* h, const float* c) const {
    const std::span<float> hidden = Sum(args, kOutputGate, x, h, c);
    for (size_t i = 0; i < cells(); ++i) {
      hidden[i] = Logistic(hidden[i]) * ApplyStepActivation(options.activation, c[i]);
    }
    const auto outputs = static_cast<size_t>(g.outputs);
    if (!g.projection) {
      std::copy_n(hidden.begin(), outputs, h);
      return;
    }
    const auto* bias = args.in<float>(kLstmProjectionBias);
    for (size_t i = 0; i < outputs; ++i) h[i] = bias != nullptr ? bias[i] : 0.0F;
    auto* codes = reinterpret_cast<int8_t*>(args.scratch + CodesOffset());
    projection.Accumulate(args, hidden.data(), h, codes);
    const float clip = options.projection_clip;
    for (size_t i = 0; clip > 0 && i < outputs; ++i) h[i] = std::clamp(h[i], -clip, clip);
  }

  void Run(const KernelArgs& args) const {
    for (int32_t batch = 0; batch < g.batches; ++batch) {
      float* h = args.state<float>(kLstmOutputState) + int64_t{batch} * g.outputs;
      float* c = args.state<float>(kLstmCellState) + int64_t{batch} * g.cells;
      for (int32_t step = 0; step < g.steps; ++step) {
        const float* x = args.in<float>(kLstmInput) + g.Row(batch, step) * g.inputs;
        UpdateCell(args, x, h, c);
        args.TellState(kLstmCellState, c, g.cells);
        Output(args, x, h, c);
        std::copy_n(h, g.outputs, args.out<float>(0) + g.Row(batch, step) * g.outputs);
      }
    }
  }
};

// Every input of a gate that must be there is there, with its shape, and no other.
Status CheckGate(const PrepareContext& context, const LstmGeometry& g, size_t index) {
  const LstmGateInputs& gate = kLstmGates[index];
  const auto check_present = [&](size_t input, bool needed) -> Status {
    if (context.has_input(input) == needed) return OkStatus();
    return PrepareContext::Malformed(
        "input " + std::to_string(input) +
        (needed ? " is left out but needed" : " is there although the gate does not take it"));
  };
  const bool used = g.has_gate(index);
  QG_RETURN_IF_ERROR(check_present(gate.input_weights, used));
  QG_RETURN_IF_ERROR(check_present(gate.recurrent_weights, used));
  if (used) {
    QG_RETURN_IF_ERROR(check_present(gate.bias, true));
    QG_RETURN_IF_ERROR(CheckMatrix(context, gate.input_weights, g.cells, g.inputs));
    QG_RETURN_IF_ERROR(CheckMatrix(context, gate.recurrent_weights, g.cells, g.outputs));
    QG_RETURN_IF_ERROR(CheckVector(context, gate.bias, g.cells));
  }
  if (gate.peephole != 0) {
    QG_RETURN_IF_ERROR(check_present(gate.peephole, used && g.peephole));
    if (used && g.peephole) QG_RETURN_IF_ERROR(CheckVector(context, gate.peephole, g.cells));
  }
  QG_RETURN_IF_ERROR(check_present(gate.layer_norm, used && g.layer_norm));
  if (used && g.layer_norm) QG_RETURN_IF_ERROR(CheckVector(context, gate.layer_norm, g.cells));
  return OkStatus();
}

Result<LstmGeometry> MakeGeometry(const PrepareContext& context, bool time_major) {
  const Shape& in = context.input_shape(kLstmInput);
  for (const size_t needed : {size_t{4}, size_t{8}}) {
    if (!context.has_input(needed) || context.input_shape(needed).rank() != 2) {
      return PrepareContext::Malformed("input " + std::to_string(needed) + " must be a matrix");
    }
  }
  if (in.rank() != 3) {
    return PrepareContext::Malformed("input of shape " + in.ToString() + " where rank 3 is needed");
  }
  LstmGeometry g;
  g.time_major = time_major;
  g.batches = in.dim(time_major ? 1 : 0);
  g.steps = in.dim(time_major ? 0 : 1);
  g.inputs = in.dim(2);
  g.cells = context.input_shape(4).dim(0);
  g.outputs = context.input_shape(8).dim(1);
  if (g.cells < 1) return PrepareContext::Malformed("a layer without cells");
  g.cifg = !context.has_input(kLstmGates[kInputGate].input_weights);
  g.peephole = context.has_input(kLstmGates[kOutputGate].peephole);
  g.projection = context.has_input(kLstmProjection);
  g.layer_norm = context.has_input(kLstmGates[kForgetGate].layer_norm);
  return g;
}

Status CheckInputs(const PrepareContext& context, const LstmGeometry& g) {
  for (size_t gate = 0; gate < kLstmGates.size(); ++gate) {
    QG_RETURN_IF_ERROR(CheckGate(context, g, gate));
  }
  if (g.projection) {
    QG_RETURN_IF_ERROR(CheckMatrix(context, kLstmProjection, g.outputs, g.cells));
  } else if (g.outputs != g.cells || context.has_input(kLstmProjectionBias)) {
    return PrepareContext::Malformed(
        "without projection there is no projection bias, and as many "
        "outputs as cells");
  }
  if (context.has_input(kLstmProjectionBias)) {
    QG_RETURN_IF_ERROR(CheckVector(context, kLstmProjectionBias, g.outputs));
  }
  QG_RETURN_IF_ERROR(CheckState(context, kLstmOutputState, int64_t{g.batches} * g.outputs));
  return CheckState(context, kLstmCellState, int64_t{g.batches} * g.cells);
}

Status CheckFloat(const PrepareContext& context, size_t input) {
  if (!context.has_input(input) || context.input(input).dtype == DType::kFloat32) return OkStatus();
  return UnsupportedTypes(context);
}

Result<FloatVector> MakePeephole(const PrepareContext& context, size_t input) {
  FloatVector vector{input, {}};
  const TensorInfo& tensor = context.input(input);
  if (tensor.dtype == DType::kFloat32) return vector;
  const auto codes = context.input_constant(input);
  if (tensor.dtype != DType::kInt8 || codes.empty()) return UnsupportedTypes(context);
  QG_RETURN_IF_ERROR(CheckPerTensor(tensor));
  for (const std::byte code : codes) {
    vector.values.push_back(static_cast<float>(static_cast<int8_t>(code)) * tensor.quant.scale());
  }
  return vector;
}

Result<Kernel> PrepareFloat(PrepareContext& context, const LstmGeometry& g,
                            const LstmOptions& options) {
  QG_RETURN_IF_ERROR(CheckStepActivation(options.activation));
  for (const size_t input : {kLstmProjectionBias, kLstmOutputState, kLstmCellState}) {
    QG_RETURN_IF_ERROR(CheckFloat(context, input));
  }
  FloatLstm lstm{g, options, {}, {}};
  for (size_t i = 0; i < kLstmGates.size(); ++i) {
    if (!g.has_gate(i)) continue;
    const LstmGateInputs& inputs = kLstmGates[i];
    FloatGate& gate = lstm.gates[i];
    QG_ASSIGN_OR_RETURN(gate.input, MakeFloatMatrix(context, inputs.input_weights, g.cells,
                                                    g.inputs, options.asymmetric_inputs));
    QG_ASSIGN_OR_RETURN(gate.recurrent, MakeFloatMatrix(context, inputs.recurrent_weights, g.cells,
                                                        g.outputs, options.asymmetric_inputs));
    gate.bias = inputs.bias;
    gate.layer_norm = inputs.layer_norm;
    QG_RETURN_IF_ERROR(CheckFloat(context, inputs.bias));
    QG_RETURN_IF_ERROR(CheckFloat(context, inputs.layer_norm));
    if (g.peephole && inputs.peephole != 0) {
      QG_ASSIGN_OR_RETURN(gate.peephole, MakePeephole(context, inputs.peephole));
    }
  }
  if (g.projection) {
    QG_ASSIGN_OR_RETURN(lstm.projection, MakeFloatMatrix(context, kLstmProjection, g.outputs,
                                                         g.cells, options.asymmetric_inputs));
  }
  context.RequestScratch(lstm.ScratchBytes());
  return Kernel([lstm](const KernelArgs& args) { lstm.Run(args); });
}

}  // namespace

Result<Kernel> PrepareUnidirectionalSequenceLstm(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 24, 1));
  const auto table = OptionsOrDefault<schema::UnidirectionalSequenceLSTMOptionsT>(context.node());
  if (table.diagonal_recurrent_tensors) {
    return PrepareContext::Unsupported("diagonal recurrent weights");
  }
  const LstmOptions options{table.cell_clip, table.proj_clip,
                            static_cast<int>(table.fused_activation_function),
                            table.asymmetric_quantize_inputs};
  QG_ASSIGN_OR_RETURN(const LstmGeometry g, MakeGeometry(context, table.time_major));
  QG_RETURN_IF_ERROR(CheckInputs(context, g));
  std::vector<int32_t> out(context.input_shape(0).dims().begin(),
                           context.input_shape(0).dims().end());
  out.back() = g.outputs;
  QG_ASSIGN_OR_RETURN(const Shape shape, Shape::Make(out));
  context.SetOutputShape(0, shape);
  const DType dtype = context.input(0).dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  if (dtype == DType::kFloat32) return PrepareFloat(context, g, options);
  if (dtype == DType::kInt8) return PrepareIntegerLstm(context, g, options);
  return UnsupportedTypes(context);
}

}  // namespace quantgate
