// Rules about the graph as a whole (lint_families.h).
#include <algorithm>
#include <map>
#include <set>

#include "harness/inspection/lint_families.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

int CountOf(const LintView& view) { return static_cast<int>(view.graph().tensors.size()); }

// A value exists without any operator: given, constant, kept between runs, or without elements.
bool Exists(const LintView& view, int tensor) {
  return view.IsInput(tensor) || !view.Constant(tensor).empty() ||
         view.tensor(tensor).is_variable || view.tensor(tensor).shape.num_elements() == 0;
}

bool IsReal(const TensorInfo& tensor) { return IsFloat(tensor.dtype) || IsQuantized(tensor); }

}  // namespace

// Operators run in order: what they read must have been computed before.
void LintNothingComputes(const LintView& view, const LintSink& sink) {
  for (size_t i = 0; i < view.graph().ops.size(); ++i) {
    const int index = static_cast<int>(i);
    for (const int input : view.graph().ops[i].inputs) {
      if (input < 0 || Exists(view, input)) continue;
      const int writer = view.Writer(input);
      if (writer >= 0 && writer < index) continue;
      sink({index, input}, writer < 0
                               ? "read, but nothing computes it"
                               : "read before op " + std::to_string(writer) + " computes it");
    }
  }
  for (const int output : view.graph().outputs) {
    if (Exists(view, output) || view.Writer(output) >= 0) continue;
    sink({-1, output}, "an output of the graph that nothing computes");
  }
}

// Of operators with several results some may well be unused. Those that act on state are left out.
void LintNothingReads(const LintView& view, const LintSink& sink) {
  for (size_t i = 0; i < view.graph().ops.size(); ++i) {
    const std::vector<int>& outputs = view.graph().ops[i].outputs;
    if (outputs.empty()) continue;
    const bool used = std::any_of(outputs.begin(), outputs.end(), [&](int output) {
      return view.Reader(output) >= 0 || view.IsOutput(output) || view.tensor(output).is_variable;
    });
    if (!used) sink({static_cast<int>(i), outputs[0]}, "nothing reads it, and it is no output");
  }
}

void LintUnusedTensor(const LintView& view, const LintSink& sink) {
  std::set<int> intermediates;
  for (const OpNode& op : view.graph().ops) {
    intermediates.insert(op.intermediates.begin(), op.intermediates.end());
  }
  for (const TensorInfo& tensor : view.graph().tensors) {
    if (!tensor.blockwise) continue;
    intermediates.insert(tensor.blockwise->scales_tensor);
    intermediates.insert(tensor.blockwise->zero_points_tensor);
  }
  for (int i = 0; i < CountOf(view); ++i) {
    if (view.Writer(i) >= 0 || view.Reader(i) >= 0 || view.IsOutput(i)) continue;
    if (intermediates.count(i) != 0) continue;
    sink({-1, i}, view.IsInput(i) ? "an input of the graph that nothing reads"
                                  : "no operator reads or writes it");
  }
}

void LintDuplicateName(const LintView& view, const LintSink& sink) {
  std::map<std::string, int> first;
  for (int i = 0; i < CountOf(view); ++i) {
    if (view.Writer(i) < 0 && !view.IsInput(i)) continue;
    const std::string& name = view.tensor(i).name;
    const auto [found, inserted] = first.emplace(name, i);
    if (inserted) continue;
    sink({view.Writer(i), i}, name.empty()
                                  ? "no name, like tensor " + std::to_string(found->second)
                                  : "the same name as tensor " + std::to_string(found->second));
  }
}

void LintMixedEnds(const LintView& view, const LintSink& sink) {
  int first = -1;
  for (const auto* ends : {&view.graph().inputs, &view.graph().outputs}) {
    for (const int end : *ends) {
      if (!IsReal(view.tensor(end))) continue;
      if (first < 0) first = end;
      if (view.tensor(end).dtype == view.tensor(first).dtype) continue;
      sink({-1, end}, std::string(DTypeName(view.tensor(end).dtype)) + ", where '" +
                          view.tensor(first).name + "' is " +
                          std::string(DTypeName(view.tensor(first).dtype)));
      return;
    }
  }
}

void LintVariableTensor(const LintView& view, const LintSink& sink) {
  for (int i = 0; i < CountOf(view); ++i) {
    if (!view.tensor(i).is_variable || view.Reader(i) < 0) continue;
    sink({view.Reader(i), i}, "kept from run to run");
    return;  // one is enough for the model to be refused
  }
}

}  // namespace quantgate
