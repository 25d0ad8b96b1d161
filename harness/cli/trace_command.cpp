#include <iostream>

#include "harness/cli/commands.h"
#include "harness/cli/profile_flag.h"
#include "harness/driver/loaded_model.h"
#include "harness/inspection/trace.h"

namespace quantgate {

void DeclareTrace(ArgumentParser& parser) {
  parser
      .Text(
          "input",
          ".npy, or .bin with all graph inputs one after the other, little-endian, in the graph's "
          "order",
          "FILE")
      .Text("out", "folder for manifest.json and tensor_<index>.npy", "DIR");
  parser.Flag("oracle", "also say how far each integer kernel is from double precision");
  DeclareProfileFlag(parser);
}

Result<int> RunTrace(const Arguments& arguments) {
  for (const char* needed : {"input", "out"}) {
    if (arguments.Has(needed)) continue;
    return Error{.code = ErrorCode::kUsage, .message = "--" + std::string(needed) + " is missing"};
  }
  QG_ASSIGN_OR_RETURN(const Profile* profile, ProfileFromFlag(arguments));
  QG_ASSIGN_OR_RETURN(const LoadedModel model, LoadModel(arguments.positional().front(), *profile));
  QG_ASSIGN_OR_RETURN(const TraceOutput trace,
                      TraceModel(model.plan, arguments.Text("input"), arguments.Text("out"),
                                 arguments.Has("oracle")));
  std::cerr << "Wrote " << trace.tensors << " tensors and manifest.json to " << trace.directory
            << "\n";
  return 0;
}

}  // namespace quantgate
