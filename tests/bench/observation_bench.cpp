// What observing costs beside running: for every model, rounds of bare float inference and of
// observation take turns on the same samples in one thread. `ratio` is the median of the rounds'
// ratios; the goal is 1.3; `ratio_together` is over bare inference of as many samples at a time as
// observation itself takes. The last benchmark observes 60,000 samples and prints the peak memory.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>

#include "datasets/dataset_table.h"
#include "harness/calibration/observation.h"
#include "harness/driver/loaded_model.h"
#include "tests/bench/bare_runs.h"
#include "tests/support/golden_folder.h"
#include "tests/support/random.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

const Preprocessing kPixels{{0.0}, {255.0}};

// A dataset several times over.
class RepeatedDataset : public Dataset {
 public:
  RepeatedDataset(const Dataset& dataset, int64_t times) : dataset_(dataset), times_(times) {}
  [[nodiscard]] int64_t size() const override { return times_ * dataset_.size(); }
  [[nodiscard]] const Shape& sample_shape() const override { return dataset_.sample_shape(); }
  [[nodiscard]] int label(int64_t i) const override { return dataset_.label(i % dataset_.size()); }
  [[nodiscard]] Status ReadRaw(int64_t i, std::span<float> out) const override {
    return dataset_.ReadRaw(i % dataset_.size(), out);
  }
  [[nodiscard]] Result<std::string> ContentHash() const override { return dataset_.ContentHash(); }
  [[nodiscard]] std::string_view kind() const override { return "repeated"; }

 private:
  const Dataset& dataset_;
  int64_t times_;
};

std::unique_ptr<Dataset> Mnist(int64_t limit) {
  DatasetSpec spec;
  spec.kind = "idx";
  spec.images = {"datasets/mnist/t10k-images-idx3-ubyte.gz"};
  spec.limit = limit;
  auto dataset = OpenDataset(spec);
  return dataset.ok() ? std::move(*dataset) : nullptr;
}

// Normal-like values in the shape of the model's input.
std::unique_ptr<Dataset> RandomSamples(const Plan& plan, int count) {
  Random random(1);
  const Shape& shape = plan.shape(plan.subgraph().inputs.front());
  const auto dims = shape.dims().subspan(1);
  const Shape sample = *Shape::Make(dims);
  std::vector<float> values = random.Floats(sample.num_elements() * count, -1, 1);
  for (float& value : values) value += random.Float(-1, 1) + random.Float(-1, 1);
  return std::make_unique<TestDataset>(sample, values);
}

double RunObserved(const LoadedModel& model, const Dataset& dataset,
                   const Preprocessing& preprocessing) {
  const double start = CpuSeconds();
  const auto observation = Observe({.plan = model.plan,
                                    .model_sha256 = "",
                                    .dataset = &dataset,
                                    .dataset_name = "",
                                    .preprocessing = preprocessing,
                                    .threads = 1});
  benchmark::DoNotOptimize(observation.ok());
  return CpuSeconds() - start;
}

void BenchModel(benchmark::State& state, const std::string& path, bool mnist) {
  const auto model = LoadModel(path, DefaultProfile());
  if (!model.ok()) return state.SkipWithError("the model is absent");
  const auto dataset = mnist ? Mnist(2000) : RandomSamples(*model->plan, 1000);
  const Preprocessing preprocessing = mnist ? kPixels : Preprocessing{};
  const size_t batch = InterpreterGroup::BestSize(*model->plan);
  BareRatios ratios;
  for (auto _ : state) {
    const double bare = RunBare(model->plan, *dataset, preprocessing, 1);
    const double together = RunBare(model->plan, *dataset, preprocessing, batch);
    const double observed = RunObserved(*model, *dataset, preprocessing);
    ratios.Add(bare, together, observed);
    state.SetIterationTime(observed);
  }
  ratios.Tell(static_cast<double>(dataset->size()), state.counters);
}

void BenchMemory(benchmark::State& state) {
  const auto model = LoadModel("configs/mnist/mnist_conv.tflite", DefaultProfile());
  const auto dataset = Mnist(10000);
  if (!model.ok() || dataset == nullptr) return state.SkipWithError("run from the top of the tree");
  const RepeatedDataset many(*dataset, state.range(0));
  for (auto _ : state) state.SetIterationTime(RunObserved(*model, many, kPixels));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["samples"] = static_cast<double>(many.size());
  state.counters["peak_rss_MB"] = static_cast<double>(usage.ru_maxrss) / 1024;
}

void Register() {
  const auto add = [](const std::string& name, const std::string& path, bool mnist) {
    benchmark::RegisterBenchmark(("Observe/" + name).c_str(), BenchModel, path, mnist)
        ->UseManualTime()
        ->Iterations(15)
        ->Unit(benchmark::kMillisecond);
  };
  // Memory first: the peak is that of the whole process.
  benchmark::RegisterBenchmark("ObserveManySamples", BenchMemory)
      ->Arg(1)
      ->Arg(6)
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond);
  add("mnist_conv", "configs/mnist/mnist_conv.tflite", true);
  add("mnist_depthwise", "configs/mnist/mnist_depthwise.tflite", true);
  for (const char* name : {"mlperf_pretrainedResnet", "mlperf_vww_96_float", "mlperf_ad01_fp32"}) {
    add(name, (GoldenFolder() / name / "model.tflite").string(), false);
  }
}

}  // namespace
}  // namespace quantgate

int main(int argc, char** argv) {
  quantgate::Register();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
