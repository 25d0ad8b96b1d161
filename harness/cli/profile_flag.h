// --profile, for every command that runs a model.
#pragma once

#include "harness/cli/arguments.h"
#include "reference/numeric/profile.h"

namespace quantgate {

void DeclareProfileFlag(ArgumentParser& parser);
// The profile named, or the default one. kUsage for a name that is not in the table.
Result<const Profile*> ProfileFromFlag(const Arguments& arguments);

}  // namespace quantgate
