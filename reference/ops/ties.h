// Parameters that one tensor has because of another: operators that copy codes give their outputs
// the parameters of their inputs, and operators that copy from several inputs give all of those the
// same.
#pragma once

#include "reference/model/graph.h"

namespace quantgate {

// Whether the spec has the data inputs and outputs of this operator share scale and zero point.
bool SharesScale(OpCode code);

// The operator that decided the parameters of `tensor`: the one that computes it, or upstream of
// operators that pass their only input's parameters on. -1: they are those of a graph input.
int OwnerOf(const Subgraph& graph, int tensor);

// The operator that makes `tensor` share its parameters with tensors other than those computed
// from it alone (CONCATENATION, MAXIMUM, ...), downstream of operators that pass parameters on.
// -1: none.
int TieOf(const Subgraph& graph, int tensor);

}  // namespace quantgate
