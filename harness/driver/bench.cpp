#include "harness/driver/bench.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <random>
#include <thread>

#include "harness/driver/loaded_model.h"
#include "harness/inspection/model_inputs.h"
#include "reference/core/sha256.h"
#include "reference/interpreter/interpreter_group.h"

namespace quantgate {
namespace {

using Clock = std::chrono::steady_clock;

double Microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

// Codes of any value, reals between -1 and 1.
std::vector<std::byte> RandomInputs(const Plan& plan) {
  std::mt19937 random(20240229);
  std::uniform_real_distribution<float> reals(-1, 1);
  std::vector<std::byte> bytes;
  for (const int input : plan.subgraph().inputs) {
    const size_t size = plan.byte_size(input);
    const DType dtype = plan.subgraph().tensors[static_cast<size_t>(input)].dtype;
    const size_t first = bytes.size();
    bytes.resize(first + size);
    for (size_t at = first; at < bytes.size(); at += dtype == DType::kFloat32 ? 4 : 1) {
      const float real = reals(random);
      if (dtype == DType::kFloat32) {
        std::memcpy(&bytes[at], &real, sizeof(real));
      } else if (DTypeBits(dtype) == 8) {
        bytes[at] = static_cast<std::byte>(random());
      }  // wider integers may be indices: zeros
    }
  }
  return bytes;
}

// The time between an operator's output and what was seen before it, of all samples of a run.
class OpTimer : public Observer {
 public:
  explicit OpTimer(size_t ops) : of_run_(ops), times_(ops) {}
  void Begin() { last_ = Clock::now(); }
  void OnTensor(int op_index, const TensorView& /*tensor*/) override {
    const auto now = Clock::now();
    if (op_index >= 0) of_run_[static_cast<size_t>(op_index)] += Microseconds(now - last_);
    last_ = Clock::now();
  }
  // After a run of `samples`.
  void End(size_t samples) {
    for (size_t op = 0; op < times_.size(); ++op) {
      times_[op].push_back(static_cast<float>(of_run_[op] / static_cast<double>(samples)));
      of_run_[op] = 0;
    }
  }
  // Of a sample; 0 for an operator without outputs.
  [[nodiscard]] double Median(size_t op) {
    std::vector<float>& times = times_[op];
    if (times.empty()) return 0;
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return static_cast<double>(*middle);
  }

