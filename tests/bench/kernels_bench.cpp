// Google Benchmark suites: accelerated convolutions by instruction set with the machine's limit
// beside them, and the observers' sums.
#include <benchmark/benchmark.h>

#include "harness/comparison/error_sums.h"
#include "reference/core/check.h"
#include "reference/interpreter/interpreter.h"
#include "reference/model/op_options.h"
#include "tests/bench/machine_limits.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

// A convolution of `size` x `size` pixels, `in` to `out` channels, window `filter`.
std::shared_ptr<const Model> Convolution(bool is_float, int size, int in, int out, int filter) {
  Random random(1);
  ModelBuilder builder;
  const DType dtype = is_float ? DType::kFloat32 : DType::kInt8;
  const QuantParams quant = is_float ? QuantParams{} : PerTensor(0.02F, 3);
  const QuantParams weight_quant = is_float ? QuantParams{} : PerTensor(0.001F, 0);
  const int input = builder.AddInput("input", dtype, Shape{1, size, size, in}, quant);
  const Shape shape{out, filter, filter, in};
  const int64_t count = shape.num_elements();
  const int weights =
      is_float ? builder.AddConstant("weights", shape, random.Floats(count, -1, 1), weight_quant)
               : builder.AddConstant("weights", shape, random.Codes<int8_t>(count, -127, 127),
                                     weight_quant);
  const int output = builder.AddTensor("output", dtype, Shape{}, quant);
  schema::Conv2DOptionsT options;
  options.stride_h = options.stride_w = 1;
  builder.AddOp(OpCode::kCONV_2D, {input, weights}, {output}, MakeOptions(options));
  return builder.Finish({output});
}

void BenchConvolution(benchmark::State& state, const accelerated::SimdKernels* simd,
                      bool is_float) {
  const auto size = static_cast<int>(state.range(0));
  const auto in = static_cast<int>(state.range(1));
  const auto out = static_cast<int>(state.range(2));
  const auto filter = static_cast<int>(state.range(3));
  const auto plan = Plan::Make(Convolution(is_float, size, in, out, filter), {.simd = simd});
  if (!plan.ok() || !(*plan)->steps()[0].accelerated) {
    state.SkipWithError("not accelerated on this instruction set");
    return;
  }
  Interpreter interpreter(*plan);
  for (auto _ : state) QG_CHECK(interpreter.Run().ok());
  const double macs = static_cast<double>(size) * size * in * out * filter * filter;
  state.counters["MAC/s"] = benchmark::Counter(macs, benchmark::Counter::kIsIterationInvariantRate);
}

void BenchErrorSums(benchmark::State& state) {
  Random random(1);
  const std::vector<float> reference = random.Floats(1 << 14, -4, 4);
  const auto codes = random.Codes<int8_t>(1 << 14, -128, 127);
  ReferenceSums of;
  for (auto _ : state) {
    benchmark::DoNotOptimize(SumErrors(reference, std::span<const int8_t>(codes), {0.03F, 0}, &of));
  }
  state.counters["elements/s"] =
      benchmark::Counter(1 << 14, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(BenchErrorSums);

void BenchLimit(benchmark::State& state, const MachineLimit& limit) {
  int64_t macs = 0;
  for (auto _ : state) macs += limit.run(100);
  state.counters["MAC/s"] =
      benchmark::Counter(static_cast<double>(macs), benchmark::Counter::kIsRate);
}

void RegisterLimits() {
  for (const MachineLimit& limit : AllMachineLimits()) {
    if (!limit.supported()) continue;
    const std::string name =
        std::string("Limit/") + (limit.is_float ? "float32/" : "int8/") + limit.name;
    benchmark::RegisterBenchmark(name.c_str(), BenchLimit, limit);
  }
}

void RegisterConvolutions() {
  for (const accelerated::SimdKernels* simd : accelerated::AllSimd()) {
    for (const bool is_float : {false, true}) {
      const std::string name =
          std::string("Convolution/") + (is_float ? "float32/" : "int8/") + simd->name;
      benchmark::RegisterBenchmark(name.c_str(), BenchConvolution, simd, is_float)
          ->ArgNames({"size", "in", "out", "filter"})
          ->Args({32, 16, 16, 3})
          ->Args({16, 64, 64, 3})
          ->Args({14, 256, 256, 3})
          ->Args({28, 128, 128, 1})
          ->Args({28, 512, 512, 1})
          ->Args({14, 576, 96, 1})
          ->Args({7, 960, 160, 1})
          ->Args({7, 320, 1280, 1})
          ->Args({1, 1024, 1024, 1});
    }
  }
}

}  // namespace
}  // namespace quantgate

int main(int argc, char** argv) {
  quantgate::RegisterLimits();
  quantgate::RegisterConvolutions();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
