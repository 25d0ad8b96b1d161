#include "harness/quantization/quantizer.h"

#include <algorithm>

#include "harness/quantization/fake_quant_folding.h"
#include "harness/quantization/graph_writer.h"
#include "reference/interpreter/plan.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

// Each attempt keeps one more operator in float32; a graph that needs more is not worth it.
constexpr int kMaxAttempts = 64;

class Quantizer {
 public:
  Quantizer(const Model& model, FoldedModel folded, const Ranges* ranges,
            const QuantizeOptions& options)
      : source_(model), folded_(std::move(folded)), ranges_(ranges), options_(options) {}

  Result<QuantizationResult> Run() {
    KeptFloat kept;
    for (int attempt = 0;; ++attempt) {
      QG_RETURN_IF_ERROR(Write(kept));
      const Status runs = CheckThatItRuns();
      if (runs.ok()) break;
      const int op = SourceOf(runs.error());
      if (op < 0 || attempt == kMaxAttempts) return runs.error();
      kept[op] = "its kernel does not take it: " + runs.error().message;
    }
    QG_RETURN_IF_ERROR(CheckFullInteger());
    return Summary();
  }

 private:
  Status Write(const KeptFloat& kept) {
    const Model& model = folded_.model;
    QG_ASSIGN_OR_RETURN(assignments_,
                        AssignSchemes(model, *options_.scheme, options_.recipe, kept));
    QG_ASSIGN_OR_RETURN(activations_,
                        PlanActivations(model, assignments_, options_.activations.types));
    QG_RETURN_IF_ERROR(AssignParams(model, assignments_, ranges_, folded_.ranges,
                                    options_.activations, activations_));
    QG_ASSIGN_OR_RETURN(written_, WriteQuantizedGraph({.source = &model,
                                                       .assignments = &assignments_,
                                                       .activations = &activations_,
                                                       .own_ranges = &folded_.ranges,
                                                       .options = &options_}));
    made_ = std::make_shared<const Model>(std::move(written_.model));
    return OkStatus();
  }

  // The interpreter's kernels know limits that no table holds (ranks, scales, options).
  [[nodiscard]] Status CheckThatItRuns() const {
    auto plan = Plan::Make(made_, {.accelerated = false});
    return plan.ok() ? OkStatus() : Status(plan.error());
  }

  // The quantized operator of the float graph an error is about, -1 for none.
  [[nodiscard]] int SourceOf(const Error& error) const {
    if (!error.op_index || At(*error.op_index) >= written_.sources.size()) return -1;
    const int op = written_.sources[At(*error.op_index)];
    return op >= 0 && assignments_[At(op)].scheme != nullptr ? op : -1;
  }

  [[nodiscard]] Status CheckFullInteger() const {
    if (!options_.full_integer) return OkStatus();
    for (size_t i = 0; i < assignments_.size(); ++i) {
      if (assignments_[i].reason.empty() || assignments_[i].asked_for) continue;
      const OpNode& op = folded_.model.main().ops[i];
      return Error{.code = ErrorCode::kUnsupported,
                   .message = op.type_name() + " would stay float32: " + assignments_[i].reason,
                   .op_index = folded_.op_sources[i],
                   .hint = "keep it in float32 by the recipe, or do without full_integer"};
    }
    return OkStatus();
  }

  [[nodiscard]] QuantizationResult Summary() const {
    QuantizationResult result;
    result.model = made_;
    for (const OpNode& op : source_.main().ops) {
      QuantizedOp row;
      row.type = op.type_name();
      if (!op.outputs.empty()) row.name = source_.main().tensors[At(op.outputs[0])].name;
      result.ops.push_back(std::move(row));
    }
    for (size_t i = 0; i < assignments_.size(); ++i) {
      QuantizedOp& row = result.ops[At(folded_.op_sources[i])];
      row.scheme = assignments_[i].scheme;
      row.kept_float = assignments_[i].reason;
      row.place = written_.places[i];
    }
    for (const int source : written_.sources) result.conversions += source < 0 ? 1 : 0;
    result.folded_fake_quants = folded_.folded;
    result.widened_scales = written_.widened_scales;
    result.clipped_scales = written_.clipped_scales;
    for (size_t r = 0; r < options_.recipe.size(); ++r) {
      const bool used = std::any_of(assignments_.begin(), assignments_.end(),
                                    [&](const auto& op) { return op.rule == static_cast<int>(r); });
      if (!used) result.unused_rules.push_back(static_cast<int>(r));
    }
    return result;
  }

  const Model& source_;
  const FoldedModel folded_;
  const Ranges* ranges_;
  const QuantizeOptions& options_;
  std::vector<OpAssignment> assignments_;
  ActivationPlan activations_;
  WrittenGraph written_;
  std::shared_ptr<const Model> made_;
};

}  // namespace

Result<QuantizationResult> QuantizeModel(const Model& model, const Ranges* ranges,
                                         const QuantizeOptions& options) {
  QG_ASSIGN_OR_RETURN(FoldedModel folded, FoldFakeQuants(model));
  return Quantizer(model, std::move(folded), ranges, options).Run();
}

}  // namespace quantgate
