#include "harness/comparison/tensor_matching.h"

#include <algorithm>

#include "harness/comparison/weight_prints.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

struct Computed {
  int tensor;
  int op;  // -1 for an input
  std::string op_type;
  bool matched = false;   // or left out
  bool left_out = false;  // by the map
};

std::vector<Computed> ComputedTensors(const Plan& plan) {
  std::vector<Computed> list;
  for (int input : plan.subgraph().inputs) list.push_back({input, -1, "INPUT"});
  for (size_t i = 0; i < plan.subgraph().ops.size(); ++i) {
    const OpNode& op = plan.subgraph().ops[i];
    for (int output : op.outputs) list.push_back({output, static_cast<int>(i), op.type_name()});
  }
  return list;
}

class Matcher {
 public:
  Matcher(const Plan& reference, const Plan& variant, const TensorMap& map)
      : reference_(reference),
        variant_(variant),
        map_(map),
        from_(ComputedTensors(reference)),
        to_(ComputedTensors(variant)) {}

  Matching Run() {
    ByMap();
    ByName();
    ByPosition(reference_.subgraph().inputs, variant_.subgraph().inputs);
    ByPosition(reference_.subgraph().outputs, variant_.subgraph().outputs);
    ByWeights();
    ByStructure();
    std::sort(result_.matches.begin(), result_.matches.end(),
              [&](const TensorMatch& a, const TensorMatch& b) {
                return std::pair(a.variant_op, a.variant) < std::pair(b.variant_op, b.variant);
              });
    for (const Computed& c : from_) {
      if (!IsMatched(c)) result_.unmatched_reference.push_back(Name(reference_, c.tensor));
    }
    for (const Computed& c : to_) {
      if (!IsMatched(c)) result_.unmatched_variant.push_back(Name(variant_, c.tensor));
    }
    return std::move(result_);
  }

 private:
  static const std::string& Name(const Plan& plan, int tensor) {
    return plan.subgraph().tensors[static_cast<size_t>(tensor)].name;
  }
  [[nodiscard]] bool Fit(const Computed& a, const Computed& b) const {
    return !a.matched && !b.matched &&
           reference_.shape(a.tensor).num_elements() == variant_.shape(b.tensor).num_elements();
  }
  void Take(Computed& a, Computed& b, const char* how) {
    a.matched = b.matched = true;
    result_.matches.push_back({a.tensor, b.tensor, b.op, how});
  }

  static bool IsMatched(const Computed& c) { return c.matched && !c.left_out; }

  static Computed* Find(std::vector<Computed>& list, const Plan& plan, const std::string& name) {
    const auto found = std::find_if(
        list.begin(), list.end(), [&](const Computed& c) { return Name(plan, c.tensor) == name; });
    return found == list.end() ? nullptr : &*found;
  }

  void ByMap() {
    for (const auto& [from, to] : map_) {
      Computed* a = Find(from_, reference_, from);
      if (a == nullptr || a->matched) continue;
      if (!to) {
        a->matched = a->left_out = true;
      } else if (Computed* b = Find(to_, variant_, *to); b != nullptr && Fit(*a, *b)) {
        Take(*a, *b, "map");
      }
    }
  }

  void ByName() {
    std::map<std::string, Computed*> by_name;
    for (Computed& c : from_) by_name.emplace(Name(reference_, c.tensor), &c);
    for (Computed& c : to_) {
      const auto found = by_name.find(Name(variant_, c.tensor));
      if (found != by_name.end() && Fit(*found->second, c)) Take(*found->second, c, "name");
    }
  }

  void ByPosition(const std::vector<int>& a, const std::vector<int>& b) {
    if (a.size() != b.size()) return;
    const auto find = [](std::vector<Computed>& list, int tensor) {
      return std::find_if(list.begin(), list.end(),
                          [&](const Computed& c) { return c.tensor == tensor; });
    };
    for (size_t i = 0; i < a.size(); ++i) {
      const auto x = find(from_, a[i]);
      const auto y = find(to_, b[i]);
      if (x != from_.end() && y != to_.end() && Fit(*x, *y)) Take(*x, *y, "structure");
    }
  }

