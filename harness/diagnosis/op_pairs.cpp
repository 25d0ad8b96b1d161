#include "harness/diagnosis/op_pairs.h"

#include <algorithm>
#include <map>

namespace quantgate {
namespace {

bool Converts(OpCode code) { return code == OpCode::kQUANTIZE || code == OpCode::kDEQUANTIZE; }

bool RunsSubgraphs(OpCode code) {
  return code == OpCode::kIF || code == OpCode::kWHILE || code == OpCode::kCALL_ONCE ||
         code == OpCode::kSTABLEHLO_COMPOSITE;
}

class Pairer {
 public:
  Pairer(const Plan& reference, const Plan& variant, const Matching& matching)
      : reference_(reference), variant_(variant) {
    for (const TensorMatch& match : matching.matches) partner_[match.reference] = match.variant;
    for (size_t i = 0; i < variant.subgraph().ops.size(); ++i) {
      for (const int output : variant.subgraph().ops[i].outputs) {
        made_by_[output] = static_cast<int>(i);
      }
    }
  }

  OpPairing Run() {
    OpPairing result;
    const std::vector<OpNode>& ops = reference_.subgraph().ops;
    for (size_t i = 0; i < ops.size(); ++i) {
      if (IsFolded(ops[i])) continue;
      int variant_op = -1;
      const std::string why = WhyNot(ops[i], variant_op);
      if (why.empty()) {
        result.pairs.push_back({static_cast<int>(i), variant_op});
      } else {
        result.unpaired.push_back("op " + std::to_string(i) + " " + ops[i].type_name() + ": " +
                                  why);
      }
    }
    return result;
  }

 private:
  // Everything it computes is constant.
  [[nodiscard]] bool IsFolded(const OpNode& op) const {
    return !op.outputs.empty() &&
           std::all_of(op.outputs.begin(), op.outputs.end(),
                       [this](int output) { return IsConstant(reference_, output); });
  }

  // The tensor behind conversions, upstream.
  [[nodiscard]] int Origin(int tensor) const {
    for (auto made = made_by_.find(tensor); made != made_by_.end(); made = made_by_.find(tensor)) {
      const OpNode& op = variant_.subgraph().ops[static_cast<size_t>(made->second)];
      if (!Converts(op.code) || op.inputs.empty() || op.inputs[0] < 0) break;
      tensor = op.inputs[0];
    }
    return tensor;
  }

  [[nodiscard]] static bool IsConstant(const Plan& plan, int tensor) {
    return plan.home(tensor) == Plan::Home::kConstant;
  }

  // The operator of the variant that makes `tensor`, conversions behind it looked through.
  [[nodiscard]] int MakerOf(int tensor) const {
    const auto made = made_by_.find(Origin(tensor));
    return made == made_by_.end() ? -1 : made->second;
  }

  std::string WhyNot(const OpNode& op, int& variant_op) const {
    if (op.outputs.empty()) return "it has no output";
    for (const int output : op.outputs) {
      const auto match = partner_.find(output);
      if (match == partner_.end()) return "no tensor of the variant stands for its output";
      const int maker = MakerOf(match->second);
      if (maker < 0) return "the variant does not compute its output";
      if (variant_op >= 0 && maker != variant_op) return "the variant computes it in parts";
      variant_op = maker;
    }
    const OpNode& twin = variant_.subgraph().ops[static_cast<size_t>(variant_op)];
    if (RunsSubgraphs(op.code)) return "it runs other subgraphs";
    if (twin.code != op.code) return "the variant computes it by " + twin.type_name();
    if (twin.outputs.size() != op.outputs.size() || twin.inputs.size() != op.inputs.size()) {
      return "the variant's operator takes other inputs";
    }
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      if (!SameInput(op.inputs[i], twin.inputs[i])) return "the variant's operator reads elsewhere";
    }
    return "";
  }

  [[nodiscard]] bool SameInput(int reference, int variant) const {
    if (reference < 0 || variant < 0) return reference < 0 && variant < 0;
    if (IsConstant(reference_, reference)) return IsConstant(variant_, variant);
    if (reference_.home(reference) == Plan::Home::kState) {  // each operator's own
      return variant_.home(variant) == Plan::Home::kState;
    }
    const auto match = partner_.find(reference);
    return match != partner_.end() && Origin(match->second) == Origin(variant);
  }

  const Plan& reference_;
  const Plan& variant_;
  std::map<int, int> partner_;  // of the reference's tensors
  std::map<int, int> made_by_;  // operator of the variant by output
};

}  // namespace

OpPairing PairOps(const Plan& reference, const Plan& variant, const Matching& matching) {
  return Pairer(reference, variant, matching).Run();
}

}  // namespace quantgate
