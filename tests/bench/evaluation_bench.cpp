// What comparing costs. `Compare/MODEL`: a float model against its int8 twin with every tensor
// measured, over the two models run bare; rounds of both take turns on the same samples in one
// thread, `ratio` is the median of the rounds' ratios, the goal 1.5, `ratio_together` is over bare
// runs of as many samples at a time as a comparison's own; on 10,000 samples (2,000 and 1,000 of
// larger models), since the histograms cost the same for any number. `Growth/...`: how the time of
// a comparison grows with samples, layers, variants, threads and channels (scripts/bench_growth.sh
// draws it).
#include <benchmark/benchmark.h>

#include <algorithm>

#include "harness/driver/evaluate.h"
#include "harness/driver/loaded_model.h"
#include "tests/bench/bare_runs.h"
#include "tests/bench/bench_networks.h"
#include "tests/bench/quantized_twin.h"
#include "tests/support/golden_folder.h"

namespace quantgate {
namespace {

using PlanPtr = std::shared_ptr<const Plan>;

// A float model and its int8 twin.
struct Pair {
  PlanPtr reference;
  PlanPtr variant;
};

std::optional<Pair> PairOf(const PlanPtr& reference) {
  const auto twin = QuantizedTwin(reference, "int8");
  if (!twin.ok()) return std::nullopt;
  const auto plan = Plan::Make(*twin);
  if (!plan.ok()) return std::nullopt;
  return Pair{reference, *plan};
}

bool RunCompared(const Pair& pair, int variants, const Dataset& dataset, int threads) {
  EvaluationInput input;
  input.reference.runtime = BuiltinRuntime(pair.reference);
  for (int v = 0; v < variants; ++v) {
    input.variants.push_back({.runtime = BuiltinRuntime(pair.variant)});
  }
  input.dataset = &dataset;
  input.classify = false;
  input.threads = threads;
  return Evaluate(input).ok();
}

void BenchCompare(benchmark::State& state, const PlanPtr& plan, int samples) {
  const auto pair = PairOf(plan);
  if (!pair) return state.SkipWithError("the model cannot be quantized");
  const TestDataset dataset = RandomSamples(*plan, samples);
  const auto bare = [&](const auto& batch_of) {
    return RunBare(pair->reference, dataset, {}, batch_of(*pair->reference)) +
           RunBare(pair->variant, dataset, {}, batch_of(*pair->variant));
  };
  BareRatios ratios;
  for (auto _ : state) {
    const double alone = bare([](const Plan&) { return size_t{1}; });
    const double together = bare(InterpreterGroup::BestSize);
    const double start = CpuSeconds();
    if (!RunCompared(*pair, 1, dataset, 1)) return state.SkipWithError("it does not run");
    const double compared = CpuSeconds() - start;
    ratios.Add(alone, together, compared);
    state.SetIterationTime(compared);
  }
  ratios.Tell(samples, state.counters);
}

// One point of a curve: wall time of a comparison.
struct Growth {
  const char* curve;
  int at;  // what the benchmark is named by
  int samples = 256;
  int layers = 8;
  int channels = 16;
  int variants = 1;
  int threads = 1;
};

void BenchGrowth(benchmark::State& state, const Growth& growth) {
  const BenchNetwork network = Stack(growth.layers, growth.channels, 16);
  const auto plan = Plan::Make(network.model);
  const auto pair = plan.ok() ? PairOf(*plan) : std::nullopt;
  if (!pair) return state.SkipWithError("the network cannot be quantized");
  const TestDataset dataset = RandomSamples(**plan, growth.samples);
  for (auto _ : state) {
    benchmark::DoNotOptimize(RunCompared(*pair, growth.variants, dataset, growth.threads));
  }
  state.counters["at"] = growth.at;
}

void RegisterGrowth() {
  std::vector<Growth> points;
  for (const int n : {128, 256, 512, 1024, 2048}) {
    points.push_back({.curve = "samples", .at = n, .samples = n});
  }
  for (const int n : {4, 8, 16, 32, 64}) {
    points.push_back({.curve = "layers", .at = n, .layers = n});
  }
  for (const int n : {1, 2, 3, 4, 5}) {
    points.push_back({.curve = "variants", .at = n, .variants = n});
  }
  for (const int n : {1, 2}) {
    points.push_back({.curve = "threads", .at = n, .samples = 1024, .threads = n});
  }
  // 9 n^2 weights a layer.
  for (const int n : {16, 32, 64, 128}) {
    points.push_back({.curve = "channels", .at = n, .samples = 128, .channels = n});
  }
  for (const Growth& point : points) {
    const std::string name = std::string("Growth/") + point.curve + "/" + std::to_string(point.at);
    benchmark::RegisterBenchmark(name.c_str(), BenchGrowth, point)
        ->MeasureProcessCPUTime()
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
}

void AddCompare(const std::string& name, const PlanPtr& plan, int samples) {
  benchmark::RegisterBenchmark(("Compare/" + name).c_str(), BenchCompare, plan, samples)
      ->UseManualTime()
      ->Iterations(7)
      ->Unit(benchmark::kMillisecond);
}

void RegisterComparisons() {
  constexpr int kSmall = 10000;  // as many as MNIST's test set
  constexpr int kMedium = 2000;
  constexpr int kLarge = 1000;
  const auto add_file = [](const std::string& name, const std::string& path, int samples) {
    const auto model = LoadModel(path, DefaultProfile());
    if (model.ok()) AddCompare(name, model->plan, samples);
  };
  const auto add_golden = [&](const std::string& name, int samples) {
    add_file(name, (GoldenFolder() / name / "model.tflite").string(), samples);
  };
  const auto add_network = [](const BenchNetwork& network, int samples) {
    const auto plan = Plan::Make(network.model);
    if (plan.ok()) AddCompare(network.name, *plan, samples);
  };
  for (const std::string name : {"mnist_conv", "mnist_depthwise"}) {
    add_file(name, "configs/mnist/" + name + ".tflite", kSmall);
  }
  add_golden("mlperf_pretrainedResnet", kMedium);
  add_golden("mlperf_vww_96_float", kMedium);
  add_golden("mlperf_ad01_fp32", kSmall);
  add_network(DsCnn(), kSmall);
  add_network(MobileNetV1(0.25, 96), kMedium);
  add_network(MobileNetV2(224), kLarge);
}

}  // namespace
}  // namespace quantgate

int main(int argc, char** argv) {
  quantgate::RegisterComparisons();
  quantgate::RegisterGrowth();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
