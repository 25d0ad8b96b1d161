#include "harness/quantization/activation_params.h"

#include <algorithm>
#include <cmath>

#include "harness/quantization/range_to_params.h"
#include "reference/numeric/element.h"
#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

// Slots that must share their parameters fall into one set; what is known of a set stands at its
// root.
struct SlotSet {
  size_t parent = 0;
  std::optional<QuantParams> fixed = std::nullopt;
  std::optional<DefaultRange> range = std::nullopt;      // of calibration and the default
  std::optional<DefaultRange> own = std::nullopt;        // of the model itself; replaces `range`
  std::optional<DefaultRange> constants = std::nullopt;  // always covered
  bool symmetric = false;                                // zero point 0
};

DefaultRange Union(const std::optional<DefaultRange>& a, const DefaultRange& b) {
  if (!a) return b;
  return {std::min(a->min, b.min), std::max(a->max, b.max)};
}

class Assigner {
 public:
  Assigner(const Model& model, const std::vector<OpAssignment>& assignments, const Ranges* ranges,
           const OwnRanges& own, const ActivationOptions& options, ActivationPlan& plan)
      : model_(model),
        graph_(model.main()),
        assignments_(assignments),
        ranges_(ranges),
        own_(own),
        options_(options),
        plan_(plan) {}

  Status Run() {
    for (size_t i = 0; i < plan_.slots.size(); ++i) sets_.push_back({.parent = i});
    QG_RETURN_IF_ERROR(FixInputs());
    for (size_t i = 0; i < graph_.ops.size(); ++i) {
      if (!assignments_[i].integer()) continue;
      FixOutput(i);
      TieOp(i);
      TieStates(i);
    }
    for (size_t i = 0; i < plan_.slots.size(); ++i) FollowFixedSource(i);
    for (size_t i = 0; i < plan_.slots.size(); ++i) {
      if (IsCodes(i)) QG_RETURN_IF_ERROR(AddRange(i));
    }
    for (size_t i = 0; i < plan_.slots.size(); ++i) {
      if (IsCodes(i)) plan_.slots[i].quant = ParamsOf(sets_[Find(i)], plan_.slots[i]);
    }
    return OkStatus();
  }

 private:
  [[nodiscard]] bool IsCodes(size_t slot) const {
    return plan_.slots[slot].dtype != DType::kFloat32;
  }
  size_t Find(size_t i) {
    while (sets_[i].parent != i) i = sets_[i].parent = sets_[sets_[i].parent].parent;
    return i;
  }
  SlotSet& SetOf(int slot) { return sets_[Find(At(slot))]; }
  void Unite(int a, int b) {
    const size_t from = Find(At(a));
    const size_t to = Find(At(b));
    if (from == to) return;
    if (sets_[from].fixed && !sets_[to].fixed) sets_[to].fixed = sets_[from].fixed;
    sets_[to].symmetric = sets_[to].symmetric || sets_[from].symmetric;
    sets_[from].parent = to;
  }

  static QuantParams ParamsOf(const SlotSet& set, const Slot& slot) {
    if (set.fixed) return *set.fixed;
    DefaultRange range = set.own ? *set.own : set.range.value_or(DefaultRange{});
    if (set.constants) range = Union(range, *set.constants);
    const double max_abs = std::max(std::abs(range.min), std::abs(range.max));
    if (slot.state == StateParams::kPowerOfTwo) return PerTensor(PowerOfTwoScale(max_abs), 0);
    if (set.symmetric && slot.dtype == DType::kInt8) return SymmetricParams(max_abs, slot.dtype);
    return ActivationRangeParams(range.min, range.max, slot.dtype);
  }

  Status FixInputs() {
    if (!options_.input) return OkStatus();
    for (const int slot : plan_.graph_inputs) {
      if (slot < 0 || !IsCodes(At(slot))) continue;
      QG_ASSIGN_OR_RETURN(
          SetOf(slot).fixed,
          MeanStdParams(options_.input->mean, options_.input->std, plan_.slots[At(slot)].dtype));
    }
    return OkStatus();
  }

  void FixOutput(size_t op) {
    const int output = plan_.op_outputs[op].empty() ? -1 : plan_.op_outputs[op][0];
    if (output < 0) return;
    const DType dtype = assignments_[op].activation();
    if (const auto fixed = FixedOutputOf(graph_.ops[op].code, dtype, dtype)) {
      SetOf(output).fixed = PerTensor(static_cast<float>(fixed->scale), fixed->zero_point);
    }
  }

