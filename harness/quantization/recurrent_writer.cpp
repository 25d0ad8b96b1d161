#include "harness/quantization/recurrent_writer.h"

#include <algorithm>
#include <cmath>

#include "harness/quantization/quantize_weights.h"
#include "reference/model/op_options.h"

namespace quantgate {
namespace {

// The gates' intermediates come first, and say something with layer normalization alone.
constexpr size_t kHiddenIntermediate = 4;

size_t At(int index) { return static_cast<size_t>(index); }

template <class Table>
void TakeAsymmetricInputs(OpNode& op) {
  Table table = OptionsOrDefault<Table>(op);
  table.asymmetric_quantize_inputs = true;
  op.options = MakeOptions(std::move(table));
}

}  // namespace

TensorInfo& RecurrentWriter::Tensor(int index) { return written_.main().tensors[At(index)]; }

std::span<const float> RecurrentWriter::Constant(int tensor) const {
  const auto bytes = source_.Constant(source_.main().tensors[At(tensor)]);
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

float RecurrentWriter::ScaleOfVector(const OpNode& op, size_t vector) {
  return vector == kHiddenVector ? kHiddenScale : Tensor(op.inputs[vector]).quant.scale();
}

QuantParams RecurrentWriter::ParamsOf(int weights, int32_t largest_code) const {
  double max_abs = 0;
  if (const auto own = own_ranges_.find(weights); own != own_ranges_.end()) {
    max_abs = std::max(std::abs(own->second.min), std::abs(own->second.max));
  } else {
    for (const float weight : Constant(weights)) {
      max_abs = std::max(max_abs, std::abs(static_cast<double>(weight)));
    }
  }
  return PerTensor(max_abs > 0 ? static_cast<float>(max_abs / largest_code) : 1.0F, 0);
}

void RecurrentWriter::WriteWeights(const RecurrentWeights& weights, const QuantParams& quant,
                                   OpNode& op) {
  const int tensor = op.inputs[weights.input];
  const Shape& shape = source_.main().tensors[At(tensor)].shape;
  const std::vector<int32_t> codes =
      RoundToCodes(Constant(tensor), shape, quant, {-weights.largest_code, weights.largest_code});
  std::vector<std::byte> bytes;
  if (weights.dtype == DType::kInt8) {
    bytes = PackCodes(codes, weights.dtype);
  } else {
    const std::vector<int16_t> narrow(codes.begin(), codes.end());
    const auto view = std::as_bytes(std::span(narrow));
    bytes.assign(view.begin(), view.end());
  }
  op.inputs[weights.input] = editor_.AddConstant(
      tensor, "_" + std::string(DTypeName(weights.dtype)), weights.dtype, quant, std::move(bytes));
}

int RecurrentWriter::WriteInteger(const SchemeDef& scheme, bool widen, OpNode& op) {
  const RecurrentRule& rule = *FindRecurrentRule(op.code);
  const std::vector<RecurrentWeights> all = WeightsFor(source_, op, scheme);
  std::vector<QuantParams> quants(op.inputs.size());
  for (const RecurrentWeights& weights : all) {
    quants[weights.input] = ParamsOf(op.inputs[weights.input], weights.largest_code);
  }
  int widened = 0;
  for (const RecurrentBias& bias : rule.biases) {
    if (bias.bias >= op.inputs.size() || op.inputs[bias.bias] < 0) continue;
    const int tensor = op.inputs[bias.bias];
    const float scale = ScaleOfVector(op, bias.vector);
    QuantParams& quant = quants[bias.weights];
    if (widen) widened += WidenForBias(Constant(tensor), scale, quant);
    QuantizedConstant codes = QuantizeBias(Constant(tensor), scale, quant);
    op.inputs[bias.bias] = editor_.AddConstant(tensor, "_int32", DType::kInt32,
                                               std::move(codes.quant), std::move(codes.codes));
  }
  for (const RecurrentWeights& weights : all) {
    WriteWeights(weights, quants[weights.input], op);
  }
  WriteIntermediates(rule.intermediates, op);
  return widened;
}

void RecurrentWriter::WriteIntermediates(size_t count, OpNode& op) {
  op.intermediates.resize(count, -1);
  for (size_t k = 0; k < count; ++k) {
    int& place = op.intermediates[k];
    if (place < 0) {
      place = editor_.Add(op.outputs[0], "_inner" + std::to_string(k), DType::kFloat32, {});
      Tensor(place).shape = *Shape::Make(std::vector<int32_t>{0});
      Tensor(place).shape_signature.clear();
    }
    if (k != kHiddenIntermediate) continue;
    const bool is_output = NeedsSymmetricOutput(op);
    Tensor(place).dtype = DType::kInt8;
    Tensor(place).quant = is_output ? Tensor(op.outputs[0]).quant : PerTensor(kHiddenScale, 0);
  }
}

void RecurrentWriter::WriteHybrid(const SchemeDef& scheme, OpNode& op) {
  for (const RecurrentWeights& weights : WeightsFor(source_, op, scheme)) {
    const QuantParams quant = ParamsOf(op.inputs[weights.input], weights.largest_code);
    WriteWeights(weights, quant, op);
  }
  op.version = op.code == OpCode::kSVDF ? 4 : 3;
  switch (op.code) {
    case OpCode::kSVDF: return TakeAsymmetricInputs<schema::SVDFOptionsT>(op);
    case OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM:
      return TakeAsymmetricInputs<schema::UnidirectionalSequenceLSTMOptionsT>(op);
    default: return TakeAsymmetricInputs<schema::SequenceRNNOptionsT>(op);
  }
}

}  // namespace quantgate
