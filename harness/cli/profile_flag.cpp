#include "harness/cli/profile_flag.h"

#include "reference/core/suggest.h"

namespace quantgate {

void DeclareProfileFlag(ArgumentParser& parser) {
  parser.Text("profile",
              "numerics profile, default " + std::string(DefaultProfile().name) +
                  " (`quantgate list profiles`)",
              "NAME");
}

Result<const Profile*> ProfileFromFlag(const Arguments& arguments) {
  const std::string name = arguments.Text("profile", std::string(DefaultProfile().name));
  const Profile* profile = FindProfile(name);
  if (profile == nullptr) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "unknown numerics profile '" + name + "'",
                 .hint = SuggestFrom(name, AllProfiles())};
  }
  return profile;
}

}  // namespace quantgate
