#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/cli/commands.h"
#include "harness/driver/environment.h"

namespace quantgate {

void DeclareVersion(ArgumentParser& parser) { parser.Flag("json", "one JSON document"); }

Result<int> RunVersion(const Arguments& arguments) {
  if (arguments.Has("json")) {
    const nlohmann::ordered_json document = {
        {"version", ProgramVersion()}, {"compiler", CompilerName()}, {"build_type", BuildType()}};
    std::cout << document.dump(2) << "\n";
  } else {
    std::cout << "quantgate " << ProgramVersion() << " (" << CompilerName() << ", " << BuildType()
              << ")\n";
  }
  return 0;
}

}  // namespace quantgate
