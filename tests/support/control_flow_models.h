// Models of several subgraphs: branches, loops, variables that outlive a run.
#pragma once

#include "reference/model/graph.h"

namespace quantgate {

// Inputs: condition bool [1], x float [2,3]. Output x + x if the condition holds, else x * x.
Model IfModel();

// Inputs: i int32 [1], x float [3]. As long as i < 5: i + 1 and 1.5 x. Outputs both.
Model WhileModel();

// Input x float [2]. A variable starts as [1, 2], set by a subgraph called once; every run adds x
// to it. Output: the new value.
Model VariableModel();

// Input x float [2]. A composite whose decomposition is x + x.
Model CompositeModel();

}  // namespace quantgate
