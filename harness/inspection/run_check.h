// Whether a subgraph runs in the interpreter, and what the interpreter knows about it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/model/graph.h"

namespace quantgate {

struct RunCheck {
  std::vector<Shape> shapes;             // one a tensor: as inferred, else as stored
  std::vector<std::string> op_problems;  // one an operator; empty where it runs
  // Absent where the subgraph does not run, and where values of a run decide how large tensors are.
  std::optional<int64_t> arena_bytes;
  std::string problem;  // why the subgraph does not run
};

// Plans the subgraph. Where that fails, plans each operator by itself, so that every one that does
// not run is named and not the first alone.
RunCheck CheckRun(const std::shared_ptr<const Model>& model, int subgraph);

}  // namespace quantgate
