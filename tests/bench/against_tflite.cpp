// Our engine against a real TensorFlow Lite library, in one process: first whether the outputs are
// the same, then interleaved rounds of each, and the medians' ratios. Usage:
//   against_tflite LIBRARY THREADS ROUNDS SECONDS JSON MODEL...
// Prints a Markdown table; JSON is a file to write ("-" for none). Peak memory is that of a process
// of its own that runs the model once in one engine:
//   against_tflite --memory LIBRARY THREADS ours|xnnpack MODEL
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <thread>

#include "harness/driver/loaded_model.h"
#include "harness/runtimes/tflite_c_api.h"
#include "reference/interpreter/interpreter_group.h"
#include "reference/model/tflite_reader.h"

namespace quantgate {
namespace {

using Clock = std::chrono::steady_clock;

double GeometricMean(const std::vector<double>& ratios) {
  double logs = 0;
  for (const double ratio : ratios) logs += std::log(ratio);
  return ratios.empty() ? 0 : std::exp(logs / static_cast<double>(ratios.size()));
}

// One engine ready to run; threads have a runner each or share one that has its own.
struct Engine {
  std::string name;
  std::function<void(int thread)> run;
  int callers = 1;
  int64_t samples = 1;  // of a run
  std::vector<double> samples_per_second = {};
};

void FillRandom(std::span<std::byte> bytes, DType dtype) {
  std::mt19937 random(7);
  if (dtype == DType::kFloat32) {
    std::uniform_real_distribution<float> reals(-1, 1);
    for (size_t i = 0; i + 4 <= bytes.size(); i += 4) {
      const float real = reals(random);
      std::memcpy(&bytes[i], &real, sizeof(real));
    }
    return;
  }
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
}

// Of this thread.
double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// XNNPACK's second thread spins for some 30 ms after its last operator before it sleeps, on a core
// that whoever is measured next would lack: nobody starts before it has stopped.
constexpr std::chrono::milliseconds kSpinning(100);

// Samples a second; with `cpu_time` a second of this thread's processor time, which other programs
// on the machine do not shorten.
double MeasureRound(const Engine& engine, double seconds, bool cpu_time) {
  if (!cpu_time) std::this_thread::sleep_for(kSpinning);
  std::vector<int64_t> counts(static_cast<size_t>(engine.callers));
  const double cpu_start = CpuSeconds();
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration<double>(seconds);
  const auto work = [&](int thread) {
    int64_t count = 0;
    while (Clock::now() < end) {
      engine.run(thread);
      ++count;
    }
    counts[static_cast<size_t>(thread)] = count;
  };
  std::vector<std::thread> helpers;
  for (int i = 1; i < engine.callers; ++i) helpers.emplace_back(work, i);
  work(0);
  for (std::thread& helper : helpers) helper.join();
  const double elapsed = cpu_time ? CpuSeconds() - cpu_start
                                  : std::chrono::duration<double>(Clock::now() - start).count();
  int64_t total = 0;
  for (const int64_t count : counts) total += count;
  return static_cast<double>(total * engine.samples) / elapsed;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

// "equal", or by how much the first output differs at most.
std::string Compare(std::span<const std::byte> ours, std::span<const std::byte> theirs,
                    DType dtype) {
  if (ours.size() != theirs.size()) return "sizes differ";
  if (std::equal(ours.begin(), ours.end(), theirs.begin())) return "equal";
  double largest = 0;
  const size_t size = dtype == DType::kFloat32 ? 4 : 1;
  for (size_t i = 0; i + size <= ours.size(); i += size) {
    const auto code = [&](std::byte byte) {
      return static_cast<double>(dtype == DType::kInt8 ? static_cast<int8_t>(byte)
                                                       : static_cast<uint8_t>(byte));
    };
    double a = code(ours[i]);
    double b = code(theirs[i]);
    if (size == 4) {
      float fa = 0;
      float fb = 0;
      std::memcpy(&fa, &ours[i], 4);
      std::memcpy(&fb, &theirs[i], 4);
      a = static_cast<double>(fa);
      b = static_cast<double>(fb);
    }
    largest = std::max(largest, std::abs(a - b));
  }
  char text[64];
  std::snprintf(text, sizeof(text), size == 4 ? "within %.1e" : "differ by %.0f codes", largest);
  return text;
}

struct Ratios {
  std::vector<double> builtin, xnnpack;
};

struct Row {
  std::string model;
  std::string dtype;  // of the first input
  size_t batch = 1;   // samples that ours ran at a time
  std::string builtin_check, xnnpack_check;
  double ours = 0, builtin = 0, xnnpack = 0;
  double our_megabytes = 0, library_megabytes = 0;  // at most, with XNNPACK where it loads
};

// Of this process so far.
double PeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes / 1024;
  }
  return 0;
}

// Loads and runs a model once; prints the peak memory.
Status PrintMemory(const std::string& library_path, int threads, bool ours,
                   const std::string& path) {
  if (ours) {
    QG_ASSIGN_OR_RETURN(const LoadedModel model, LoadModel(path, DefaultProfile()));
    std::vector<InterpreterGroup> groups;
    const size_t batch = InterpreterGroup::BestSize(*model.plan);
    for (int i = 0; i < threads; ++i) {
      for (const Status& status : groups.emplace_back(model.plan, batch).Run(batch)) {
        if (!status.ok()) return status;
      }
    }
    std::cout << PeakMegabytes() << "\n";
    return OkStatus();
  }
  QG_ASSIGN_OR_RETURN(const auto library, TfliteLibrary::Open(library_path));
  QG_ASSIGN_OR_RETURN(const ConstBytes bytes, MapFile(path));
  auto session = library->Load(bytes.view(), {TfliteDelegate::kXnnpack, threads});
  if (!session.ok()) session = library->Load(bytes.view(), {TfliteDelegate::kNone, threads});
  if (!session.ok()) return session.error();
  QG_RETURN_IF_ERROR((*session)->Run());
  std::cout << PeakMegabytes() << "\n";
  return OkStatus();
}

double MemoryOf(const std::string& program, const std::string& library, int threads,
                const char* engine, const std::string& path) {
  const std::string command = "'" + program + "' --memory '" + library + "' " +
                              std::to_string(threads) + " " + engine + " '" + path + "'";
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return 0;
  double megabytes = 0;
  if (std::fscanf(pipe, "%lf", &megabytes) != 1) megabytes = 0;
  pclose(pipe);
  return megabytes;
}

// "mnist_conv", or the folder's name where the file is called model.tflite.
std::string NameOf(const std::string& path) {
  const std::filesystem::path file(path);
  return file.stem() == "model" ? file.parent_path().filename().string() : file.stem().string();
}

Result<Row> BenchModel(const std::string& path, TfliteLibrary& library, int threads, int rounds,
                       double seconds) {
  QG_ASSIGN_OR_RETURN(const LoadedModel model, LoadModel(path, DefaultProfile()));
  // As evaluations run it; the library has no samples at a time but by another model.
  const size_t batch = InterpreterGroup::BestSize(*model.plan);
  std::vector<InterpreterGroup> groups;
  const Subgraph& graph = model.plan->subgraph();
  for (int i = 0; i < threads; ++i) {
    InterpreterGroup& group = groups.emplace_back(model.plan, batch);
    for (size_t sample = 0; sample < batch; ++sample) {
      for (size_t k = 0; k < graph.inputs.size(); ++k) {
        FillRandom(group[sample].input(k),
                   graph.tensors[static_cast<size_t>(graph.inputs[k])].dtype);
      }
    }
  }
  const auto run_ours = [&](int thread) {
    for (const Status& status : groups[static_cast<size_t>(thread)].Run(batch)) {
      if (!status.ok()) std::abort();
    }
  };
  std::vector<Engine> engines;
  engines.push_back({"ours", run_ours, threads, static_cast<int64_t>(batch)});
  run_ours(0);
  Row row;
  row.model = NameOf(path);
  row.batch = batch;
  row.dtype = DTypeName(graph.tensors[static_cast<size_t>(graph.inputs[0])].dtype);
  std::vector<std::unique_ptr<TfliteSession>> sessions;
  for (const TfliteDelegate delegate : {TfliteDelegate::kNone, TfliteDelegate::kXnnpack}) {
    const bool builtin = delegate == TfliteDelegate::kNone;
    std::string& check = builtin ? row.builtin_check : row.xnnpack_check;
    auto session = library.Load(model.bytes.view(), {delegate, threads});
    if (!session.ok()) {
      check = "refused";
      continue;
    }
    TfliteSession* runner = session->get();
    for (size_t k = 0; k < graph.inputs.size(); ++k) {
      FillRandom(runner->input(k), graph.tensors[static_cast<size_t>(graph.inputs[k])].dtype);
    }
    QG_RETURN_IF_ERROR(runner->Run());
    check = Compare(groups[0][batch - 1].output(0), runner->output(0), runner->output_dtype(0));
    sessions.push_back(std::move(*session));
    engines.push_back({builtin ? "builtin" : "xnnpack", [runner](int) {
                         if (!runner->Run().ok()) std::abort();
                       }});
  }
  for (Engine& engine : engines) MeasureRound(engine, seconds / 4, threads == 1);
  for (int round = 0; round < rounds; ++round) {
    for (Engine& engine : engines) {
      engine.samples_per_second.push_back(MeasureRound(engine, seconds, threads == 1));
    }
  }
  for (const Engine& engine : engines) {
    const double median = Median(engine.samples_per_second);
    (engine.name == "ours"      ? row.ours
     : engine.name == "builtin" ? row.builtin
                                : row.xnnpack) = median;
  }
  return row;
}

std::string Ratio(double ours, double theirs) {
  if (theirs == 0) return "-";
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f", ours / theirs);
  return text;
}

int Main(int argc, char** argv) {
  if (argc == 6 && std::string(argv[1]) == "--memory") {
    const Status status =
        PrintMemory(argv[2], std::stoi(argv[3]), std::string(argv[4]) == "ours", argv[5]);
    if (!status.ok()) std::cerr << status.error().ToString() << "\n";
    return status.ok() ? 0 : 3;
  }
  if (argc < 7) {
    std::cerr << "usage: against_tflite LIBRARY THREADS ROUNDS SECONDS JSON MODEL...\n";
    return 2;
  }
  const auto library = TfliteLibrary::Open(argv[1]);
  if (!library.ok()) {
    std::cerr << library.error().ToString() << "\n";
    return 3;
  }
  const int threads = std::stoi(argv[2]);
  nlohmann::json document = nlohmann::json::array();
  std::map<std::string, Ratios> by_type;
  std::cout << "| model | at a time | samples/s | builtin | XNNPACK | x builtin | x XNNPACK | "
               "output against "
               "builtin | against XNNPACK | MB | library's MB "
               "|\n|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (int i = 6; i < argc; ++i) {
    auto row = BenchModel(argv[i], **library, threads, std::stoi(argv[3]), std::stod(argv[4]));
    if (!row.ok()) {
      std::cerr << argv[i] << ": " << row.error().ToString() << "\n";
      continue;
    }
    row->our_megabytes = MemoryOf(argv[0], argv[1], threads, "ours", argv[i]);
    row->library_megabytes = MemoryOf(argv[0], argv[1], threads, "xnnpack", argv[i]);
    char text[512];
    std::snprintf(text, sizeof(text),
                  "| %s | %zu | %.0f | %.0f | %.0f | %s | %s | %s | %s | %.0f | %.0f |\n",
                  row->model.c_str(), row->batch, row->ours, row->builtin, row->xnnpack,
                  Ratio(row->ours, row->builtin).c_str(), Ratio(row->ours, row->xnnpack).c_str(),
                  row->builtin_check.c_str(), row->xnnpack_check.c_str(), row->our_megabytes,
                  row->library_megabytes);
    std::cout << text << std::flush;
    Ratios& ratios = by_type[row->dtype];
    if (row->builtin > 0) ratios.builtin.push_back(row->ours / row->builtin);
    if (row->xnnpack > 0) ratios.xnnpack.push_back(row->ours / row->xnnpack);
    document.push_back({{"model", row->model},
                        {"threads", threads},
                        {"batch", row->batch},
                        {"samples_per_second", row->ours},
                        {"builtin_samples_per_second", row->builtin},
                        {"xnnpack_samples_per_second", row->xnnpack},
                        {"against_builtin", row->builtin_check},
                        {"against_xnnpack", row->xnnpack_check},
                        {"megabytes", row->our_megabytes},
                        {"library_megabytes", row->library_megabytes}});
  }
  // A mean over types would mean nothing. XNNPACK takes no uint8: the library's own kernels run.
  for (const auto& [dtype, ratios] : by_type) {
    std::printf("| geometric mean, %s | | | | | %.2f | %.2f | | | | |\n", dtype.c_str(),
                GeometricMean(ratios.builtin), GeometricMean(ratios.xnnpack));
  }
  if (std::string(argv[5]) != "-") std::ofstream(argv[5]) << document.dump(2) << "\n";
  return 0;
}

}  // namespace
}  // namespace quantgate

int main(int argc, char** argv) { return quantgate::Main(argc, argv); }
