// Runs a Plan in an arena of its own. Not for several threads at once; make one a thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "reference/interpreter/observer.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

class SubgraphProcess;  // subgraph_program.h

class Interpreter {
 public:
  // `resources`: the variables of the interpreter this one runs a subgraph of; null: its own.
  explicit Interpreter(std::shared_ptr<const Plan> plan,
                       std::shared_ptr<Resources> resources = nullptr);

  ~Interpreter();
  Interpreter(Interpreter&&) noexcept;
  Interpreter& operator=(Interpreter&&) noexcept;

  [[nodiscard]] const Plan& plan() const { return *plan_; }

  // The bytes of graph input `i` (position in the subgraph's inputs), to be filled before Run.
  // They stay as they are from run to run.
  std::span<std::byte> input(size_t i);
  // The bytes of graph output `i`, valid after Run until the next one.
  [[nodiscard]] std::span<const std::byte> output(size_t i) const;

  // Runs every operator in order; allocates nothing. `observer` may be null. What recurrent
  // operators remember in variable tensors passes from run to run.
  void Run(Observer* observer = nullptr);

  // Forgets what earlier runs left behind: every variable tensor becomes zero (of a quantized one,
  // its zero point), variables behind handles are zero again and initialised anew, as in a new
  // Interpreter. Needed between samples that do not follow each other.
  void ResetState();

 private:
  void MakeResources();
  [[nodiscard]] const std::byte* Address(int tensor) const;
  [[nodiscard]] TensorView View(int tensor) const;

  // The pointers a step's kernel is called with, made once.
  struct BoundStep {
    std::vector<const std::byte*> inputs;
    std::vector<std::byte*> outputs;
    std::vector<std::byte*> states;  // as many as inputs; null where the input is no variable
    std::vector<std::unique_ptr<SubgraphProcess>> owned;
    std::vector<Process*> processes;  // the owned ones
  };

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<Resources> resources_;
  bool owns_resources_ = false;
  std::vector<std::byte> arena_;
  std::byte* base_ = nullptr;                   // arena_ at the next aligned address
  std::vector<std::vector<std::byte>> states_;  // by tensor; empty for those that are no variables
  std::vector<BoundStep> bound_;
};

}  // namespace quantgate
