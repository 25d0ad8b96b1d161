// What an operator is to the interpreter: one prepare function that checks everything and computes
// every constant once, and returns a kernel that cannot fail.
#pragma once

#include <any>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/core/result.h"
#include "reference/model/graph.h"
#include "reference/numeric/profile.h"
#include "reference/ops/program.h"
#include "reference/ops/value_use.h"

namespace quantgate {

// Is told what a kernel writes to input `input`, a state: `bytes` of it, at every step of a
// sequence.
using StateWatch = std::function<void(size_t input, std::span<const std::byte> bytes)>;

// Where a kernel reads and writes. Inputs left out are null.
struct KernelArgs {
  std::span<const std::byte* const> inputs;
  std::span<std::byte* const> outputs;
  std::byte* scratch = nullptr;  // as many bytes as prepare asked for, 64-byte aligned
  // Writable views of the inputs that are variable tensors, null for the others.
  std::span<std::byte* const> states = {};
  // One for each subgraph that prepare planned, in that order.
  std::span<Process* const> processes = {};
  Resources* resources = nullptr;
  // Where an operator that runs a subgraph says that it failed; no other operator can.
  Status* status = nullptr;
  const StateWatch* watch = nullptr;  // of float kernels with states; null: nobody watches

  template <class T>
  [[nodiscard]] const T* in(size_t index) const {
    return index < inputs.size() ? reinterpret_cast<const T*>(inputs[index]) : nullptr;
  }
  template <class T>
  [[nodiscard]] T* out(size_t index) const {
    return reinterpret_cast<T*>(outputs[index]);
  }
  // The state that input `index` holds from run to run; prepare has checked that it is variable.
  template <class T>
  [[nodiscard]] T* state(size_t index) const {
    return reinterpret_cast<T*>(states[index]);
  }
  // Tells whoever watches of `count` values of state `index`, just written to `values`.
  void TellState(size_t index, const float* values, int64_t count) const {
    if (watch == nullptr) return;
    (*watch)(index, std::as_bytes(std::span(values, static_cast<size_t>(count))));
  }
};

// A prepared operator. Const and free of state of its own: several threads may run it at once.
using Kernel = std::function<void(const KernelArgs&)>;

// The same for several samples at once, kMostJointSamples at most: an entry each, whose `scratch`
// is not used; all of them share the scratch memory handed over beside (64-byte aligned).
using JointKernel = std::function<void(std::span<const KernelArgs>, std::byte* scratch)>;
inline constexpr size_t kMostJointSamples = 16;

// One operator of a subgraph while it is prepared: its tensors, with the shapes the interpreter
// knows so far, and the place where it declares its outputs' shapes.
class PrepareContext {
 public:
  struct Input {
    const TensorInfo* info = nullptr;  // null: an optional input left out
    Shape shape;
    std::span<const std::byte> constant;  // empty: the value is known only when running
    std::span<const std::byte> planned;   // if not a constant: the value the plan is made for
  };

  PrepareContext(const OpNode& node, const Profile& profile, std::vector<Input> inputs,
                 std::vector<const TensorInfo*> outputs,
                 std::vector<const TensorInfo*> intermediates = {})
      : node_(node),
        profile_(profile),
        inputs_(std::move(inputs)),
        outputs_(std::move(outputs)),
        output_shapes_(outputs_.size()),
        intermediates_(std::move(intermediates)) {}

  [[nodiscard]] const OpNode& node() const { return node_; }
  [[nodiscard]] const Profile& profile() const { return profile_; }

  [[nodiscard]] size_t num_inputs() const { return inputs_.size(); }
  [[nodiscard]] size_t num_outputs() const { return outputs_.size(); }
  [[nodiscard]] bool has_input(size_t i) const {
    return i < inputs_.size() && inputs_[i].info != nullptr;
  }
  [[nodiscard]] const TensorInfo& input(size_t i) const { return *inputs_.at(i).info; }
  [[nodiscard]] const Shape& input_shape(size_t i) const { return inputs_.at(i).shape; }
  [[nodiscard]] std::span<const std::byte> input_constant(size_t i) const {
    return inputs_.at(i).constant;
  }
  // The value of input `i` for an operator that is another one with another value: its constant, or
  // the value the plan is made for. The kernel then runs with equal values only, or with those of
  // which AlsoFor says so. Nothing where the value is not known; prepare must fail then, and is
  // tried again when a run has computed it.
  [[nodiscard]] std::optional<std::span<const std::byte>> PlannedValue(size_t i) const {
    const Input& input = inputs_.at(i);
    if (!input.constant.empty() || input.shape.num_elements() == 0) return input.constant;
    uses_.push_back({i, {}, false});
    if (input.planned.empty()) return std::nullopt;
    return input.planned;
  }
  // The kernel made with PlannedValue(i) is right for every value that `holds` is true of.
  void AlsoFor(size_t i, ValueTest holds) const { uses_.push_back({i, std::move(holds), false}); }
  // The kernel is made without the value of input `i`, and is right where `holds` is true of it.
  void Assume(size_t i, ValueTest holds) const { uses_.push_back({i, std::move(holds), true}); }
  [[nodiscard]] const std::vector<ValueUse>& value_uses() const { return uses_; }
  // Whether a shape stored in the file may stand for a value that is not known.
  [[nodiscard]] bool may_assume() const { return may_assume_; }
  void SetMayAssume(bool may_assume) { may_assume_ = may_assume; }

