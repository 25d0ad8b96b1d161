// Subgraphs and variables as operators see them: what control flow is made of. The interpreter
// implements these; operators neither plan nor hold memory.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reference/core/result.h"
#include "reference/model/graph.h"

namespace quantgate {

// A subgraph made ready for inputs of known shapes. Immutable, shared between threads.
class Program {
 public:
  virtual ~Program() = default;
  [[nodiscard]] virtual size_t num_outputs() const = 0;
  [[nodiscard]] virtual DType output_dtype(size_t i) const = 0;
  [[nodiscard]] virtual const Shape& output_shape(size_t i) const = 0;
  // Whether its processes remember anything from run to run.
  [[nodiscard]] virtual bool has_state() const = 0;
};

// A Program with memory of its own, one for each interpreter and operator.
class Process {
 public:
  virtual ~Process() = default;
  // Copies the inputs in, runs, copies the outputs out; the two may be the same bytes. Fails where
  // values of this run make shapes that were not planned.
  virtual Status Run(std::span<const std::byte* const> inputs,
                     std::span<std::byte* const> outputs) = 0;
};

// What VAR_HANDLE names: variables that every subgraph of a model sees, and what CALL_ONCE has
// done. One for each outermost interpreter.
struct Resources {
  std::vector<std::vector<std::byte>> variables;
  std::vector<bool> done;  // by subgraph
};

// The variables found while planning, in the order of Resources::variables.
class ResourceTable {
 public:
  struct Variable {
    DType dtype = DType::kFloat32;
    Shape shape;
    bool known = false;  // an operator has written it or read it, and so fixed type and shape
  };

  // The number of the variable of this name; a new one the first time.
  int Find(const std::string& name) {
    const auto [entry, added] = numbers_.try_emplace(name, static_cast<int>(variables_.size()));
    if (added) variables_.emplace_back();
    return entry->second;
  }
  [[nodiscard]] Variable& at(int number) { return variables_.at(static_cast<size_t>(number)); }
  [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }

 private:
  std::map<std::string, int> numbers_;
  std::vector<Variable> variables_;
};

// What planning an operator may ask of the interpreter.
class SubgraphPlanner {
 public:
  virtual ~SubgraphPlanner() = default;
  // Subgraph `index` for inputs of these types and shapes. kModel where there is none such or its
  // inputs are others; kUnsupported where it cannot run.
  virtual Result<std::shared_ptr<const Program>> PlanSubgraph(
      int index, std::span<const TensorInfo* const> inputs, std::span<const Shape> shapes) = 0;
  virtual ResourceTable& resources() = 0;
};

}  // namespace quantgate