  // The entry of an operator's first output.
  static Computed* OutputOf(std::vector<Computed>& list, int op) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Computed& c) { return c.op == op; });
    return found == list.end() ? nullptr : &*found;
  }

  // The result of layer `op` after an activation that stands behind it alone; null without one.
  static Computed* ActivatedOutputOf(std::vector<Computed>& list, const Plan& plan, int op) {
    const auto& ops = plan.subgraph().ops;
    const int output = ops[static_cast<size_t>(op)].outputs[0];
    int reader = -1;
    for (size_t i = 0; i < ops.size(); ++i) {
      if (std::find(ops[i].inputs.begin(), ops[i].inputs.end(), output) == ops[i].inputs.end()) {
        continue;
      }
      if (reader >= 0) return nullptr;
      reader = static_cast<int>(i);
    }
    if (reader < 0) return nullptr;
    constexpr OpCode kFusible[] = {OpCode::kRELU, OpCode::kRELU6, OpCode::kRELU_N1_TO_1,
                                   OpCode::kTANH};
    const OpCode code = ops[static_cast<size_t>(reader)].code;
    const bool fusible =
        std::find(std::begin(kFusible), std::end(kFusible), code) != std::end(kFusible);
    return fusible ? OutputOf(list, reader) : nullptr;
  }

  [[nodiscard]] bool AnyLayerIsOpen(const std::vector<Computed>& list, const Plan& plan) const {
    return std::any_of(list.begin(), list.end(), [&](const Computed& c) {
      return !c.matched && c.op >= 0 &&
             plan.subgraph().ops[static_cast<size_t>(c.op)].inputs.size() > 1;
    });
  }

  void ByWeights() {
    if (!AnyLayerIsOpen(from_, reference_) || !AnyLayerIsOpen(to_, variant_)) return;
    const std::vector<WeightPrint> a = WeightPrints(reference_);
    const std::vector<WeightPrint> b = WeightPrints(variant_);
    for (const PrintPair& pair : PairPrints(a, b)) {
      const WeightPrint& left = a[pair.a];
      const WeightPrint& right = b[pair.b];
      const bool fused_left = left.activation != 0 && right.activation == 0;
      const bool fused_right = right.activation != 0 && left.activation == 0;
      Computed* x =
          fused_right ? ActivatedOutputOf(from_, reference_, left.op) : OutputOf(from_, left.op);
      Computed* y =
          fused_left ? ActivatedOutputOf(to_, variant_, right.op) : OutputOf(to_, right.op);
      if (x != nullptr && y != nullptr && Fit(*x, *y)) Take(*x, *y, "weights");
    }
  }

  [[nodiscard]] bool Alike(const Computed& a, const Computed& b) const {
    return a.op_type == b.op_type && Fit(a, b);
  }

  // Longest common subsequence over what is left; quadratic in the number of unmatched tensors.
  void ByStructure() {
    std::vector<Computed*> a;
    std::vector<Computed*> b;
    for (Computed& c : from_) {
      if (!c.matched) a.push_back(&c);
    }
    for (Computed& c : to_) {
      if (!c.matched) b.push_back(&c);
    }
    std::vector<std::vector<int>> longest(a.size() + 1, std::vector<int>(b.size() + 1, 0));
    for (size_t i = a.size(); i-- > 0;) {
      for (size_t j = b.size(); j-- > 0;) {
        longest[i][j] = Alike(*a[i], *b[j]) ? longest[i + 1][j + 1] + 1
                                            : std::max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
      if (Alike(*a[i], *b[j])) {
        Take(*a[i++], *b[j++], "structure");
      } else if (longest[i + 1][j] >= longest[i][j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
  }

  const Plan& reference_;
  const Plan& variant_;
  const TensorMap& map_;
  std::vector<Computed> from_;
  std::vector<Computed> to_;
  Matching result_;
};

}  // namespace

Status CheckTensorMap(const TensorMap& map, const Plan& reference, const Plan& variant) {
  const auto find = [](const Plan& plan, const std::string& name) -> Result<int> {
    std::vector<std::string_view> names;
    for (const Computed& c : ComputedTensors(plan)) {
      const std::string& own = plan.subgraph().tensors[static_cast<size_t>(c.tensor)].name;
      if (own == name) return c.tensor;
      names.push_back(own);
    }
    return Error{
        .code = ErrorCode::kUsage,
        .message = "the map names a tensor that the model does not compute: '" + name + "'",
        .hint = SuggestName(name, names)};
  };
  std::map<std::string, std::string> taken;  // variant tensor to reference tensor
  for (const auto& [from, to] : map) {
    QG_ASSIGN_OR_RETURN(const int a, find(reference, from));
    if (!to) continue;
    QG_ASSIGN_OR_RETURN(const int b, find(variant, *to));
    const auto [other, is_new] = taken.emplace(*to, from);
    if (!is_new) {
      return Error{.code = ErrorCode::kUsage,
                   .message = "the map gives '" + *to + "' to two tensors: '" + other->second +
                              "' and '" + from + "'"};
    }
    if (reference.shape(a).num_elements() != variant.shape(b).num_elements()) {
      return Error{.code = ErrorCode::kUsage,
                   .message = "the map joins '" + from + "' " + reference.shape(a).ToString() +
                              " and '" + *to + "' " + variant.shape(b).ToString(),
                   .hint = "tensors of as many elements can be compared"};
    }
  }
  return OkStatus();
}

Matching MatchTensors(const Plan& reference, const Plan& variant, const TensorMap& map) {
  return Matcher(reference, variant, map).Run();
}

}  // namespace quantgate
