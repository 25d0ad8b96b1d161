// UNIDIRECTIONAL_SEQUENCE_RNN: input [batches, steps, inputs] (or [steps, batches, inputs]), and
// for every step
//
//   h' = act(b + W x + R h)
//
// Weights float32 or int8 (float_matrix.h).
#include <algorithm>

#include "reference/model/op_options.h"
#include "reference/ops/float_activation.h"
#include "reference/ops/float_matrix.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

constexpr size_t kBias = 3;
constexpr size_t kState = 4;

struct Rnn {
  int32_t batches = 0;
  int32_t steps = 0;
  int32_t inputs = 0;
  int32_t units = 0;
  bool time_major = false;
  int activation = 0;
  FloatMatrix weights;
  FloatMatrix recurrent;

  void Run(const KernelArgs& args) const {
    auto* codes = reinterpret_cast<int8_t*>(args.scratch);
    for (int32_t batch = 0; batch < batches; ++batch) {
      float* state = args.state<float>(kState) + int64_t{batch} * units;
      for (int32_t step = 0; step < steps; ++step) {
        const int64_t row =
            time_major ? int64_t{step} * batches + batch : int64_t{batch} * steps + step;
        float* out = args.out<float>(0) + row * units;
        std::copy_n(args.in<float>(kBias), units, out);
        weights.Accumulate(args, args.in<float>(0) + row * inputs, out, codes);
        recurrent.Accumulate(args, state, out, codes);
        for (int32_t u = 0; u < units; ++u) out[u] = ApplyStepActivation(activation, out[u]);
        std::copy_n(out, units, state);
      }
    }
  }
};

}  // namespace

Result<Kernel> PrepareUnidirectionalSequenceRnn(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 5, 5, 1));
  const auto options = OptionsOrDefault<schema::SequenceRNNOptionsT>(context.node());
  const Shape& in = context.input_shape(0);
  if (in.rank() != 3 || context.input_shape(1).rank() != 2) {
    return PrepareContext::Malformed("input " + in.ToString() + " and weights " +
                                     context.input_shape(1).ToString() +
                                     " where ranks 3 and 2 are needed");
  }
  for (const size_t input : {size_t{0}, kBias, kState}) {
    if (context.input(input).dtype != DType::kFloat32) return UnsupportedTypes(context);
  }
  if (context.output(0).dtype != DType::kFloat32) return UnsupportedTypes(context);
  Rnn rnn;
  rnn.time_major = options.time_major;
  rnn.batches = in.dim(rnn.time_major ? 1 : 0);
  rnn.steps = in.dim(rnn.time_major ? 0 : 1);
  rnn.inputs = in.dim(2);
  rnn.units = context.input_shape(1).dim(0);
  rnn.activation = static_cast<int>(options.fused_activation_function);
  QG_RETURN_IF_ERROR(CheckStepActivation(rnn.activation));
  const bool asymmetric = options.asymmetric_quantize_inputs;
  QG_ASSIGN_OR_RETURN(rnn.weights, MakeFloatMatrix(context, 1, rnn.units, rnn.inputs, asymmetric));
  QG_ASSIGN_OR_RETURN(rnn.recurrent, MakeFloatMatrix(context, 2, rnn.units, rnn.units, asymmetric));
  QG_RETURN_IF_ERROR(CheckVector(context, kBias, rnn.units));
  QG_RETURN_IF_ERROR(CheckState(context, kState, int64_t{rnn.batches} * rnn.units));
  QG_ASSIGN_OR_RETURN(const Shape shape,
                      Shape::Make(std::vector<int32_t>{in.dim(0), in.dim(1), rnn.units}));
  context.SetOutputShape(0, shape);
  context.RequestScratch(static_cast<size_t>(std::max(rnn.inputs, rnn.units)));
  return Kernel([rnn](const KernelArgs& args) { rnn.Run(args); });
}

}  // namespace quantgate
