// Subgraphs that operators of other subgraphs run: plans within plans.
#pragma once

#include <memory>
#include <mutex>

#include "reference/interpreter/interpreter.h"
#include "reference/interpreter/plan.h"
#include "reference/ops/program.h"

namespace quantgate {

// Shared by the plans of one model's subgraphs while they are made.
class SubgraphLinker : public SubgraphPlanner {
 public:
  // `simd`: the kernels of every plan (PlanOptions::simd); null: plain ones.
  SubgraphLinker(const Model& model, const Profile& profile, const accelerated::SimdKernels* simd)
      : model_(model), profile_(profile), simd_(simd) {}

  Result<std::shared_ptr<const Program>> PlanSubgraph(int index,
                                                      std::span<const TensorInfo* const> inputs,
                                                      std::span<const Shape> shapes) override;
  ResourceTable& resources() override { return table_; }
  [[nodiscard]] const ResourceTable& table() const { return table_; }
  // Held while a run plans again: all plans of a model share one linker.
  [[nodiscard]] std::mutex& mutex() { return mutex_; }
  // Forgets how many programs earlier plans took.
  void BeginPlan() { programs_ = 0; }

 private:
  const Model& model_;
  const Profile& profile_;
  const accelerated::SimdKernels* simd_;
  ResourceTable table_;
  int depth_ = 0;     // subgraphs being planned inside one another
  int programs_ = 0;  // made for this plan so far
  std::mutex mutex_;
};

// An interpreter of a subgraph, run by an operator.
class SubgraphProcess : public Process {
 public:
  SubgraphProcess(std::shared_ptr<const Plan> plan, std::shared_ptr<Resources> resources)
      : plan_(plan), interpreter_(std::move(plan), std::move(resources)) {}

  Status Run(std::span<const std::byte* const> inputs,
             std::span<std::byte* const> outputs) override;
  void ResetState() { interpreter_.ResetState(); }

 private:
  std::shared_ptr<const Plan> plan_;
  Interpreter interpreter_;
};

// A process of a program that a SubgraphLinker made.
std::unique_ptr<SubgraphProcess> StartProgram(const Program& program,
                                              const std::shared_ptr<Resources>& resources);

}  // namespace quantgate
