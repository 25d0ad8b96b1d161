// A subgraph made ready to run: shapes inferred, every operator prepared, memory laid out. A Plan
// is immutable and shared; each thread runs it with an Interpreter of its own.
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

class SubgraphLinker;  // subgraph_program.h

struct PlanOptions {
  const Profile* profile = &DefaultProfile();
  int subgraph = 0;
  std::string file = {};  // for messages
  // Values of graph inputs that decide shapes, by position in the subgraph's inputs. The plan is
  // for these values alone; interpreters start with them in place.
  std::map<size_t, std::vector<std::byte>> input_values = {};
  // Shapes of graph inputs other than the stored ones, by position.
  std::map<size_t, Shape> input_shapes = {};
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
    Kernel kernel;
    std::vector<int> inputs;  // tensor indices; -1 for one left out
    std::vector<int> outputs;
    size_t scratch_offset = 0;
    std::vector<std::shared_ptr<const Program>> programs;  // subgraphs the operator runs
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
  // What all plans of the model's subgraphs share.
  [[nodiscard]] const SubgraphLinker& linker() const { return *linker_; }
  // Variable tensors: they keep their values from run to run, outside the arena.
  [[nodiscard]] const std::vector<int>& variables() const { return variables_; }

 private:
  Plan() = default;
  Status FindHomes();
  Status DecodeConstants();
  Status PrepareOps(const PlanOptions& options);
  Status PrepareOp(size_t op_index);
  Status TakeGivenValues(const PlanOptions& options);
  Result<std::vector<PrepareContext::Input>> InputsOf(const OpNode& node) const;
  bool Fold(const PrepareContext& context, const Kernel& kernel);
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
  std::vector<int> variables_;
  std::map<int, int> handles_;  // tensor to the number of its variable
  std::shared_ptr<SubgraphLinker> linker_;
  std::map<int, DecodedConstant> decoded_;
  std::map<int, std::vector<std::byte>> values_;  // of tensors: given, or computed from constants
  size_t folded_bytes_ = 0;
  size_t arena_bytes_ = 0;
};

}  // namespace quantgate
