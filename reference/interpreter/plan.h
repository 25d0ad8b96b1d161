// A subgraph made ready to run: shapes inferred, every operator prepared, memory laid out. A Plan
// is immutable and shared; each thread runs it with an Interpreter of its own.
//
// A plan may hold for some values of computed tensors only: those that decide shapes. Its guards
// say which; a run that computes others continues with another plan (plan_family.h). Where such a
// value is not known when the plan is made, the plan ends before the operator that needs it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/accelerated/simd.h"
#include "reference/interpreter/arena_plan.h"
#include "reference/interpreter/constant_decoding.h"
#include "reference/model/graph.h"
#include "reference/numeric/profile.h"
#include "reference/ops/op_def.h"

namespace quantgate {

class PlanFamily;      // plan_family.h
class SubgraphLinker;  // subgraph_program.h

struct PlanOptions {
  const Profile* profile = &DefaultProfile();
  std::optional<int> subgraph = {};  // absent: the model's main one
  std::string file = {};             // for messages
  // Values of graph inputs that decide shapes, by position in the subgraph's inputs. Interpreters
  // start with them in place.
  std::map<size_t, std::vector<std::byte>> input_values = {};
  // Shapes of graph inputs other than the stored ones, by position.
  std::map<size_t, Shape> input_shapes = {};
  // An operator whose shapes depend on a value that only a run computes ends the plan, and runs
  // plan the rest. Otherwise it is an error (kUnsupported).
  bool deferred = false;
  // Of the plan whose operator runs this subgraph; null: this is the outermost.
  std::shared_ptr<SubgraphLinker> linker = nullptr;
  // Fast kernels where there are some: the same bytes, sooner (accelerated_table.h).
  bool accelerated = true;
  const accelerated::SimdKernels* simd = nullptr;  // null: the best this machine has
};

class Plan {
 public:
  // Where the bytes of a tensor are while the plan runs.
  enum class Home { kNone, kConstant, kArena, kState };

  // An operator. One whose inputs are all constants has run when the plan was made, and has no
  // kernel here: its outputs are constants too.
  struct Step {
    int op_index = 0;
    bool accelerated = false;
    std::shared_ptr<const Kernel> kernel;  // null: has run
    std::vector<int> inputs;               // tensor indices; -1 for one left out
    std::vector<int> outputs;
    size_t scratch_offset = 0;
    std::vector<std::shared_ptr<const Program>> programs;  // subgraphs the operator runs
    std::shared_ptr<const JointKernel> joint = nullptr;    // for several samples; may be null
    size_t joint_scratch_bytes = 0;
  };

  // The plan holds when the value of `tensor` is `planned`, or where `holds`, if it is there, is
  // true of it. Checked right before the step.
  struct Guard {
    size_t step = 0;
    int tensor = 0;
    ValueTest holds;
    std::vector<std::byte> planned;  // empty: the plan was made without a value
    [[nodiscard]] bool Holds(const std::byte* value) const;
  };

  // Errors: kUnsupported for an operator or combination the interpreter does not run, kModel for
  // one that breaks the operator's rules; both name the operator.
  ~Plan();
  static Result<std::shared_ptr<const Plan>> Make(const std::shared_ptr<const Model>& model,
                                                  const PlanOptions& options = {});

  [[nodiscard]] const Model& model() const { return *model_; }
  [[nodiscard]] const std::shared_ptr<const Model>& shared_model() const { return model_; }
  [[nodiscard]] const Subgraph& subgraph() const { return *subgraph_; }
  [[nodiscard]] const Profile& profile() const { return *profile_; }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] const std::vector<Guard>& guards() const { return guards_; }
  // Whether every operator has a step. Where not, nothing is known of the tensors of the others.
  [[nodiscard]] bool complete() const { return steps_.size() == subgraph_->ops.size(); }
  // Whether runs may need other plans than this.
  [[nodiscard]] bool dynamic() const { return !complete() || !guards_.empty(); }
  // The plans that runs of this one have gone on with.
  [[nodiscard]] PlanFamily& family() const { return *family_; }

