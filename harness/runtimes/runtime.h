// What executes a variant: the built-in interpreter, or a real library loaded at run time. Both are
// driven the same way, so the driver does not know which it has.
#pragma once

#include <memory>
#include <string>

#include "reference/interpreter/interpreter.h"

namespace quantgate {

// A model being run. Not for several threads at once.
class RuntimeSession {
 public:
  virtual ~RuntimeSession() = default;
  // The bytes of graph input `i`, to be filled before Run.
  virtual std::span<std::byte> input(size_t i) = 0;
  // The bytes of graph output `i`, valid after Run until the next one.
  [[nodiscard]] virtual std::span<const std::byte> output(size_t i) const = 0;
  // Runs once, from the initial state (samples are independent of each other); `observer` (may be
  // null) sees the graph's inputs and every computed tensor in the order of the operators. A
  // library shows them after the run, with the values it has computed.
  virtual Status Run(Observer* observer) = 0;
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
  // `life`: what the one who runs it would like; views_last() of the session tells what it has.
  [[nodiscard]] virtual Result<std::unique_ptr<RuntimeSession>> NewSession(
      TensorLife life) const = 0;
  // Whether sessions share the model, so that another one costs no more than its tensors.
  [[nodiscard]] virtual bool sessions_share() const = 0;
};

// The built-in interpreter.
std::shared_ptr<const RuntimeModel> BuiltinRuntime(std::shared_ptr<const Plan> plan);

}  // namespace quantgate
