#include <algorithm>
#include <iostream>

#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/profile_flag.h"
#include "harness/cli/progress.h"
#include "harness/driver/ledger_file.h"
#include "harness/driver/loaded_model.h"
#include "harness/execution/settled_plan.h"
#include "reference/core/file.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

Result<Ledger> LedgerOf(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(const DatasetConfig config, DatasetFromFlags(arguments));
  LedgerInput input;
  QG_ASSIGN_OR_RETURN(input.preprocessing, PreprocessingFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(const Profile* profile, ProfileFromFlag(arguments));
  QG_ASSIGN_OR_RETURN(const LoadedModel model, LoadModel(arguments.positional().front(), *profile));
  QG_ASSIGN_OR_RETURN(const std::unique_ptr<Dataset> dataset, OpenDataset(config.spec));
  input.dataset = dataset.get();
  QG_ASSIGN_OR_RETURN(input.plan, SettlePlan(model.plan, *dataset, input.preprocessing));
  input.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  ProgressBar progress(arguments.Has("quiet"));
  input.progress = [&](int64_t done, int64_t total) { progress.Show("ledger", done, total); };
  Ledger ledger;
  ledger.model_sha256 = FingerprintOf(model);
  QG_ASSIGN_OR_RETURN(ledger.dataset_sha256, dataset->ContentHash());
  ledger.preprocessing = input.preprocessing.ToString();
  ledger.profile = profile->name;
  ledger.samples = dataset->size();
  QG_ASSIGN_OR_RETURN(ledger.rows, MakeLedger(input));
  return ledger;
}

}  // namespace

void DeclareLedger(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  DeclareProfileFlag(parser);
  parser.Text("out", "write the ledger to this file", "FILE")
      .Text("check", "compare with this ledger; ends with 1 when anything differs", "FILE")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Flag("quiet", "no progress bar");
}

Result<int> RunLedger(const Arguments& arguments) {
  if (arguments.Has("out") == arguments.Has("check")) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "one of --out FILE and --check FILE is needed"};
  }
  if (arguments.Has("out")) {
    QG_ASSIGN_OR_RETURN(const Ledger ledger, LedgerOf(arguments));
    QG_RETURN_IF_ERROR(WriteFile(arguments.Text("out"), LedgerToJson(ledger)));
    std::cout << "Wrote " << arguments.Text("out") << ": " << ledger.rows.size() << " tensors over "
              << ledger.samples << " samples\n";
    return 0;
  }
  const std::string file = arguments.Text("check");
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(file));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  QG_ASSIGN_OR_RETURN(const Ledger kept, LedgerFromJson(text, file));
  QG_ASSIGN_OR_RETURN(const Ledger now, LedgerOf(arguments));
  const std::vector<std::string> differences = CompareLedgers(kept, now);
  for (const std::string& line : differences) std::cout << PlainText(line) << "\n";
  if (!differences.empty()) return 1;
  std::cout << now.rows.size() << " tensors over " << now.samples << " samples as in " << file
            << "\n";
  return 0;
}

}  // namespace quantgate