  // Values of tensors, by index.
  using TensorValues = std::map<int, std::vector<std::byte>>;
  // This plan up to `step`, and from there on one for the operator inputs `values`; values of graph
  // inputs that were given with the plan are replaced by those in `given`. Call it with the
  // linker's mutex locked. Errors as Make.
  [[nodiscard]] Result<std::shared_ptr<const Plan>> Continue(size_t step,
                                                             const TensorValues& values,
                                                             const TensorValues& given) const;

  // Tensor `index` as kernels see it: dense, and int8 where the file packs smaller integers.
  [[nodiscard]] const TensorInfo& info(int index) const;
  // Inferred shape of tensor `index`.
  [[nodiscard]] const Shape& shape(int index) const { return shapes_[static_cast<size_t>(index)]; }
  [[nodiscard]] size_t byte_size(int index) const;
  // The value of a tensor whose home is kConstant, or that was given with the plan; else empty.
  [[nodiscard]] std::span<const std::byte> constant(int index) const;
  [[nodiscard]] Home home(int index) const { return homes_[static_cast<size_t>(index)]; }
  [[nodiscard]] size_t arena_offset(int index) const {
    return offsets_[static_cast<size_t>(index)];
  }
  [[nodiscard]] size_t arena_bytes() const { return arena_bytes_; }
  // Bytes at a step's scratch_offset.
  [[nodiscard]] size_t scratch_bytes(size_t step) const { return scratch_bytes_[step]; }
  // What all plans of the model's subgraphs share.
  [[nodiscard]] SubgraphLinker& linker() const { return *linker_; }
  // The variables behind handles, as far as this plan and those before it know them.
  [[nodiscard]] const std::vector<ResourceTable::Variable>& resources() const { return resources_; }
  // Variable tensors: they keep their values from run to run, outside the arena.
  [[nodiscard]] const std::vector<int>& variables() const { return variables_; }

 private:
  Plan();
  static Result<std::shared_ptr<const Plan>> MakeOnce(const std::shared_ptr<const Model>& model,
                                                      const PlanOptions& options, bool may_assume);
  Status Finish();
  Status FindHomes();
  Status DecodeConstants();
  Status PrepareOps(const TensorValues& values);
  Status PrepareOp(size_t op_index, const TensorValues& values);
  Result<PrepareContext> MakeContext(const OpNode& node, const TensorValues& values);
  bool AddGuards(const PrepareContext& context, const TensorValues& values, size_t op_index);
  void AddStep(PrepareContext& context, size_t op_index, Kernel kernel);
  void Truncate(size_t step);
  Status TakeGivenValues();
  Result<std::vector<PrepareContext::Input>> InputsOf(const OpNode& node) const;
  bool Fold(const PrepareContext& context, const Kernel& kernel);
  Status CheckOutputs() const;
  void PlaceTensors();
  [[nodiscard]] Error Located(Error error, size_t op_index) const;

  std::shared_ptr<const Model> model_;
  const Subgraph* subgraph_ = nullptr;
  const Profile* profile_ = nullptr;
  const accelerated::SimdKernels* simd_ = nullptr;  // null: plain kernels only
  PlanOptions options_;                             // without the linker
  bool may_assume_ = true;                          // see PrepareContext
  std::vector<Shape> shapes_;
  std::vector<Home> homes_;
  std::vector<size_t> offsets_;
  std::vector<Step> steps_;
  std::vector<Guard> guards_;          // in the order of their steps
  std::vector<size_t> scratch_bytes_;  // one a step
  std::vector<int> variables_;
  std::map<int, int> handles_;  // tensor to the number of its variable
  std::shared_ptr<SubgraphLinker> linker_;
  std::vector<ResourceTable::Variable> resources_;
  std::shared_ptr<const std::map<int, DecodedConstant>> decoded_;
  // Of tensors: given, or computed from constants.
  std::map<int, std::shared_ptr<const std::vector<std::byte>>> values_;
  size_t folded_bytes_ = 0;
  size_t arena_bytes_ = 0;
  std::unique_ptr<PlanFamily> family_;
};

}  // namespace quantgate
