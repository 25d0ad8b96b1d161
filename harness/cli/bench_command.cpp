#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/cli/commands.h"
#include "harness/cli/profile_flag.h"
#include "harness/driver/bench.h"
#include "harness/driver/environment.h"
#include "harness/runtimes/runtime_table.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

Error Usage(std::string message) {
  return Error{.code = ErrorCode::kUsage, .message = std::move(message)};
}

// 0 for `auto`.
Result<size_t> BatchFrom(const std::string& text) {
  if (text == "auto") return size_t{0};
  size_t batch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), batch);
  if (error != std::errc() || end != text.data() + text.size() || batch < 1 ||
      batch > kMostJointSamples) {
    return Usage("--batch takes auto or a number from 1 to " + std::to_string(kMostJointSamples));
  }
  return batch;
}

Result<BenchOptions> OptionsFrom(const Arguments& arguments) {
  BenchOptions options;
  options.model = arguments.positional().front();
  options.input = arguments.Text("input");
  options.plain = arguments.Has("plain");
  options.library = arguments.Text("library");
  options.threads =
      static_cast<int>(std::clamp<int64_t>(arguments.Integer("threads").value_or(1), 1, 1024));
  options.seconds = arguments.Number("seconds").value_or(2);
  if (!(options.seconds > 0 && options.seconds <= 3600)) {
    return Usage("--seconds takes a number above 0, at most 3600");
  }
  QG_ASSIGN_OR_RETURN(options.batch, BatchFrom(arguments.Text("batch", "1")));
  const std::string runtime = arguments.Text("runtime", "builtin");
  if (runtime != "builtin" && runtime != "tflite") {
    return Usage("--runtime takes builtin or tflite");
  }
  options.tflite = runtime == "tflite";
  if (options.tflite && options.batch != 1) return Usage("--batch needs --runtime builtin");
  const TfliteDelegate* delegate = FindDelegate(arguments.Text("delegate", "none"));
  if (delegate == nullptr) return Usage("--delegate takes none or xnnpack");
  if (*delegate != TfliteDelegate::kNone && !options.tflite) {
    return Usage("--delegate needs --runtime tflite");
  }
  options.delegate = *delegate;
  QG_ASSIGN_OR_RETURN(options.profile, ProfileFromFlag(arguments));
  return options;
}

std::string Text(const char* format, double a, double b = 0, double c = 0) {
  char text[160];
  std::snprintf(text, sizeof(text), format, a, b, c);
  return text;
}

void PrintTable(const BenchOptions& options, const BenchResult& r) {
  std::cout << options.model << "\n  " << r.runtime << ", " << r.threads
            << (r.threads == 1 ? " thread, " : " threads, ") << CpuName() << "\n"
            << Text("  %.1f samples/s, %.2f GMAC/s (%.3f MMAC a sample)\n", r.samples_per_second,
                    r.gmacs_per_second, static_cast<double>(r.macs) / 1e6)
            << Text("  latency p50 %.1f us, p90 %.1f us, p99 %.1f us", r.p50_microseconds,
                    r.p90_microseconds, r.p99_microseconds)
            << (r.batch == 1 ? "" : " of " + std::to_string(r.batch) + " samples at a time") << "\n"
            << Text("  peak memory %.1f MB\n", static_cast<double>(r.peak_rss_bytes) / 1e6);
  if (r.ops.empty()) return;
  double total = 0;
  for (const OpTime& op : r.ops) total += op.microseconds;
  std::cout << "\n  op  type                          us      %   GMAC/s  kernel\n";
  for (const OpTime& op : r.ops) {
    char line[160];
    std::snprintf(line, sizeof(line), "%4d  %-22s %9.2f  %5.1f  %7.2f  %s\n", op.op_index,
                  op.type.c_str(), op.microseconds, 100 * op.microseconds / total,
                  static_cast<double>(op.macs) / 1e3 / std::max(op.microseconds, 1e-3),
                  op.accelerated ? "accelerated" : "plain");
    std::cout << line;
  }
}

void PrintJson(const BenchOptions& options, const BenchResult& r) {
  ordered_json ops = ordered_json::array();
  for (const OpTime& op : r.ops) {
    ops.push_back({{"op_index", op.op_index},
                   {"type", op.type},
                   {"macs", op.macs},
                   {"microseconds", op.microseconds},
                   {"accelerated", op.accelerated}});
  }
  const ordered_json document = {
      {"schema_version", 1},
      {"model", options.model},
      {"runtime", r.runtime},
      {"profile", options.profile->name},
      {"cpu", CpuName()},
      {"started_utc", UtcNow()},
      {"threads", r.threads},
      {"batch", r.batch},
      {"macs", r.macs},
      {"samples", r.samples},
      {"seconds", r.seconds},
      {"samples_per_second", r.samples_per_second},
      {"gmacs_per_second", r.gmacs_per_second},
      {"latency_microseconds",
       {{"p50", r.p50_microseconds}, {"p90", r.p90_microseconds}, {"p99", r.p99_microseconds}}},
      {"peak_rss_bytes", r.peak_rss_bytes},
      {"output_sha256", r.output_sha256},
      {"ops", ops}};
  std::cout << document.dump(1, ' ', false, ordered_json::error_handler_t::replace) << "\n";
}

}  // namespace

void DeclareBench(ArgumentParser& parser) {
  parser
      .Text("input", ".npy or .bin as for trace; default: random values, the same every time",
            "FILE")
      .Integer("threads",
               "builtin: samples side by side; tflite: threads within a sample (default 1)")
      .Text("batch",
            "builtin: samples a thread runs at a time, 1 (default) to 16; auto: as many as run, "
            "compare and calibrate would",
            "N")
      .Number("seconds", "how long to measure (default 2)")
      .Text("runtime", "builtin (default) or tflite", "NAME")
      .Text("library", "the TensorFlow Lite C library, for --runtime tflite", "FILE")
      .Text("delegate", "of tflite: none (default) or xnnpack", "NAME")
      .Flag("plain", "builtin: the plain kernels only")
      .Flag("json", "one JSON document");
  DeclareProfileFlag(parser);
}

Result<int> RunBench(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(const BenchOptions options, OptionsFrom(arguments));
  QG_ASSIGN_OR_RETURN(const BenchResult result, Bench(options));
  if (arguments.Has("json")) {
    PrintJson(options, result);
  } else {
    PrintTable(options, result);
  }
  return 0;
}

}  // namespace quantgate
