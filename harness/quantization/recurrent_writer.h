// Writes the constants of a layer with memory (recurrent_layers.h).
#pragma once

#include "harness/quantization/activation_params.h"
#include "harness/quantization/recurrent_layers.h"
#include "harness/quantization/tensor_editor.h"

namespace quantgate {

class RecurrentWriter {
 public:
  // `written` starts as a copy of `source`, and `editor` is at work on it; all outlive the writer.
  RecurrentWriter(const Model& source, const OwnRanges& own_ranges, Model& written,
                  TensorEditor& editor)
      : source_(source), own_ranges_(own_ranges), written_(written), editor_(editor) {}

  // Weights, biases and scales of inner steps of `op`, whose activations and states have their
  // parameters already. With `widen`, scales of weights grow where a bias would not fit
  // (WidenForBias); returns how many.
  int WriteInteger(const SchemeDef& scheme, bool widen, OpNode& op);
  // Weights alone; the kernels code activations while they run.
  void WriteHybrid(const SchemeDef& scheme, OpNode& op);
  // One scale, by which the largest weight, or the end of its own range, is `largest_code`.
  [[nodiscard]] QuantParams ParamsOf(int weights, int32_t largest_code) const;

 private:
  [[nodiscard]] TensorInfo& Tensor(int index);
  [[nodiscard]] std::span<const float> Constant(int tensor) const;
  [[nodiscard]] float ScaleOfVector(const OpNode& op, size_t vector);
  void WriteWeights(const RecurrentWeights& weights, const QuantParams& quant, OpNode& op);
  void WriteIntermediates(size_t count, OpNode& op);

  const Model& source_;
  const OwnRanges& own_ranges_;
  Model& written_;
  TensorEditor& editor_;
};

}  // namespace quantgate