 private:
  std::vector<double> of_run_;             // by operator
  std::vector<std::vector<float>> times_;  // by operator
  Clock::time_point last_;
};

// Latencies of every run of `run`, for `seconds`, in microseconds.
std::vector<float> Repeat(double seconds, const std::function<void()>& run) {
  std::vector<float> latencies;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  for (auto before = Clock::now(); before < end || latencies.empty();) {
    run();
    const auto after = Clock::now();
    latencies.push_back(static_cast<float>(Microseconds(after - before)));
    before = after;
  }
  return latencies;
}

double Quantile(const std::vector<float>& sorted, double share) {
  const auto at = static_cast<size_t>(share * static_cast<double>(sorted.size() - 1));
  return static_cast<double>(sorted[at]);
}

// Runs every function in a thread of its own at once, after a short warm-up.
void Measure(const std::vector<std::function<void()>>& runs, BenchResult& result, double seconds) {
  for (const auto& run : runs) Repeat(seconds / 20, run);
  std::vector<std::vector<float>> latencies(runs.size());
  const auto start = Clock::now();
  std::vector<std::thread> helpers;
  for (size_t i = 1; i < runs.size(); ++i) {
    helpers.emplace_back([&, i] { latencies[i] = Repeat(seconds, runs[i]); });
  }
  latencies[0] = Repeat(seconds, runs[0]);
  for (std::thread& helper : helpers) helper.join();
  result.seconds = Microseconds(Clock::now() - start) / 1e6;
  std::vector<float> all;
  for (const auto& part : latencies) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  result.samples = static_cast<int64_t>(all.size()) * result.batch;
  result.samples_per_second = static_cast<double>(result.samples) / result.seconds;
  result.gmacs_per_second = result.samples_per_second * static_cast<double>(result.macs) / 1e9;
  result.p50_microseconds = Quantile(all, 0.5);
  result.p90_microseconds = Quantile(all, 0.9);
  result.p99_microseconds = Quantile(all, 0.99);
}

void TimeOps(const Plan& plan, InterpreterGroup& group, double seconds, BenchResult& result) {
  OpTimer timer(plan.subgraph().ops.size());
  const std::vector<Observer*> observers(group.size(), &timer);
  Repeat(seconds, [&] {
    timer.Begin();
    for (const Status& status : group.Run(observers)) QG_CHECK(status.ok());
    timer.End(group.size());
  });
  for (const Plan::Step& step : plan.steps()) {
    const OpNode& op = plan.subgraph().ops[static_cast<size_t>(step.op_index)];
    const double median = timer.Median(static_cast<size_t>(step.op_index));
    result.ops.push_back(
        {step.op_index, op.type_name(), MacsOf(plan, op), step.accelerated, median});
  }
}

void FillInputs(const std::vector<std::byte>& inputs, Interpreter& interpreter) {
  size_t offset = 0;
  for (size_t k = 0; k < interpreter.plan().subgraph().inputs.size(); ++k) {
    const auto to = interpreter.input(k);
    std::copy_n(inputs.begin() + static_cast<std::ptrdiff_t>(offset), to.size(), to.begin());
    offset += to.size();
  }
}

// The plan with the shapes that these inputs make.
Result<std::shared_ptr<const Plan>> PlanFor(const std::shared_ptr<const Plan>& plan,
                                            const std::vector<std::byte>& inputs) {
  if (!plan->dynamic()) return plan;
  Interpreter interpreter(plan, RunShapes::kAny);
  FillInputs(inputs, interpreter);
  QG_RETURN_IF_ERROR(interpreter.Run());
  return interpreter.shared_plan();
}

Result<BenchResult> BenchBuiltin(const std::shared_ptr<const Plan>& plan,
                                 const std::vector<std::byte>& inputs, const BenchOptions& options,
                                 BenchResult result) {
  const size_t batch = options.batch > 0 ? options.batch : InterpreterGroup::BestSize(*plan);
  std::vector<std::unique_ptr<InterpreterGroup>> groups;
  std::vector<std::function<void()>> runs;
  for (int i = 0; i < options.threads; ++i) {
    groups.push_back(std::make_unique<InterpreterGroup>(plan, batch));
    InterpreterGroup& group = *groups.back();
    for (size_t k = 0; k < batch; ++k) FillInputs(inputs, group[k]);
    for (const Status& status : group.Run(batch)) {
      if (!status.ok()) return status.error();
    }
    // The inputs stay the same, and so does what becomes of them.
    runs.emplace_back([&group] {
      for (const Status& status : group.Run(group.size())) QG_CHECK(status.ok());
    });
  }
  result.batch = static_cast<int64_t>(batch);
  Measure(runs, result, options.seconds);
  TimeOps(*plan, *groups[0], options.seconds / 4, result);
  for (size_t i = 0; i < plan->subgraph().outputs.size(); ++i) {
    result.output_sha256.push_back(Sha256Hex((*groups[0])[batch - 1].output(i)));
  }
  const accelerated::SimdKernels* simd = options.plain ? nullptr : accelerated::BestSimd();
  result.runtime = std::string("builtin (") + (simd != nullptr ? simd->name : "plain") + ")";
  return result;
}

Result<BenchResult> BenchTflite(std::span<const std::byte> model,
                                const std::vector<std::byte>& inputs, const BenchOptions& options,
                                BenchResult result) {
  const std::string path = options.library.empty() ? FindTfliteLibrary() : options.library;
  QG_ASSIGN_OR_RETURN(const std::shared_ptr<TfliteLibrary> library, TfliteLibrary::Open(path));
  QG_ASSIGN_OR_RETURN(const std::unique_ptr<TfliteSession> session,
                      library->Load(model, {options.delegate, options.threads}));
  size_t offset = 0;
  for (size_t k = 0; k < session->num_inputs(); ++k) {
    const auto to = session->input(k);
    if (offset + to.size() > inputs.size()) {
      return Error{.code = ErrorCode::kUnsupported,
                   .message = "the library wants larger inputs than the model names"};
    }
    std::copy_n(inputs.begin() + static_cast<std::ptrdiff_t>(offset), to.size(), to.begin());
    offset += to.size();
  }
  QG_RETURN_IF_ERROR(session->Run());
  Status status;
  Measure({[&] {
            if (Status run = session->Run(); !run.ok()) status = run;
          }},
          result, options.seconds);
  if (!status.ok()) return status.error();
  for (size_t i = 0; i < session->num_outputs(); ++i) {
    result.output_sha256.push_back(Sha256Hex(session->output(i)));
  }
  result.runtime = "tflite " + library->version() +
                   (options.delegate == TfliteDelegate::kXnnpack ? " with XNNPACK" : "");
  return result;
}

}  // namespace

int64_t MacsOf(const Plan& plan, const OpNode& op) {
  const auto shape = [&](int tensor) { return plan.shape(tensor); };
  switch (op.code) {
    case OpCode::kCONV_2D:
    case OpCode::kFULLY_CONNECTED: {
      const Shape& weights = shape(op.inputs[1]);
      if (weights.rank() < 1 || weights.dim(0) < 1) return 0;
      return shape(op.outputs[0]).num_elements() * (weights.num_elements() / weights.dim(0));
    }
    case OpCode::kDEPTHWISE_CONV_2D: {
      const Shape& weights = shape(op.inputs[1]);
      return shape(op.outputs[0]).num_elements() * weights.dim(1) * weights.dim(2);
    }
    case OpCode::kTRANSPOSE_CONV: {
      const Shape& weights = shape(op.inputs[1]);
      return shape(op.inputs[2]).num_elements() * weights.dim(0) * weights.dim(1) * weights.dim(2);
    }
    case OpCode::kBATCH_MATMUL: {
      return shape(op.outputs[0]).num_elements() * shape(op.inputs[0]).last_dim();
    }
    default: return 0;
  }
}

Result<BenchResult> Bench(const BenchOptions& options) {
  QG_ASSIGN_OR_RETURN(const LoadedModel model,
                      LoadModel(options.model, *options.profile, !options.plain));
  if (options.tflite) QG_RETURN_IF_ERROR(CheckFirstSubgraphRuns(*model.model));
  std::vector<std::byte> inputs;
  if (options.input.empty()) {
    inputs = RandomInputs(*model.plan);
  } else {
    QG_ASSIGN_OR_RETURN(inputs, ReadModelInputs(*model.plan, options.input));
  }
  QG_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> plan, PlanFor(model.plan, inputs));
  BenchResult result;
  result.threads = options.threads;
  for (const OpNode& op : plan->subgraph().ops) result.macs += MacsOf(*plan, op);
  QG_ASSIGN_OR_RETURN(result, options.tflite
                                  ? BenchTflite(model.bytes.view(), inputs, options, result)
                                  : BenchBuiltin(plan, inputs, options, result));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  result.peak_rss_bytes = static_cast<int64_t>(usage.ru_maxrss) * 1024;
  return result;
}

}  // namespace quantgate
