#include <algorithm>
#include <iostream>

#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/map_flag.h"
#include "harness/cli/profile_flag.h"
#include "harness/cli/progress.h"
#include "harness/driver/bisect.h"
#include "harness/driver/loaded_model.h"
#include "harness/driver/model_path.h"
#include "harness/execution/settled_plan.h"
#include "reports/bisection_report.h"

namespace quantgate {

void DeclareBisect(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  DeclareProfileFlag(parser);
  DeclareMapFlag(parser);
  parser.Integer("threads", "threads to use; 0, the default: all cores")
      .Flag("json", "one JSON document on standard output")
      .Flag("quiet", "no progress bar");
}

Result<int> RunBisect(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(const DatasetConfig config, DatasetFromFlags(arguments));
  BisectInput input;
  QG_ASSIGN_OR_RETURN(input.preprocessing, PreprocessingFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(const Profile* profile, ProfileFromFlag(arguments));
  QG_ASSIGN_OR_RETURN(input.map, MapFromFlag(arguments));
  const std::vector<std::string>& files = arguments.positional();
  QG_ASSIGN_OR_RETURN(const LoadedModel before, LoadModel(files[0], *profile));
  QG_ASSIGN_OR_RETURN(const LoadedModel after,
                      LoadModel(WithSignatureOf(files[0], files[1]), *profile));
  QG_ASSIGN_OR_RETURN(const std::unique_ptr<Dataset> dataset, OpenDataset(config.spec));
  input.dataset = dataset.get();
  QG_ASSIGN_OR_RETURN(input.before, SettlePlan(before.plan, *dataset, input.preprocessing));
  QG_ASSIGN_OR_RETURN(input.after, SettlePlan(after.plan, *dataset, input.preprocessing));
  input.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  Result<Bisection> bisection = Error{};
  {
    ProgressBar progress(arguments.Has("quiet"));
    input.progress = [&](int64_t done, int64_t total) { progress.Show("bisect", done, total); };
    bisection = Bisect(input);
  }
  if (!bisection.ok()) return bisection.error();
  bisection->before = files[0];
  bisection->after = files[1];
  const auto a = before.bytes.view();
  const auto b = after.bytes.view();
  bisection->same_file = std::equal(a.begin(), a.end(), b.begin(), b.end());
  std::cout << (arguments.Has("json") ? BisectionJson(*bisection) : BisectionText(*bisection));
  return 0;
}

}  // namespace quantgate
