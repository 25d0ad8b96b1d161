// Compares a model with the reference and diagnoses it, as a run does.
#pragma once

#include "harness/diagnosis/guilty_ops.h"
#include "tests/faults/fault_nets.h"

namespace quantgate {

struct Suspect {
  std::string name = "variant";
  Model model;
  FeedMode feed = FeedMode::kQuantize;
  std::shared_ptr<const Dataset> data;         // null: the net's own
  std::optional<Preprocessing> preprocessing;  // none: the net's own
};

struct Verdicts {
  std::vector<Finding> findings;
  std::vector<GuiltyOp> guilty;
  double drop = 0;

  // The first finding that names a cause, or null.
  [[nodiscard]] const Finding* Cause() const;
};

Verdicts Judge(const FaultNet& net, const Suspect& suspect);

}  // namespace quantgate
