// A gate asked for by flags.
#pragma once

#include "harness/cli/arguments.h"
#include "harness/gate/gate_rules.h"

namespace quantgate {

void DeclareGateFlags(ArgumentParser& parser);
// kUsage for a confidence out of range or an unknown preset.
Result<GateRules> GateFromFlags(const Arguments& arguments);

}  // namespace quantgate