  // Operators that only move codes need them to mean the same before and after. A single input
  // passes its parameters on. Of several inputs, one whose parameters are fixed is converted,
  // unless all are fixed alike.
  void TieOp(size_t op) {
    if (!FindOpSpec(graph_.ops[op].code)->same_scale) return;
    std::vector<int> outputs = plan_.op_outputs[op];
    outputs.erase(std::remove(outputs.begin(), outputs.end(), -1), outputs.end());
    if (outputs.empty()) return;
    std::vector<int>& inputs = plan_.op_inputs[op];
    const auto data = std::count_if(inputs.begin(), inputs.end(), [](int s) { return s >= 0; });
    const bool keep = data == 1 || AllFixedAlike(inputs);
    for (int& input : inputs) {
      if (input < 0) continue;
      if (!keep && SetOf(input).fixed) input = AddCopy(input);
      Unite(outputs[0], input);
    }
    for (const int output : outputs) Unite(output, outputs[0]);
  }

  // A state that holds outputs has their parameters.
  void TieStates(size_t op) {
    if (FindRecurrentRule(graph_.ops[op].code) == nullptr) return;
    const int output = plan_.op_outputs[op][0];
    if (NeedsSymmetricOutput(graph_.ops[op])) SetOf(output).symmetric = true;
    for (const int input : plan_.op_inputs[op]) {
      if (input >= 0 && plan_.slots[At(input)].state == StateParams::kOfOutput) {
        Unite(input, output);
      }
    }
  }

  // int8 and uint8 of one tensor are the same codes, 128 apart.
  void FollowFixedSource(size_t slot) {
    const Slot& to = plan_.slots[slot];
    if (to.source < 0 || to.copy || !IsCodes(slot)) return;
    const Slot& from = plan_.slots[At(to.source)];
    const auto& fixed = SetOf(to.source).fixed;
    SlotSet& set = sets_[Find(slot)];
    const bool twins = (from.dtype == DType::kInt8 && to.dtype == DType::kUInt8) ||
                       (from.dtype == DType::kUInt8 && to.dtype == DType::kInt8);
    if (!twins || !fixed || set.fixed) return;
    const int32_t shift = to.dtype == DType::kUInt8 ? 128 : -128;
    set.fixed = PerTensor(fixed->scale(), fixed->zero_point() + shift);
  }

  bool AllFixedAlike(const std::vector<int>& inputs) {
    const SlotSet* first = nullptr;
    for (const int input : inputs) {
      if (input < 0) continue;
      const SlotSet& set = SetOf(input);
      if (!set.fixed || (first != nullptr && *set.fixed != *first->fixed)) return false;
      first = &set;
    }
    return true;
  }

  int AddCopy(int slot) {
    Slot copy = plan_.slots[At(slot)];
    const bool constant = !model_.Constant(graph_.tensors[At(copy.tensor)]).empty();
    copy.source = constant ? -1 : slot;
    copy.copy = true;
    plan_.slots.push_back(std::move(copy));
    sets_.push_back({.parent = sets_.size()});
    return static_cast<int>(sets_.size()) - 1;
  }

  Status AddRange(size_t slot) {
    SlotSet& set = sets_[Find(slot)];
    if (set.fixed || plan_.slots[slot].state == StateParams::kOfOutput) return OkStatus();
    const int tensor = plan_.slots[slot].tensor;
    const TensorInfo& info = graph_.tensors[At(tensor)];
    if (const auto own = own_.find(tensor); own != own_.end()) {
      set.own = Union(set.own, own->second);
      return OkStatus();
    }
    if (const auto constant = model_.Constant(info); !constant.empty()) {
      for (int64_t i = 0; i < info.shape.num_elements(); ++i) {
        const double value = ReadElement(constant, info.dtype, static_cast<size_t>(i));
        set.constants = Union(set.constants, {value, value});
      }
    } else if (const TensorRange* range = ranges_ != nullptr ? ranges_->Find(tensor) : nullptr) {
      set.range = Union(set.range, {range->min, range->max});
    } else if (options_.default_range) {
      set.range = Union(set.range, *options_.default_range);
    } else if (!HasOwnRange(Find(slot))) {
      return Error{ErrorCode::kInput, "no range for this tensor",         {}, {},
                   info.name,         "calibrate, or give default ranges"};
    }
    return OkStatus();
  }

  // Whether any member of the set brings a range of the model's own.
  bool HasOwnRange(size_t root) {
    for (size_t i = 0; i < plan_.slots.size(); ++i) {
      if (own_.count(plan_.slots[i].tensor) != 0 && Find(i) == root) return true;
    }
    return false;
  }

  const Model& model_;
  const Subgraph& graph_;
  const std::vector<OpAssignment>& assignments_;
  const Ranges* ranges_;
  const OwnRanges& own_;
  const ActivationOptions& options_;
  ActivationPlan& plan_;
  std::vector<SlotSet> sets_;  // by slot
};

}  // namespace

Status AssignParams(const Model& model, const std::vector<OpAssignment>& assignments,
                    const Ranges* ranges, const OwnRanges& own, const ActivationOptions& options,
                    ActivationPlan& plan) {
  return Assigner(model, assignments, ranges, own, options, plan).Run();
}

}  // namespace quantgate
