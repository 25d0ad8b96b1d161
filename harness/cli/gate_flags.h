// A gate asked for by flags.
#pragma once

#include <string>

#include "harness/cli/arguments.h"
#include "harness/gate/gate_rules.h"

namespace quantgate {

// `baseline`: whether the command knows one to judge against. `without_rules`: for the help, what
// is asked for where no rule is given.
void DeclareGateFlags(ArgumentParser& parser, bool baseline, const std::string& without_rules = "");
// kUsage for a confidence out of range or an unknown preset.
Result<GateRules> GateFromFlags(const Arguments& arguments);

}  // namespace quantgate
