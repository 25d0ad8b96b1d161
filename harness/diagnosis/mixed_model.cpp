#include "harness/diagnosis/mixed_model.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "reference/model/op_options.h"
#include "reference/numeric/affine.h"
#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

using Origin = MixedModel::Origin;

std::vector<std::byte> BytesOf(std::span<const float> values) {
  std::vector<std::byte> bytes(values.size_bytes());
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

class Mixer {
 public:
  Mixer(const std::shared_ptr<const Plan>& reference, const std::shared_ptr<const Plan>& variant,
        const OpPairing& pairing, const Mixture& mixture)
      : reference_owner_(reference),
        variant_owner_(variant),
        reference_(*reference),
        variant_(*variant),
        pairing_(pairing),
        mixture_(mixture) {
    mixed_.model = reference_.model();
    graph_ = &mixed_.model.main();
    *graph_ = Subgraph{};
    graph_->name = reference_.subgraph().name;
    mixed_.model.signatures.clear();
    mixed_.model.metadata.clear();
    mixed_.first_ops.assign(pairing.pairs.size(), -1);
    mixed_.outputs.assign(pairing.pairs.size(), -1);
    for (size_t p = 0; p < pairing.pairs.size(); ++p) {
      pair_of_[pairing.pairs[p].reference_op] = p;
    }
    for (size_t i = 0; i < variant_.subgraph().ops.size(); ++i) {
      for (const int output : variant_.subgraph().ops[i].outputs) {
        variant_maker_[output] = static_cast<int>(i);
      }
    }
  }

  MixedModel Run() {
    AddInputs();
    const std::vector<OpNode>& ops = reference_.subgraph().ops;
    for (size_t i = 0; i < ops.size(); ++i) {
      if (IsFolded(ops[i])) continue;
      const auto pair = pair_of_.find(static_cast<int>(i));
      const auto before = static_cast<int>(graph_->ops.size());
      if (pair == pair_of_.end()) {
        AddReferenceOp(ops[i], nullptr);
        continue;
      }
      const OpPair& ends = pairing_.pairs[pair->second];
      const OpNode& twin = variant_.subgraph().ops[static_cast<size_t>(ends.variant_op)];
      if (mixture_.variant_ops.contains(pair->second)) {
        AddVariantOp(ops[i], twin);
        mixed_.outputs[pair->second] = graph_->ops.back().outputs.front();
      } else {
        const bool touched = mixture_.only.empty() || mixture_.only.contains(pair->second);
        AddReferenceOp(ops[i], touched ? &twin : nullptr);
        mixed_.outputs[pair->second] = graph_->ops.back().outputs.front();
        if (touched) LimitOutputs(ops[i], twin);
      }
      mixed_.first_ops[pair->second] = before;
    }
    for (const int output : reference_.subgraph().outputs) {
      graph_->outputs.push_back(Value(output));
    }
    return std::move(mixed_);
  }

 private:
  [[nodiscard]] bool IsFolded(const OpNode& op) const {
    return !op.outputs.empty() &&
           std::all_of(op.outputs.begin(), op.outputs.end(), [this](int output) {
             return reference_.home(output) == Plan::Home::kConstant;
           });
  }

  int AddTensor(TensorInfo info, MixedModel::Source source = {}) {
    info.buffer = 0;
    info.blockwise.reset();
    info.sparsity = nullptr;
    graph_->tensors.push_back(std::move(info));
    mixed_.sources.push_back(source);
    return static_cast<int>(graph_->tensors.size()) - 1;
  }

  int AddConstant(TensorInfo info, ConstBytes bytes) {
    const int index = AddTensor(std::move(info));
    graph_->tensors.back().buffer = static_cast<int>(mixed_.model.buffers.size());
    mixed_.model.buffers.push_back(std::move(bytes));
    return index;
  }

  int ConstantOf(const Plan& plan, int tensor) {
    const auto key = std::pair(&plan, tensor);
    const auto found = constants_.find(key);
    if (found != constants_.end()) return found->second;
    TensorInfo info = plan.info(tensor);
    info.shape = plan.shape(tensor);
    const auto& owner = &plan == &reference_ ? reference_owner_ : variant_owner_;
    return constants_[key] = AddConstant(std::move(info), ConstBytes(owner, plan.constant(tensor)));
  }

  // A memory of its own, empty at first as every sample's is.
  int StateLike(const Plan& plan, int tensor) {
    TensorInfo info = plan.info(tensor);
    info.shape = plan.shape(tensor);
    return AddTensor(std::move(info));
  }

  void CopyIntermediates(const Plan& plan, OpNode& node) {
    for (int& intermediate : node.intermediates) {
      if (intermediate >= 0) intermediate = AddTensor(plan.info(intermediate));
    }
  }

  // The variant's constant as reals, when it holds codes.
  int WeightsInFloat(int tensor) {
    const auto found = float_weights_.find(tensor);
    if (found != float_weights_.end()) return found->second;
    TensorInfo info = variant_.info(tensor);
    info.shape = variant_.shape(tensor);
    std::vector<float> reals(static_cast<size_t>(info.shape.num_elements()));
    DequantizeTensor(variant_.constant(tensor), info.dtype, info.shape, info.quant, reals);
    info.dtype = DType::kFloat32;
    info.quant = {};
    return float_weights_[tensor] = AddConstant(std::move(info), ConstBytes(BytesOf(reals)));
  }

  void AddOp(OpCode code, const std::vector<int>& inputs, int output) {
    OpNode node;
    node.code = code;
    node.inputs = inputs;
    node.outputs = {output};
    node.options = std::make_shared<const OpOptions>();
    graph_->ops.push_back(std::move(node));
  }

  void AddInputs() {
    const std::vector<int>& inputs = reference_.subgraph().inputs;
    for (size_t i = 0; i < inputs.size(); ++i) {
      const int theirs = variant_.subgraph().inputs[i];
      const bool codes = variant_.info(theirs).quant.quantized();
      if (mixture_.variant_input && codes) {
        const int index = AddTensor(variant_.info(theirs), {Origin::kVariant, theirs});
        codes_[theirs] = index;
        coded_[inputs[i]] = index;
        graph_->inputs.push_back(index);
      } else {
        values_[inputs[i]] = AddTensor(reference_.info(inputs[i]), {Origin::kReference, inputs[i]});
        graph_->inputs.push_back(values_[inputs[i]]);
        if (codes) pure_codes_of_[theirs] = inputs[i];
      }
    }
  }

  // Tensor of the mixed model with the reals of tensor `tensor` of the reference.
  int Value(int tensor) {
    if (const auto found = values_.find(tensor); found != values_.end()) return found->second;
    if (reference_.home(tensor) == Plan::Home::kConstant) return ConstantOf(reference_, tensor);
    const auto coded = coded_.find(tensor);
    QG_CHECK(coded != coded_.end());
    TensorInfo info = reference_.info(tensor);
    info.shape = reference_.shape(tensor);
    const int index = AddTensor(std::move(info));
    AddOp(OpCode::kDEQUANTIZE, {coded->second}, index);
    return values_[tensor] = index;
  }

  [[nodiscard]] bool IsPure(int index, Origin origin) const {
    return mixed_.sources[static_cast<size_t>(index)].origin == origin;
  }

  // Tensor of the mixed model with the codes of tensor `theirs` of the variant, which stands for
  // tensor `tensor` of the reference.
  int Codes(int theirs, int tensor) {
    if (const auto found = codes_.find(theirs); found != codes_.end()) return found->second;
    TensorInfo info = variant_.info(theirs);
    info.shape = variant_.shape(theirs);
    const auto maker = variant_maker_.find(theirs);
    const OpNode* made_by = maker == variant_maker_.end()
                                ? nullptr
                                : &variant_.subgraph().ops[static_cast<size_t>(maker->second)];
    const bool requantized = made_by != nullptr && made_by->code == OpCode::kQUANTIZE &&
                             variant_.info(made_by->inputs[0]).quant.quantized();
    const int from = requantized ? Codes(made_by->inputs[0], tensor) : Value(tensor);
    // The graph's input quantized here is what the variant is fed.
    const bool is_input = pure_codes_of_.contains(theirs);
    const bool pure = is_input || (requantized && IsPure(from, Origin::kVariant));
    const int index = AddTensor(std::move(info), pure ? MixedModel::Source{Origin::kVariant, theirs}
                                                      : MixedModel::Source{});
    AddOp(OpCode::kQUANTIZE, {from}, index);
    return codes_[theirs] = index;
  }

  void AddReferenceOp(const OpNode& op, const OpNode* twin) {
    OpNode node = op;
    bool pure = true;
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      if (op.inputs[i] < 0) continue;
      if (reference_.home(op.inputs[i]) == Plan::Home::kState) {
        node.inputs[i] = StateLike(reference_, op.inputs[i]);
        continue;
      }
      const bool constant = reference_.home(op.inputs[i]) == Plan::Home::kConstant;
      if (constant && twin != nullptr && mixture_.variant_weights && HoldsReals(twin->inputs[i])) {
        node.inputs[i] = WeightsInFloat(twin->inputs[i]);
        pure = false;
        continue;
      }
      node.inputs[i] = Value(op.inputs[i]);
      if (!constant) pure = pure && IsPure(node.inputs[i], Origin::kReference);
    }
    CopyIntermediates(reference_, node);
    for (size_t i = 0; i < op.outputs.size(); ++i) {
      TensorInfo info = reference_.info(op.outputs[i]);
      info.shape = reference_.shape(op.outputs[i]);
      const MixedModel::Source source =
          pure ? MixedModel::Source{Origin::kReference, op.outputs[i]} : MixedModel::Source{};
      node.outputs[i] = values_[op.outputs[i]] = AddTensor(std::move(info), source);
    }
    graph_->ops.push_back(std::move(node));
  }

  // Whether a constant of the variant stands for reals: codes with parameters, or floats (weights
  // that a DEQUANTIZE has made of codes are float constants by now).
  [[nodiscard]] bool HoldsReals(int tensor) const {
    const TensorInfo& info = variant_.info(tensor);
    return info.quant.quantized() || info.dtype == DType::kFloat32;
  }

  void AddVariantOp(const OpNode& op, const OpNode& twin) {
    OpNode node = twin;
    bool pure = true;
    for (size_t i = 0; i < twin.inputs.size(); ++i) {
      const int theirs = twin.inputs[i];
      if (theirs < 0) continue;
      if (variant_.home(theirs) == Plan::Home::kState) {
        node.inputs[i] = StateLike(variant_, theirs);
      } else if (variant_.home(theirs) == Plan::Home::kConstant) {
        node.inputs[i] = ConstantOf(variant_, theirs);
      } else if (variant_.info(theirs).quant.quantized()) {
        node.inputs[i] = Codes(theirs, op.inputs[i]);
        pure = pure && IsPure(node.inputs[i], Origin::kVariant);
      } else {
        node.inputs[i] = Value(op.inputs[i]);
        pure = false;
      }
    }
    CopyIntermediates(variant_, node);
    for (size_t i = 0; i < twin.outputs.size(); ++i) {
      const int theirs = twin.outputs[i];
      TensorInfo info = variant_.info(theirs);
      info.shape = variant_.shape(theirs);
      const bool codes = info.quant.quantized();
      const MixedModel::Source source =
          pure ? MixedModel::Source{Origin::kVariant, theirs} : MixedModel::Source{};
      node.outputs[i] = AddTensor(std::move(info), source);
      if (codes) {
        codes_[theirs] = node.outputs[i];
        coded_[op.outputs[i]] = node.outputs[i];
      } else {
        values_[op.outputs[i]] = node.outputs[i];
      }
    }
    graph_->ops.push_back(std::move(node));
  }

  // Clips or rounds what a float operator has computed, as the variant's codes would.
  void LimitOutputs(const OpNode& op, const OpNode& twin) {
    const bool fixed = HasFixedOutput(op.code);
    const bool round = fixed ? mixture_.round_fixed : mixture_.round;
    if (!round && (fixed || !mixture_.clip)) return;
    for (size_t i = 0; i < op.outputs.size(); ++i) {
      const TensorInfo& coded = variant_.info(twin.outputs[i]);
      const bool real = reference_.info(op.outputs[i]).dtype == DType::kFloat32;
      if (!real || !coded.quant.quantized() || !IsQuantizedStorage(coded.dtype)) continue;
      if (round) {
        RoundOutput(op.outputs[i], coded);
      } else {
        ClipOutput(op.outputs[i], coded);
      }
    }
  }

  int AddLike(int index, const char* suffix) {
    TensorInfo info = graph_->tensors[static_cast<size_t>(index)];
    info.name += suffix;
    return AddTensor(std::move(info));
  }

  void RoundOutput(int tensor, const TensorInfo& coded) {
    const int from = values_[tensor];
    TensorInfo info = graph_->tensors[static_cast<size_t>(from)];
    info.name += "/codes";
    info.dtype = coded.dtype;
    info.quant = coded.quant;
    const int codes = AddTensor(std::move(info));
    AddOp(OpCode::kQUANTIZE, {from}, codes);
    const int rounded = AddLike(from, "/rounded");
    AddOp(OpCode::kDEQUANTIZE, {codes}, rounded);
    values_[tensor] = rounded;
  }

  void ClipOutput(int tensor, const TensorInfo& coded) {
    const CodeRange range = CodeRangeOf(coded.dtype);
    const float scale = coded.quant.scale();
    const int32_t zero_point = coded.quant.zero_point();
    const auto bound = [&](int32_t code) {
      TensorInfo info;
      info.name = "bound";
      info.dtype = DType::kFloat32;
      info.shape = *Shape::Make(std::vector<int32_t>{1});
      info.has_rank = true;
      const float real = Dequantize(code, scale, zero_point);
      return AddConstant(std::move(info), ConstBytes(BytesOf({&real, 1})));
    };
    const int from = values_[tensor];
    const int above = AddLike(from, "/above");
    AddOp(OpCode::kMAXIMUM, {from, bound(range.min)}, above);
    const int within = AddLike(from, "/within");
    AddOp(OpCode::kMINIMUM, {above, bound(range.max)}, within);
    values_[tensor] = within;
  }

  std::shared_ptr<const Plan> reference_owner_;
  std::shared_ptr<const Plan> variant_owner_;
  const Plan& reference_;
  const Plan& variant_;
  const OpPairing& pairing_;
  const Mixture& mixture_;
  MixedModel mixed_;
  Subgraph* graph_ = nullptr;
  std::map<int, size_t> pair_of_;     // by operator of the reference
  std::map<int, int> variant_maker_;  // operator of the variant by output
  std::map<int, int> values_;         // reference tensor to the mixed one with its reals
  std::map<int, int> coded_;          // reference tensor to the mixed one with its codes
  std::map<int, int> codes_;          // variant tensor to the mixed one with its codes
  std::map<int, int> pure_codes_of_;  // the variant's inputs
  std::map<int, int> float_weights_;  // variant constant to the mixed one in float
  std::map<std::pair<const Plan*, int>, int> constants_;
};

}  // namespace

