#include "harness/comparison/tensor_matching.h"

#include <algorithm>
#include <map>

namespace quantgate {
namespace {

struct Computed {
  int tensor;
  int op;  // -1 for an input
  std::string op_type;
  bool matched = false;
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
  Matcher(const Plan& reference, const Plan& variant)
      : reference_(reference),
        variant_(variant),
        from_(ComputedTensors(reference)),
        to_(ComputedTensors(variant)) {}

  Matching Run() {
    ByName();
    ByPosition(reference_.subgraph().inputs, variant_.subgraph().inputs);
    ByPosition(reference_.subgraph().outputs, variant_.subgraph().outputs);
    ByStructure();
    std::sort(result_.matches.begin(), result_.matches.end(),
              [&](const TensorMatch& a, const TensorMatch& b) {
                return std::pair(a.variant_op, a.variant) < std::pair(b.variant_op, b.variant);
              });
    for (const Computed& c : from_) {
      if (!c.matched) result_.unmatched_reference.push_back(Name(reference_, c.tensor));
    }
    for (const Computed& c : to_) {
      if (!c.matched) result_.unmatched_variant.push_back(Name(variant_, c.tensor));
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
  std::vector<Computed> from_;
  std::vector<Computed> to_;
  Matching result_;
};

}  // namespace

Matching MatchTensors(const Plan& reference, const Plan& variant) {
  return Matcher(reference, variant).Run();
}

}  // namespace quantgate
