#include "harness/cli/baseline_flags.h"

#include <cstdlib>
#include <filesystem>

#include "reference/core/file.h"

namespace quantgate {

Result<std::optional<Baseline>> OpenBaseline(const std::string& path, bool update) {
  if (path.empty() || (update && !std::filesystem::exists(path))) return std::optional<Baseline>();
  auto bytes = ReadFile(path);
  if (!bytes.ok()) {
    Error error = bytes.error();
    error.code = ErrorCode::kConfig;
    error.hint = "--update-baseline writes a new one";
    return error;
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  QG_ASSIGN_OR_RETURN(Baseline baseline, BaselineFromJson(text, path));
  return std::optional<Baseline>(std::move(baseline));
}

Status MayUpdate(const std::string& path, bool allowed_in_ci) {
  if (path.empty()) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--update-baseline has no file to write",
                 .hint = "--baseline FILE, or \"baseline\" in the config"};
  }
  const char* ci = std::getenv("CI");
  const bool in_ci = ci != nullptr && *ci != '\0' && std::string_view(ci) != "false";
  if (!in_ci || allowed_in_ci) return OkStatus();
  return Error{.code = ErrorCode::kUsage,
               .message = "a baseline is not renewed in CI, where nobody would see what it accepts",
               .hint = "run it on a developer's machine and commit the file, or --allow-in-ci"};
}

Status UpdateBaseline(const std::string& path, const std::optional<Baseline>& before,
                      const RunReport& report, const std::string& reason, bool partial,
                      std::ostream& people) {
  const Baseline old = before.value_or(Baseline{});
  const Baseline after = BaselineOf(report, reason, old, partial);
  people << "Baseline " << path << "\n" << DescribeChange(old, after);
  return WriteFile(path, BaselineToJson(after));
}

}  // namespace quantgate
