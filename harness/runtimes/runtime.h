// What executes a variant: the built-in interpreter, or a real library loaded at run time. Both are
// driven the same way, so the driver does not know which it has.
#pragma once

#include <memory>
#include <string>

#include "reference/interpreter/interpreter_group.h"

namespace quantgate {

// A model being run, on up to size() samples at a time. Not for several threads at once.
class RuntimeSession {
 public:
  virtual ~RuntimeSession() = default;
  [[nodiscard]] virtual size_t size() const = 0;
  // The bytes of graph input `i` of a sample (below size()), to be filled before Run.
  virtual std::span<std::byte> input(size_t sample, size_t i) = 0;
  // The bytes of its graph output `i`, valid after Run until the next one.
  [[nodiscard]] virtual std::span<const std::byte> output(size_t sample, size_t i) const = 0;
  // Runs the first observers.size() samples once, each from the initial state (samples are
  // independent of each other). Observer k (may be null) sees the graph's inputs and every computed
  // tensor of sample k in the order of the operators; of any one tensor, samples are shown in their
  // order. A library shows them after the run, with the values it has computed. Returns what became
  // of each sample, valid until the next Run.
  virtual std::span<const Status> Run(std::span<Observer* const> observers) = 0;
  // Whether what an observer is shown stays as it is until the next Run.
  [[nodiscard]] virtual bool views_last() const = 0;
};

// A model ready to be run by one runtime. Immutable, shared by threads.
class RuntimeModel {
 public:
  virtual ~RuntimeModel() = default;
  // Shapes, types and operators of the model as the interpreter sees them.
  [[nodiscard]] virtual const std::shared_ptr<const Plan>& plan() const = 0;
  // "builtin", "tflite 2.9.0", "tflite 2.9.0 with XNNPACK".
  [[nodiscard]] virtual std::string name() const = 0;
  // `samples` (1 to kMostJointSamples) and `life`: what the one who runs it would like; size() and
  // views_last() of the session tell what it has.
  [[nodiscard]] virtual Result<std::unique_ptr<RuntimeSession>> NewSession(
      size_t samples, TensorLife life) const = 0;
  // As many samples as are sooner done at a time than one by one.
  [[nodiscard]] virtual size_t best_samples() const = 0;
  // As many as a session may have: 1 where every sample costs as much memory as the model.
  [[nodiscard]] virtual size_t most_samples() const = 0;
};

// The built-in interpreter.
std::shared_ptr<const RuntimeModel> BuiltinRuntime(std::shared_ptr<const Plan> plan);

}  // namespace quantgate
