#include "harness/driver/op_experiments.h"

#include <algorithm>
#include <map>

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

// By operator: whether a single computed tensor passes from it and those before to those behind.
std::vector<bool> CutsBehind(const Plan& plan) {
  const Subgraph& graph = plan.subgraph();
  std::map<int, size_t> last_use;  // of computed tensors and inputs, by tensor
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    for (const int input : graph.ops[i].inputs) {
      if (input >= 0 && plan.constant(input).empty()) last_use[input] = i;
    }
  }
  for (const int output : graph.outputs) last_use[output] = graph.ops.size();
  std::vector<bool> cuts;
  std::vector<int> made(graph.inputs);
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    made.insert(made.end(), graph.ops[i].outputs.begin(), graph.ops[i].outputs.end());
    const auto crossing = std::count_if(made.begin(), made.end(), [&](int tensor) {
      const auto use = last_use.find(tensor);
      return use != last_use.end() && use->second > i;
    });
    cuts.push_back(crossing <= 1);
  }
  return cuts;
}

bool Joins(const Plan& plan, const OpNode& op) {
  return std::count_if(op.inputs.begin(), op.inputs.end(),
                       [&](int input) { return input >= 0 && plan.constant(input).empty(); }) > 1;
}

Mixture Coded(std::set<size_t> pairs) {
  Mixture mixture;
  mixture.variant_weights = mixture.clip = mixture.round = mixture.round_fixed = true;
  mixture.only = std::move(pairs);
  return mixture;
}

Mixture VariantOf(std::set<size_t> pairs, bool variant_input) {
  Mixture mixture;
  mixture.variant_ops = std::move(pairs);
  mixture.variant_input = variant_input;
  return mixture;
}

std::set<size_t> Between(size_t first, size_t last) {
  std::set<size_t> pairs;
  for (size_t p = first; p < last; ++p) pairs.insert(pairs.end(), p);
  return pairs;
}

}  // namespace

std::vector<std::vector<size_t>> FindGroups(const Plan& reference, const OpPairing& pairing) {
  std::map<int, size_t> pair_of;
  for (size_t p = 0; p < pairing.pairs.size(); ++p) pair_of[pairing.pairs[p].reference_op] = p;
  const std::vector<bool> cuts = CutsBehind(reference);
  std::vector<std::vector<size_t>> groups;
  std::vector<size_t> group;
  bool joins = false;
  for (size_t i = 0; i < cuts.size(); ++i) {
    const auto pair = pair_of.find(static_cast<int>(i));
    if (pair != pair_of.end()) group.push_back(pair->second);
    joins = joins || Joins(reference, reference.subgraph().ops[i]);
    if (!cuts[i]) continue;
    if (joins && group.size() > 1) groups.push_back(group);
    group.clear();
    joins = false;
  }
  return groups;
}

std::vector<Experiment> PlanExperiments(const OpPairing& pairing,
                                        const std::vector<std::vector<size_t>>& groups) {
  const size_t count = pairing.pairs.size();
  std::vector<Experiment> experiments;
  const auto without = [&](const std::vector<size_t>& left_out) {
    std::set<size_t> rest = Between(0, count);
    for (const size_t p : left_out) rest.erase(p);
    return rest;
  };
  for (size_t p = 0; p < count; ++p) {
    experiments.push_back({Trial::kAlone, p, p, VariantOf({p}, false)});
    experiments.push_back({Trial::kOwn, p, p, Coded({p})});
    experiments.push_back({Trial::kKeptFloat, p, p, VariantOf(without({p}), true)});
    if (p + 1 < count) {
      experiments.push_back(
          {Trial::kFloatThrough, p, p + 1, VariantOf(Between(p + 1, count), false)});
    }
    experiments.push_back({Trial::kFloatFrom, p, p, VariantOf(Between(0, p), true)});
  }
  for (size_t g = 0; g < groups.size(); ++g) {
    const size_t first = *std::min_element(groups[g].begin(), groups[g].end());
    experiments.push_back(
        {Trial::kGroupOwn, g, first, Coded({groups[g].begin(), groups[g].end()})});
    experiments.push_back({Trial::kGroupKeptFloat, g, first, VariantOf(without(groups[g]), true)});
  }
  return experiments;
}

int64_t TailBytes(const Plan& reference, const OpPairing& pairing, size_t first) {
  int64_t bytes = 0;
  const auto& ops = reference.subgraph().ops;
  for (size_t i = At(pairing.pairs[first].reference_op); i < ops.size(); ++i) {
    for (const int input : ops[i].inputs) {
      if (input >= 0) bytes += static_cast<int64_t>(reference.constant(input).size());
    }
  }
  return bytes;
}

}  // namespace quantgate
