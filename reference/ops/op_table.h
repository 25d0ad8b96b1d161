// Every operator the interpreter runs, in one list.
#pragma once

#include <span>

#include "reference/ops/op_def.h"

namespace quantgate {

std::span<const OpDef> AllOps();
// Null for an operator the interpreter does not run.
const OpDef* FindOp(OpCode code, std::string_view custom_code = {});

}  // namespace quantgate