bool HasFixedOutput(OpCode code) {
  return FixedOutputOf(code, DType::kInt8, DType::kInt8).has_value();
}

MixedModel MixModels(const std::shared_ptr<const Plan>& reference,
                     const std::shared_ptr<const Plan>& variant, const OpPairing& pairing,
                     const Mixture& mixture) {
  return Mixer(reference, variant, pairing, mixture).Run();
}

MixedModel TailFrom(const MixedModel& mixed, int first_op) {
  const Subgraph& graph = mixed.model.main();
  std::map<int, int> maker;
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    for (const int output : graph.ops[i].outputs) maker[output] = static_cast<int>(i);
  }
  std::set<int> wanted;
  std::set<int> boundary;
  std::vector<int> open;
  for (auto i = static_cast<size_t>(first_op); i < graph.ops.size(); ++i) {
    wanted.insert(static_cast<int>(i));
    for (const int input : graph.ops[i].inputs) open.push_back(input);
  }
  open.insert(open.end(), graph.outputs.begin(), graph.outputs.end());
  while (!open.empty()) {
    const int tensor = open.back();
    open.pop_back();
    if (tensor < 0) continue;
    const TensorInfo& info = graph.tensors[static_cast<size_t>(tensor)];
    if (info.is_variable || !mixed.model.Constant(info).empty()) continue;
    const auto made = maker.find(tensor);
    if (made != maker.end() && wanted.contains(made->second)) continue;
    const bool known =
        mixed.sources[static_cast<size_t>(tensor)].origin != MixedModel::Origin::kNew;
    if (made == maker.end() || known) {
      boundary.insert(tensor);
      continue;
    }
    wanted.insert(made->second);
    const OpNode& op = graph.ops[static_cast<size_t>(made->second)];
    open.insert(open.end(), op.inputs.begin(), op.inputs.end());
  }
  MixedModel tail = mixed;
  Subgraph& rest = tail.model.main();
  rest.inputs.assign(boundary.begin(), boundary.end());
  rest.ops.clear();
  for (const int op : wanted) rest.ops.push_back(graph.ops[static_cast<size_t>(op)]);
  tail.first_ops.clear();
  return tail;
}

}  // namespace quantgate
