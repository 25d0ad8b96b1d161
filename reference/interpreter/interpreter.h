// Runs a Plan in an arena of its own. Not for several threads at once; make one a thread.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <span>
#include <vector>

#include "reference/interpreter/arena_fence.h"
#include "reference/interpreter/observer.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

class SubgraphProcess;  // subgraph_program.h

// What becomes of a run whose values make other shapes than the plan's.
enum class RunShapes {
  kAsPlanned,  // it fails: whoever sized things by the plan may rely on it
  kAny,        // Interpreter::plan() says which after the run, TensorView::shape during it
};

// How long the bytes of a computed tensor stay as they are.
enum class TensorLife {
  kUntilLastUse,  // then others take their place: the least memory
  kUntilNextRun,  // where the plan is dynamic(): at the least as above
};

class Interpreter {
 public:
  friend class InterpreterGroup;

  // `resources`: the variables of the interpreter this one runs a subgraph of; null: its own.
  explicit Interpreter(std::shared_ptr<const Plan> plan,
                       std::shared_ptr<Resources> resources = nullptr,
                       RunShapes shapes = RunShapes::kAsPlanned,
                       TensorLife life = TensorLife::kUntilLastUse);
  Interpreter(std::shared_ptr<const Plan> plan, RunShapes shapes)
      : Interpreter(std::move(plan), nullptr, shapes) {}
  Interpreter(std::shared_ptr<const Plan> plan, TensorLife life)
      : Interpreter(std::move(plan), nullptr, RunShapes::kAsPlanned, life) {}

  ~Interpreter();
  Interpreter(Interpreter&&) noexcept;
  Interpreter& operator=(Interpreter&&) noexcept;

  // The plan of the last run; before the first, the one given.
  [[nodiscard]] const Plan& plan() const { return *now_->plan; }
  [[nodiscard]] const std::shared_ptr<const Plan>& shared_plan() const { return now_->plan; }

  // The bytes of graph input `i` (position in the subgraph's inputs), to be filled before Run.
  // They stay as they are, and where they are, from run to run.
  std::span<std::byte> input(size_t i);
  // The bytes of graph output `i`, valid after Run until the next one; empty after one that failed
  // before its shape was known.
  [[nodiscard]] std::span<const std::byte> output(size_t i) const;

  // Runs every operator in order; allocates nothing unless the values of the run make shapes not
  // seen before. `observer` may be null. What recurrent operators remember in variable tensors
  // passes from run to run. Never fails where the plan is not dynamic(), but for loops that do not
  // end.
  Status Run(Observer* observer = nullptr);

  // Forgets what earlier runs left behind: every variable tensor becomes zero (of a quantized one,
  // its zero point), variables behind handles are zero again and initialised anew, as in a new
  // Interpreter. Needed between samples that do not follow each other.
  void ResetState();

 private:
  // The pointers a step's kernel is called with, made once.
  struct BoundStep {
    std::vector<const std::byte*> inputs;
    std::vector<std::byte*> outputs;
    std::vector<std::byte*> states;  // as many as inputs; null where the input is no variable
    bool stateful = false;           // some are not null
    std::vector<std::unique_ptr<SubgraphProcess>> owned;
    std::vector<Process*> processes;  // the owned ones
  };
  // A plan with memory of its own.
  struct Bound {
    std::shared_ptr<const Plan> plan;
    std::vector<std::byte> arena;
    std::byte* base = nullptr;    // arena at the next aligned address
    std::vector<size_t> offsets;  // from there, by tensor
    std::vector<BoundStep> steps;
  };

  void GrowResources(const Plan& plan);
  std::unique_ptr<Bound> Bind(std::shared_ptr<const Plan> plan);
  [[nodiscard]] const std::byte* Address(const Bound& bound, int tensor) const;
  [[nodiscard]] TensorView View(int tensor) const;
  void OpenFor(size_t step, ArenaFence& fence) const;
  Status RunSteps(size_t first, size_t last, Observer* observer);
  void ShowInputs(Observer& observer) const;
  void Show(size_t step, Observer& observer) const;  // its outputs
  // Shows the states that it writes; null for nobody.
  StateWatch WatchOf(size_t step, Observer* observer) const;
  Status Continue(size_t step);
  [[nodiscard]] Plan::TensorValues ValuesOf(std::span<const int> tensors) const;
  [[nodiscard]] Status CheckSameShapes(const Plan& plan) const;
  Status TakeOver(Bound& next, size_t step) const;

  std::shared_ptr<const Plan> plan_;  // the one given
  RunShapes shapes_;
  TensorLife life_;
  std::shared_ptr<Resources> resources_;
  bool owns_resources_ = false;
  std::vector<std::vector<std::byte>> states_;  // by tensor; empty for those that are no variables
  // By tensor: the graph inputs of a dynamic plan, which outlive changes of plan.
  std::vector<std::vector<std::byte>> inputs_;
  std::list<std::unique_ptr<Bound>> bound_;  // plans used last; the one in use first
  Bound* now_ = nullptr;
};

}  // namespace quantgate