  [[nodiscard]] const TensorInfo& output(size_t i) const { return *outputs_.at(i); }
  // Tensors without values that carry the scales of an operator's inner steps; null: left out.
  [[nodiscard]] const TensorInfo* intermediate(size_t i) const {
    return i < intermediates_.size() ? intermediates_[i] : nullptr;
  }

  void SetOutputShape(size_t i, const Shape& shape) { output_shapes_.at(i) = shape; }
  [[nodiscard]] const Shape& output_shape(size_t i) const { return output_shapes_.at(i); }

  // Plans subgraph `index` for inputs of these types and shapes; its Process is in the kernel's
  // `processes`, in the order of the calls.
  Result<std::shared_ptr<const Program>> PlanSubgraph(int index,
                                                      std::span<const TensorInfo* const> inputs,
                                                      std::span<const Shape> shapes) {
    if (planner_ == nullptr) return Unsupported("subgraphs do not run here");
    QG_ASSIGN_OR_RETURN(auto program, planner_->PlanSubgraph(index, inputs, shapes));
    programs_.push_back(program);
    return program;
  }
  [[nodiscard]] const std::vector<std::shared_ptr<const Program>>& programs() const {
    return programs_;
  }
  void SetPlanner(SubgraphPlanner* planner) { planner_ = planner; }

  // The variables of the model (null: there are none here), and which one a handle stands for.
  [[nodiscard]] ResourceTable* resources() const {
    return planner_ == nullptr ? nullptr : &planner_->resources();
  }
  [[nodiscard]] int input_variable(size_t i) const { return input_variables_.at(i); }
  void SetInputVariable(size_t i, int number) { input_variables_.at(i) = number; }
  void SetOutputVariable(int number) { output_variable_ = number; }
  [[nodiscard]] int output_variable() const { return output_variable_; }

  // Bytes of scratch memory the kernel needs in every run.
  void RequestScratch(size_t bytes) { scratch_bytes_ = bytes; }
  [[nodiscard]] size_t scratch_bytes() const { return scratch_bytes_; }

  // What prepare found out (ConvSpec, DenseSpec, ...), so that a faster kernel of the same function
  // can be made without finding it out again. Optional.
  void Publish(std::any spec) { spec_ = std::move(spec); }
  // The published spec as T; null when there is none or another one.
  template <class T>
  [[nodiscard]] const T* spec() const {
    return std::any_cast<T>(&spec_);
  }

  // Errors about this operator; the interpreter adds file and operator index.
  [[nodiscard]] static Error Malformed(std::string message) {
    return Error{ErrorCode::kModel, std::move(message)};
  }
  [[nodiscard]] static Error Unsupported(std::string message) {
    return Error{ErrorCode::kUnsupported, std::move(message)};
  }

 private:
  const OpNode& node_;
  const Profile& profile_;
  std::vector<Input> inputs_;
  std::vector<const TensorInfo*> outputs_;
  std::vector<Shape> output_shapes_;
  size_t scratch_bytes_ = 0;
  std::any spec_;
  std::vector<const TensorInfo*> intermediates_;
  SubgraphPlanner* planner_ = nullptr;
  std::vector<std::shared_ptr<const Program>> programs_;
  std::vector<int> input_variables_ = std::vector<int>(inputs_.size(), -1);  // -1: no handle
  int output_variable_ = -1;
  // What prepare asked for, which its helpers do through const references.
  mutable std::vector<ValueUse> uses_;
  bool may_assume_ = true;
};

struct OpDef {
  OpCode code;
  std::string_view summary;  // one line for `quantgate list ops`
  Result<Kernel> (*prepare)(PrepareContext& context);
  std::string_view custom_code = {};  // of a custom operator

  [[nodiscard]] std::string_view name() const {
    return code == OpCode::kCUSTOM ? custom_code : OpCodeName(code);
  }
};

}  // namespace quantgate
