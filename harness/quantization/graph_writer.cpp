#include "harness/quantization/graph_writer.h"

#include <algorithm>
#include <tuple>

#include "harness/quantization/op_rules.h"
#include "harness/quantization/quantize_weights.h"
#include "harness/quantization/range_to_params.h"
#include "harness/quantization/recurrent_layers.h"
#include "harness/quantization/recurrent_writer.h"
#include "harness/quantization/tensor_editor.h"
#include "reference/model/op_options.h"
#include "reference/numeric/affine.h"
#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

std::span<const float> Floats(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

std::string TypeSuffix(DType dtype) { return "_" + std::string(DTypeName(dtype)); }

// The lowest version whose kernel does this conversion.
int ConversionVersion(OpCode code, DType from, DType to, bool per_axis) {
  if (code == OpCode::kQUANTIZE) {
    return from == DType::kInt16 || to == DType::kInt16 ? 2 : 1;
  }
  if (from == DType::kInt4) return 6;
  if (per_axis) return 5;
  if (from == DType::kInt16 || from == DType::kFloat16) return 3;
  return from == DType::kUInt8 ? 1 : 2;
}

// Whether one operator converts: TFLite 2.9 has no QUANTIZE from 8 to 16 bits, nor from int16 to
// uint8.
bool ConvertsDirectly(DType from, DType to) {
  if (from == DType::kFloat32 || to == DType::kFloat32 || from == to) return true;
  return to != DType::kInt16 && !(from == DType::kInt16 && to == DType::kUInt8);
}

// Sets a field of the option table of `op`, if it has one of this type.
template <class Table, class Set>
void EditOptions(OpNode& op, const Set& set) {
  Table table = OptionsOrDefault<Table>(op);
  set(table);
  op.options = MakeOptions(std::move(table));
}

class GraphWriter {
 public:
  explicit GraphWriter(const GraphPlan& plan)
      : source_(*plan.source),
        graph_(plan.source->main()),
        assignments_(*plan.assignments),
        activations_(*plan.activations),
        own_ranges_(*plan.own_ranges),
        options_(*plan.options) {
    written_.model = source_;
    editor_.emplace(written_.model);
    recurrent_.emplace(source_, own_ranges_, written_.model, *editor_);
  }

  Result<WrittenGraph> Run() {
    FindUsedSlots();
    PlaceSlots();
    for (const int slot : activations_.graph_inputs) {
      if (slot >= 0) Convert(activations_.slots[At(slot)].tensor);
    }
    for (size_t i = 0; i < graph_.ops.size(); ++i) WriteOp(static_cast<int>(i));
    Subgraph& result = written_.model.main();
    result.ops = std::move(ops_);
    TakeEnds(activations_.graph_inputs, result.inputs);
    TakeEnds(activations_.graph_outputs, result.outputs);
    editor_->Finish();
    QG_RETURN_IF_ERROR(Validate(written_.model));
    return std::move(written_);
  }

 private:
  TensorInfo& Tensor(int index) { return written_.model.main().tensors[At(index)]; }
  std::span<const float> FloatConstant(int index) const {
    return Floats(source_.Constant(graph_.tensors[At(index)]));
  }

  void FindUsedSlots() {
    used_.assign(activations_.slots.size(), false);
    const auto use = [&](const std::vector<int>& slots) {
      for (int slot : slots) {
        for (; slot >= 0 && !used_[At(slot)]; slot = activations_.slots[At(slot)].source) {
          used_[At(slot)] = true;
        }
      }
    };
    use(activations_.graph_inputs);
    use(activations_.graph_outputs);
    for (const auto& slots : activations_.op_inputs) use(slots);
    for (const auto& slots : activations_.op_outputs) use(slots);
  }

  // The slot at the graph's border keeps the tensor's place and name, else the first one.
  void PlaceSlots() {
    std::map<int, int> owner;
    for (size_t i = activations_.slots.size(); i-- > 0;) {
      if (used_[i]) owner[activations_.slots[i].tensor] = static_cast<int>(i);
    }
    for (const auto* ends : {&activations_.graph_outputs, &activations_.graph_inputs}) {
      for (const int slot : *ends) {
        if (slot >= 0) owner[activations_.slots[At(slot)].tensor] = slot;
      }
    }
    for (size_t i = 0; i < activations_.slots.size(); ++i) {
      if (!used_[i]) {
        places_.push_back(-1);
        continue;
      }
      const bool owns = owner[activations_.slots[i].tensor] == static_cast<int>(i);
      places_.push_back(PlaceSlot(activations_.slots[i], owns));
    }
  }

  int PlaceSlot(const Slot& slot, bool owns) {
    const std::string suffix = TypeSuffix(slot.dtype) + (slot.copy ? "_rescaled" : "");
    if (const auto constant = FloatConstant(slot.tensor); !constant.empty()) {
      std::vector<std::byte> codes(ByteSize(slot.dtype, graph_.tensors[At(slot.tensor)].shape));
      QuantizeTensor(constant, slot.quant, slot.dtype, codes);
      return editor_->AddConstant(slot.tensor, suffix, slot.dtype, slot.quant, std::move(codes));
    }
    if (!owns) return editor_->Add(slot.tensor, suffix, slot.dtype, slot.quant);
    Tensor(slot.tensor).dtype = slot.dtype;
    Tensor(slot.tensor).quant = slot.quant;
    return slot.tensor;
  }

  void TakeEnds(const std::vector<int>& slots, std::vector<int>& ends) {
    for (size_t i = 0; i < slots.size(); ++i) {
      if (slots[i] >= 0) ends[i] = places_[At(slots[i])];
    }
  }

  void Push(OpNode op, int source) {
    ops_.push_back(std::move(op));
    written_.sources.push_back(source);
  }

  void PushConversion(int from, int to) {
    const TensorInfo& in = Tensor(from);
    const TensorInfo& out = Tensor(to);
    OpNode op;
    op.code = out.dtype == DType::kFloat32 ? OpCode::kDEQUANTIZE : OpCode::kQUANTIZE;
    op.version = ConversionVersion(op.code, in.dtype, out.dtype, in.quant.per_axis());
    op.inputs = {from};
    op.outputs = {to};
    op.options = op.code == OpCode::kQUANTIZE ? MakeOptions(schema::QuantizeOptionsT{})
                                              : MakeOptions(schema::DequantizeOptionsT{});
    Push(std::move(op), -1);
  }

  // Everything that is converted from the tensor just computed.
  void Convert(int tensor) {
    for (size_t i = 0; i < activations_.slots.size(); ++i) {
      const Slot& slot = activations_.slots[i];
      if (slot.tensor != tensor || slot.source < 0 || !used_[i]) continue;
      int from = places_[At(slot.source)];
      if (!ConvertsDirectly(Tensor(from).dtype, slot.dtype)) {
        const int reals = editor_->Add(tensor, "_float32", DType::kFloat32, {});
        PushConversion(from, reals);
        from = reals;
      }
      PushConversion(from, places_[i]);
    }
  }

  void WriteOp(int index) {
    OpNode op = graph_.ops[At(index)];
    const OpAssignment& assignment = assignments_[At(index)];
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      const int slot = activations_.op_inputs[At(index)][k];
      if (slot >= 0) op.inputs[k] = places_[At(slot)];
    }
    for (size_t k = 0; k < op.outputs.size(); ++k) {
      const int slot = activations_.op_outputs[At(index)][k];
      if (slot >= 0) op.outputs[k] = places_[At(slot)];
    }
    if (assignment.scheme != nullptr) ApplyScheme(index, *assignment.scheme, op);
    const std::vector<int> outputs = graph_.ops[At(index)].outputs;
    written_.places.push_back(static_cast<int>(ops_.size()));
    Push(std::move(op), index);
    for (const int output : outputs) Convert(output);
  }

  void ApplyScheme(int index, const SchemeDef& scheme, OpNode& op) {
    switch (scheme.use) {
      case WeightUse::kInteger: return WriteInteger(index, scheme, op);
      case WeightUse::kHybrid: return WriteHybrid(index, scheme, op);
      case WeightUse::kDequantized: return WriteDequantized(index, scheme, op);
    }
  }

  void WriteInteger(int index, const SchemeDef& scheme, OpNode& op) {
    op.version = VersionFor(op.code, scheme.activation);
    if (scheme.activation == DType::kInt16) {
      // Scales that are no powers of two; the options' default says they are.
      const auto general = [](auto& table) { table.pot_scale_int16 = false; };
      if (op.code == OpCode::kADD) EditOptions<schema::AddOptionsT>(op, general);
      if (op.code == OpCode::kSUB) EditOptions<schema::SubOptionsT>(op, general);
    }
    const OpSpec& spec = *FindOpSpec(op.code);
    if (FindRecurrentRule(op.code) != nullptr) {
      written_.widened_scales += recurrent_->WriteInteger(scheme, options_.widen_for_bias, op);
      return;
    }
    if (spec.weights < 0) return;
    if (scheme.weights == DType::kInt4) op.version = Int4Version(op.code);
    const int data = DataInput(op, spec);
    const float input_scale = Tensor(op.inputs[At(data)]).quant.scale();
    const int bias = Bias(op, spec);
    QuantParams quant = ParamsOfWeights(op, spec, scheme);
    const bool narrow = scheme.activation != DType::kInt16;
    if (bias >= 0 && narrow && options_.widen_for_bias) {
      written_.widened_scales += WidenForBias(FloatConstant(bias), input_scale, quant);
    }
    op.inputs[At(spec.weights)] = WeightTensor(index, op.inputs[At(spec.weights)], scheme, quant);
    if (bias >= 0) {
      op.inputs[At(spec.bias)] =
          BiasTensor(bias, input_scale, quant, narrow ? DType::kInt32 : DType::kInt64);
    }
  }

  static int Int4Version(OpCode code) {
    if (code == OpCode::kFULLY_CONNECTED) return 10;
    return code == OpCode::kTRANSPOSE_CONV ? 3 : 7;
  }

  static int DataInput(const OpNode& op, const OpSpec& spec) {
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      if (InMask(spec.data, k)) return static_cast<int>(k);
    }
    return 0;
  }

  static int Bias(const OpNode& op, const OpSpec& spec) {
    return spec.bias >= 0 && At(spec.bias) < op.inputs.size() ? op.inputs[At(spec.bias)] : -1;
  }

  // A range of the model's own is one for the whole tensor, as it was trained.
  QuantParams ParamsOfWeights(const OpNode& op, const OpSpec& spec, const SchemeDef& scheme) {
    const int weights = op.inputs[At(spec.weights)];
    if (const auto own = own_ranges_.find(weights);
        own != own_ranges_.end() && scheme.weights != DType::kFloat16) {
      const auto [min, max] = own->second;
      if (scheme.block_size > 0) {
        const float scale =
            SymmetricParams(std::max(std::abs(min), std::abs(max)), scheme.weights).scale();
        return SameForAllBlocks(scale, graph_.tensors[At(weights)].shape, scheme.block_size);
      }
      return scheme.symmetric_weights
                 ? SymmetricParams(std::max(std::abs(min), std::abs(max)), scheme.weights)
                 : AsymmetricParams(min, max, scheme.weights);
    }
    const bool dense = spec.weight_scales == WeightScales::kPerTensor;
    const bool per_axis = dense ? scheme.per_axis_dense : scheme.per_axis_weights;
    const auto values = FloatConstant(weights);
    const Shape& shape = graph_.tensors[At(weights)].shape;
    QuantParams quant = WeightParams(values, shape, scheme, per_axis ? spec.channel_axis : -1);
    if (options_.clip_weights) written_.clipped_scales += ClipWeights(values, shape, scheme, quant);
    return quant;
  }

  int WeightTensor(int op, int weights, const SchemeDef& scheme, const QuantParams& quant) {
    const auto key = std::tuple(weights, scheme.weights, quant.scales);
    if (const auto found = weights_.find(key); found != weights_.end()) return found->second;
    const auto values = FloatConstant(weights);
    const Shape& shape = graph_.tensors[At(weights)].shape;
    std::vector<std::byte> bytes;
    if (scheme.weights == DType::kFloat16) {
      bytes = QuantizeWeights(values, shape, scheme, -1).codes;
    } else {
      std::vector<int32_t> codes;
      if (options_.rounding) {
        codes = options_.rounding(op, values, shape, quant, WeightCodes(scheme));
      }
      if (codes.empty()) codes = RoundToCodes(values, shape, quant, WeightCodes(scheme));
      bytes = PackCodes(codes, scheme.weights);
    }
    const bool blocks = quant.block > 0;
    const int tensor = editor_->AddConstant(weights, TypeSuffix(scheme.weights), scheme.weights,
                                            blocks ? QuantParams{} : quant, std::move(bytes));
    if (blocks) AddBlockScales(weights, quant, tensor);
    weights_.emplace(key, tensor);
    return tensor;
  }

  // A file keeps the scales of blocks in a tensor of their own.
  void AddBlockScales(int weights, const QuantParams& quant, int tensor) {
    const int scales =
        editor_->AddConstant(weights, "_scales", DType::kFloat16, {}, PackHalves(quant.scales));
    const Shape& shape = graph_.tensors[At(weights)].shape;
    Tensor(scales).shape = Shape{shape.dim(0), shape.dim(1) / quant.block};
    Tensor(scales).shape_signature.clear();
    Tensor(tensor).blockwise = BlockwiseParams{scales, -1, quant.block};
  }

  int BiasTensor(int bias, float input_scale, const QuantParams& weights, DType dtype) {
    QuantizedConstant codes = QuantizeBias(FloatConstant(bias), input_scale, weights, dtype);
    const auto key = std::tuple(bias, dtype, codes.quant.scales);
    if (const auto found = weights_.find(key); found != weights_.end()) return found->second;
    const int tensor = editor_->AddConstant(bias, TypeSuffix(dtype), dtype, std::move(codes.quant),
                                            std::move(codes.codes));
    weights_.emplace(key, tensor);
    return tensor;
  }

  void WriteHybrid(int index, const SchemeDef& scheme, OpNode& op) {
    if (FindRecurrentRule(op.code) != nullptr) return recurrent_->WriteHybrid(scheme, op);
    const OpSpec& spec = *FindOpSpec(op.code);
    const auto asymmetric = [](auto& table) { table.asymmetric_quantize_inputs = true; };
    if (op.code == OpCode::kFULLY_CONNECTED) {
      op.version = scheme.weights == DType::kInt4 ? Int4Version(op.code) : 9;
      EditOptions<schema::FullyConnectedOptionsT>(op, asymmetric);
    } else {
      // The kernels take asymmetric inputs whenever the weights have a scale a channel.
      op.version = op.code == OpCode::kCONV_2D ? 5 : 6;
    }
    op.inputs[At(spec.weights)] =
        WeightTensor(index, op.inputs[At(spec.weights)], scheme, ParamsOfWeights(op, spec, scheme));
  }

  QuantParams ParamsOfDequantized(const OpNode& op, int input, const SchemeDef& scheme) {
    if (FindRecurrentRule(op.code) == nullptr) {
      return ParamsOfWeights(op, *FindOpSpec(op.code), scheme);
    }
    if (scheme.weights == DType::kFloat16) return {};
    return recurrent_->ParamsOf(op.inputs[At(input)], CodeRangeOf(scheme.weights).max);
  }

  void WriteDequantized(int index, const SchemeDef& scheme, OpNode& op) {
    const OpSpec* spec = FindOpSpec(op.code);
    const RecurrentRule* rule = FindRecurrentRule(op.code);
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      const int constant = op.inputs[k];
      if (constant < 0 || At(constant) >= graph_.tensors.size() ||
          FloatConstant(constant).empty() ||
          graph_.tensors[At(constant)].dtype != DType::kFloat32) {
        continue;
      }
      const auto at = static_cast<int>(k);
      const bool weights = rule != nullptr ? IsWeights(*rule, k) : at == spec->weights;
      const bool beside =
          rule != nullptr ? IsBias(*rule, k) : InMask(spec->data, k) || at == spec->bias;
      if (!weights && !(beside && scheme.weights == DType::kFloat16)) continue;
      const QuantParams quant = weights ? ParamsOfDequantized(op, at, scheme) : QuantParams{};
      const int codes = WeightTensor(index, constant, scheme, quant);
      const auto [found, inserted] = dequantized_.emplace(codes, -1);
      if (inserted) {
        found->second = editor_->Add(constant, "_dequantized", DType::kFloat32, {});
        PushConversion(codes, found->second);
      }
      op.inputs[k] = found->second;
    }
  }

  const Model& source_;
  const Subgraph& graph_;
  const std::vector<OpAssignment>& assignments_;
  const ActivationPlan& activations_;
  const OwnRanges& own_ranges_;
  const QuantizeOptions& options_;
  WrittenGraph written_;
  std::optional<TensorEditor> editor_;
  std::optional<RecurrentWriter> recurrent_;
  std::vector<bool> used_;   // by slot
  std::vector<int> places_;  // by slot: tensor index
  std::vector<OpNode> ops_;
  std::map<std::tuple<int, DType, std::vector<float>>, int> weights_;  // and biases
  std::map<int, int> dequantized_;                                     // by tensor of codes
};

}  // namespace

Result<WrittenGraph> WriteQuantizedGraph(const GraphPlan& plan) { return GraphWriter(plan).Run(); }

}  // namespace quantgate
