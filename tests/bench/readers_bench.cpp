// What reading costs: every kind of dataset, opened and read sample by sample, model files, and
// what inspect says of a large one. Files are written anew and lie in the page cache.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>

#include "datasets/dataset_table.h"
#include "datasets/npy.h"
#include "harness/driver/loaded_model.h"
#include "harness/inspection/inspect_model.h"
#include "harness/inspection/lint_table.h"
#include "reference/core/check.h"
#include "reference/core/file.h"
#include "reference/model/tflite_reader.h"
#include "reference/model/tflite_writer.h"
#include "reports/inspection_report.h"
#include "tests/bench/bench_networks.h"
#include "tests/support/picture_files.h"
#include "tests/support/random.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

// Opens and reads all samples.
void BenchDataset(benchmark::State& state, const DatasetSpec& spec) {
  int64_t samples = 0;
  for (auto _ : state) {
    const auto dataset = OpenDataset(spec);
    QG_CHECK(dataset.ok());
    std::vector<float> sample(static_cast<size_t>((*dataset)->sample_shape().num_elements()));
    for (int64_t i = 0; i < (*dataset)->size(); ++i) {
      QG_CHECK((*dataset)->ReadRaw(i, sample).ok());
    }
    benchmark::DoNotOptimize(sample.data());
    samples += (*dataset)->size();
  }
  state.counters["samples/s"] =
      benchmark::Counter(static_cast<double>(samples), benchmark::Counter::kIsRate);
}

// From the file to a checked graph.
void BenchModel(benchmark::State& state, const Model& model) {
  const std::vector<std::byte> bytes = WriteModel(model);
  TempFolder folder;
  const std::string path = folder.File("model.tflite");
  QG_CHECK(WriteFile(path, bytes).ok());
  for (auto _ : state) QG_CHECK(ReadModelFile(path).ok());
  state.counters["bytes/s"] = benchmark::Counter(static_cast<double>(bytes.size()),
                                                 benchmark::Counter::kIsIterationInvariantRate);
}

DatasetSpec SpecOf(const std::string& kind, const std::string& path) {
  DatasetSpec spec;
  spec.kind = kind;
  spec.images = {path};
  return spec;
}

// Steps of up to 8 from pixel to pixel, as photographs have rather than noise.
Pixels Smooth(Random& random, int count) {
  Pixels pixels;
  int value = 128;
  for (int i = 0; i < count; ++i) {
    value = std::clamp(value + random.Int(-8, 8), 0, 255);
    pixels.push_back(static_cast<unsigned char>(value));
  }
  return pixels;
}

constexpr int kSize = 224;

void WritePictures(const TempFolder& folder) {
  Random random(1);
  for (int i = 0; i < 32; ++i) {
    const Pixels pixels = Smooth(random, kSize * kSize * 3);
    const std::string name = std::to_string(i);
    QG_CHECK(WriteFile(folder.File("png/" + name + ".png"), Png(kSize, kSize, 3, pixels)).ok());
    QG_CHECK(
        WriteFile(folder.File("jpeg/" + name + ".jpg"), Jpeg(kSize, kSize, 3, pixels, 90)).ok());
  }
}

void WriteArrays(const TempFolder& folder) {
  const std::vector<float> values = Random(1).Floats(10000 * 784, -1, 1);
  const auto bytes = std::as_bytes(std::span(values));
  QG_CHECK(
      WriteFile(folder.File("x.npy"), NpyBytes(DType::kFloat32, Shape{10000, 28, 28, 1}, bytes))
          .ok());
  QG_CHECK(WriteFile(folder.File("x.raw"), bytes).ok());
}

// What `quantgate inspect FILE` does: everything said of the model, its lint rules included.
void BenchInspection(benchmark::State& state, const std::string& path) {
  for (auto _ : state) {
    const auto file = OpenModel(path);
    QG_CHECK(file.ok());
    ModelInspection inspection = InspectModel(file->model, file->bytes.view(), path);
    inspection.lint = LintModel(*file->model);
    benchmark::DoNotOptimize(
        InspectionText(inspection, {.summary = true, .ops = true, .tensors = true, .lint = true}));
    state.counters["MB"] = static_cast<double>(file->bytes.size()) / 1e6;
  }
}

void Register(const TempFolder& folder) {
  DatasetSpec raw = SpecOf("raw", folder.File("x.raw"));
  raw.dtype = "float32";
  raw.shape = {28, 28, 1};
  const std::pair<const char*, DatasetSpec> datasets[] = {
      {"idx-gzip", SpecOf("idx", "datasets/mnist/t10k-images-idx3-ubyte.gz")},
      {"npy-float32", SpecOf("npy", folder.File("x.npy"))},
      {"raw-float32", raw},
      {"png", SpecOf("pictures", folder.File("png"))},
      {"jpeg", SpecOf("pictures", folder.File("jpeg"))}};
  for (const auto& [name, spec] : datasets) {
    benchmark::RegisterBenchmark((std::string("Read/") + name).c_str(), BenchDataset, spec);
  }
  const BenchNetwork network = MobileNetV2(224);
  benchmark::RegisterBenchmark(
      ("ReadModel/" + network.name).c_str(),
      [model = network.model](benchmark::State& state) { BenchModel(state, *model); });
  const std::string large = folder.File("large.tflite");
  QG_CHECK(WriteFile(large, WriteModel(*Stack(43, 256, 8).model)).ok());
  benchmark::RegisterBenchmark("Inspect/large", [large](benchmark::State& state) {
    BenchInspection(state, large);
  })->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace quantgate

int main(int argc, char** argv) {
  const quantgate::TempFolder folder;
  std::filesystem::create_directories(folder.File("png"));
  std::filesystem::create_directories(folder.File("jpeg"));
  quantgate::WritePictures(folder);
  quantgate::WriteArrays(folder);
  quantgate::Register(folder);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
