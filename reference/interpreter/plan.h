// A subgraph made ready to run: shapes inferred, every operator prepared, memory laid out. A Plan
// is immutable and shared; each thread runs it with an Interpreter of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/accelerated/simd.h"
#include "reference/interpreter/arena_plan.h"
#include "reference/model/graph.h"
#include "reference/numeric/profile.h"
#include "reference/ops/op_def.h"

namespace quantgate {

struct PlanOptions {
  const Profile* profile = &DefaultProfile();
  int subgraph = 0;
  std::string file = {};  // for messages
  // Fast kernels where there are some: the same bytes, sooner (accelerated_table.h).
  bool accelerated = true;
  const accelerated::SimdKernels* simd = nullptr;  // null: the best this machine has
};

class Plan {
 public:
  // Where the bytes of a tensor are while the plan runs.
  enum class Home { kNone, kConstant, kArena };

  struct Step {
    int op_index = 0;
    bool accelerated = false;
    Kernel kernel;
    std::vector<int> inputs;  // tensor indices; -1 for one left out
    std::vector<int> outputs;
    size_t scratch_offset = 0;
  };

  // Errors: kUnsupported for an operator or combination the interpreter does not run, kModel for
  // one that breaks the operator's rules; both name the operator.
  static Result<std::shared_ptr<const Plan>> Make(std::shared_ptr<const Model> model,
                                                  const PlanOptions& options = {});

  [[nodiscard]] const Model& model() const { return *model_; }
  [[nodiscard]] const std::shared_ptr<const Model>& shared_model() const { return model_; }
  [[nodiscard]] const Subgraph& subgraph() const { return *subgraph_; }
  [[nodiscard]] const Profile& profile() const { return *profile_; }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  // Inferred shape of tensor `index`.
  [[nodiscard]] const Shape& shape(int index) const { return shapes_[static_cast<size_t>(index)]; }
  [[nodiscard]] size_t byte_size(int index) const;
  [[nodiscard]] Home home(int index) const { return homes_[static_cast<size_t>(index)]; }
  [[nodiscard]] size_t arena_offset(int index) const {
    return offsets_[static_cast<size_t>(index)];
  }
  [[nodiscard]] size_t arena_bytes() const { return arena_bytes_; }

 private:
  Plan() = default;
  Status PrepareOps(const PlanOptions& options);
  Status PrepareOp(size_t op_index);
  Status CheckOutputs(const PlanOptions& options) const;
  void PlaceTensors();

  std::shared_ptr<const Model> model_;
  const Subgraph* subgraph_ = nullptr;
  const Profile* profile_ = nullptr;
  const accelerated::SimdKernels* simd_ = nullptr;  // null: plain kernels only
  std::vector<Shape> shapes_;
  std::vector<Home> homes_;
  std::vector<size_t> offsets_;
  std::vector<Step> steps_;
  std::vector<size_t> scratch_bytes_;  // one a step
  size_t arena_bytes_ = 0;
};

}  // namespace quantgate
