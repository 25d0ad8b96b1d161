// What a gate demands, as data: which rules, of what, with which limits.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace quantgate {

struct Limit {
  double value = 0;  // in the rule's unit
  // Absent: the observed number is compared as it is. Present, in (0.5, 1): the rule passes or
  // fails only when that is shown with this confidence, and is inconclusive otherwise.
  std::optional<double> confidence;
};

struct GateRules {
  // By the rule's name, then by what it is about: a tensor, a class; "" for a rule about the whole
  // variant, "*" for every tensor or class.
  std::map<std::string, std::map<std::string, Limit>> limits;
  bool inconclusive_fails = true;  // otherwise an inconclusive rule only warns
};

}  // namespace quantgate
