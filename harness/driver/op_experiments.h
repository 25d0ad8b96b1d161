// Which mixed models tell what an operator costs. Each is an experiment on its own; together they
// are cut into batches, so that the weights of their tails fit into memory.
#pragma once

#include <cstdint>

#include "harness/driver/tail_run.h"

namespace quantgate {

enum class Trial {
  kAlone,         // float, but for the operator, run as in the variant
  kOwn,           // float, but for the operator's weights and output, coded
  kKeptFloat,     // the variant, but for the operator in float
  kFloatThrough,  // the operator and all before it in float, the rest as in the variant
  kFloatFrom,     // the operator and all behind it in float, the rest as in the variant
  kGroupOwn,      // as kOwn, for a group of operators
  kGroupKeptFloat,
};

struct Experiment {
  Trial trial = Trial::kAlone;
  size_t index = 0;  // of the pair, or of the group
  size_t first = 0;  // pair from which the model runs
  Mixture mixture;
};

// Operators that one tensor enters and one leaves, with a join among them: a residual block, an
// inception module. Positions in OpPairing::pairs.
std::vector<std::vector<size_t>> FindGroups(const Plan& reference, const OpPairing& pairing);

// All of them, those of one operator together, in the operators' order; the groups at the end.
// kFloatThrough of the last operator is the reference itself and left out.
std::vector<Experiment> PlanExperiments(const OpPairing& pairing,
                                        const std::vector<std::vector<size_t>>& groups);

// Bytes of the constants that the tail of an experiment holds, once per thread's plan.
int64_t TailBytes(const Plan& reference, const OpPairing& pairing, size_t first);

}  // namespace quantgate
