#include <algorithm>

#include "harness/cli/commands.h"
#include "harness/cli/profile_flag.h"
#include "harness/cli/run_output.h"
#include "harness/driver/config_file.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

// Keeps the variants that --variant names.
Status SelectVariants(const std::vector<std::string>& names, RunConfig& config) {
  if (names.empty()) return OkStatus();
  std::vector<std::string_view> known;
  for (const VariantConfig& variant : config.variants) known.push_back(variant.name);
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return Error{.code = ErrorCode::kUsage,
                 .message = "the config has no variant '" + name + "'",
                 .hint = SuggestName(name, known)};
  }
  std::erase_if(config.variants, [&](const VariantConfig& variant) {
    return std::find(names.begin(), names.end(), variant.name) == names.end();
  });
  return OkStatus();
}

}  // namespace

void DeclareRun(ArgumentParser& parser) {
  parser.Texts("variant", "run only this variant; several times, or commas between", "NAME")
      .Integer("limit", "use at most this many samples");
  parser.Text("profile",
              "numerics profile of every variant, default the config's (`quantgate list profiles`)",
              "NAME");
  DeclareRunOutputFlags(parser, /*config=*/true);
}

Result<int> RunRun(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(RunConfig config, ReadRunConfig(arguments.positional().front()));
  QG_RETURN_IF_ERROR(SelectVariants(arguments.Names("variant"), config));
  if (const auto limit = arguments.Integer("limit")) config.dataset.spec.limit = *limit;
  if (arguments.Has("profile")) {
    QG_ASSIGN_OR_RETURN(const Profile* profile, ProfileFromFlag(arguments));
    for (VariantConfig& variant : config.variants) variant.profile = profile;
  }
  return RunAndReport(std::move(config), arguments, /*partial=*/arguments.Has("variant"));
}

}  // namespace quantgate
