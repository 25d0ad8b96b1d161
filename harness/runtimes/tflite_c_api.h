// A real TensorFlow Lite C library, loaded at run time: neither its headers nor the library are
// needed to build. Whatever it prints goes to standard error, where it writes it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reference/core/dtype.h"
#include "reference/core/result.h"
#include "reference/model/graph.h"

namespace quantgate {

enum class TfliteDelegate { kNone, kXnnpack };

struct TfliteOptions {
  TfliteDelegate delegate = TfliteDelegate::kNone;
  int threads = 1;
};

// One model in the library's interpreter. Not for several threads at once.
class TfliteSession {
 public:
  virtual ~TfliteSession() = default;
  [[nodiscard]] virtual size_t num_inputs() const = 0;
  [[nodiscard]] virtual size_t num_outputs() const = 0;
  virtual std::span<std::byte> input(size_t i) = 0;
  // Valid after Run until the next one.
  [[nodiscard]] virtual std::span<const std::byte> output(size_t i) const = 0;
  [[nodiscard]] virtual DType output_dtype(size_t i) const = 0;
  [[nodiscard]] virtual std::vector<int32_t> output_dims(size_t i) const = 0;
  // Operators of the main graph that the delegate took; 0 without a delegate.
  [[nodiscard]] virtual int delegated_ops() const = 0;
  // Variable tensors get their initial values again.
  virtual Status ResetState() = 0;
  // kUnsupported when the library reports a failure.
  virtual Status Run() = 0;
};

class TfliteLibrary {
 public:
  virtual ~TfliteLibrary() = default;
  // kInput when the file cannot be loaded or lacks a function.
  static Result<std::shared_ptr<TfliteLibrary>> Open(const std::string& path);

  [[nodiscard]] virtual std::string version() const = 0;  // "2.9.0"
  // `model`: the bytes of a .tflite file, which must outlive the session. kUnsupported when the
  // library or its delegate refuses the model.
  virtual Result<std::unique_ptr<TfliteSession>> Load(std::span<const std::byte> model,
                                                      const TfliteOptions& options) = 0;
};

// kUnsupported where a signature of another subgraph than the first was chosen: the library's C
// interface knows no other.
Status CheckFirstSubgraphRuns(const Model& model);

// $QUANTGATE_TFLITE_LIBRARY, or where scripts/fetch_tflite_runtime.sh puts it; empty when there is
// no file.
std::string FindTfliteLibrary();

}  // namespace quantgate
