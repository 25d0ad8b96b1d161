#include "harness/cli/map_flag.h"

#include "harness/driver/tensor_map.h"

namespace quantgate {

void DeclareMapFlag(ArgumentParser& parser) {
  parser.Text(
      "map",
      "JSON file that says which tensors belong together, where names and structure do not: "
      "{\"tensors\": {\"of the first model\": \"of the second, or null\"}}",
      "FILE");
}

Result<TensorMap> MapFromFlag(const Arguments& arguments) {
  if (!arguments.Has("map")) return TensorMap{};
  return ReadTensorMap(arguments.Text("map"));
}

}  // namespace quantgate
