// Writes the models that are measured and prints their paths: networks of known shapes with random
// weights in float32, int8 and uint8, then each MODEL given and, of those with float inputs, a
// uint8 twin. Usage:
//   make_bench_models FOLDER [MODEL]...
#include <filesystem>
#include <iostream>

#include "harness/driver/loaded_model.h"
#include "reference/core/file.h"
#include "reference/model/tflite_writer.h"
#include "tests/bench/bench_networks.h"
#include "tests/bench/quantized_twin.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;

// Writes FOLDER/NAME_SCHEME.tflite.
Status WriteQuantized(const std::string& path, const fs::path& folder, const std::string& name,
                      const std::string& scheme) {
  QG_ASSIGN_OR_RETURN(const LoadedModel model, LoadModel(path, DefaultProfile()));
  const Subgraph& graph = model.plan->subgraph();
  if (graph.tensors[static_cast<size_t>(graph.inputs.front())].dtype != DType::kFloat32) {
    return OkStatus();
  }
  QG_ASSIGN_OR_RETURN(const auto twin, QuantizedTwin(model.plan, scheme));
  const fs::path out = folder / (name + "_" + scheme + ".tflite");
  QG_RETURN_IF_ERROR(WriteFile(out.string(), WriteModel(*twin)));
  std::cout << out.string() << "\n";
  return OkStatus();
}

Status WriteAll(const fs::path& folder, const std::vector<std::string>& given) {
  for (const BenchNetwork& network :
       {DsCnn(), MobileNetV1(0.25, 96), MobileNetV1(0.25, 128), MobileNetV2(224)}) {
    const fs::path path = folder / (network.name + ".tflite");
    QG_RETURN_IF_ERROR(WriteFile(path.string(), WriteModel(*network.model)));
    std::cout << path.string() << "\n";
    for (const char* scheme : {"int8", "uint8"}) {
      QG_RETURN_IF_ERROR(WriteQuantized(path.string(), folder, network.name, scheme));
    }
  }
  for (const std::string& model : given) {
    const fs::path path(model);
    const bool in_folder = path.stem() == "model";
    const std::string name = (in_folder ? path.parent_path().filename() : path.stem()).string();
    std::cout << model << "\n";
    QG_RETURN_IF_ERROR(WriteQuantized(model, folder, name, "uint8"));
  }
  return OkStatus();
}

}  // namespace
}  // namespace quantgate

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: make_bench_models FOLDER [MODEL]...\n";
    return 2;
  }
  const auto status = quantgate::WriteAll(argv[1], {argv + 2, argv + argc});
  if (status.ok()) return 0;
  std::cerr << status.error().ToString() << "\n";
  return 3;
}
