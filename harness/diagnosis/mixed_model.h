// A model that is partly the reference and partly a variant of it, so that the effect of one part
// can be measured alone. It is an ordinary model: any runtime can run it, and it can be written.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "harness/diagnosis/op_pairs.h"

namespace quantgate {

// What of the variant the mixed model takes over.
struct Mixture {
  // Positions in OpPairing::pairs whose operators run as in the variant: its kernels, constants and
  // parameters. QUANTIZE and DEQUANTIZE stand where they meet the rest.
  std::set<size_t> variant_ops = {};
  // The graph's input has the variant's type and parameters, so that it is fed as the variant is.
  bool variant_input = false;
  // The other paired operators compute in float with the variant's constants, dequantized.
  bool variant_weights = false;
  // Their outputs, where the variant has codes, are limited to what the codes can express.
  bool clip = false;
  // ... and rounded to the codes; both leave out operators whose output parameters the spec fixes,
  bool round = false;
  // ... which this one rounds.
  bool round_fixed = false;
  // The pairs that the four above are about; empty: all.
  std::set<size_t> only = {};
};

struct MixedModel {
  // Where a tensor's values can also be had from.
  enum class Origin { kNew, kReference, kVariant };
  struct Source {
    Origin origin = Origin::kNew;
    int tensor = -1;  // in that model
  };
  Model model;
  // By tensor of the model. An origin is named only for values that are the same there: nothing
  // upstream of them is mixed.
  std::vector<Source> sources;
  // By position in OpPairing::pairs: the first of the model's operators that belong to the pair,
  // and the tensor that holds the pair's first output as its operator computes it.
  std::vector<int> first_ops;
  std::vector<int> outputs;
};

// Whether the spec fixes the parameters of this operator's output (SOFTMAX, LOGISTIC, ...).
bool HasFixedOutput(OpCode code);

// Main subgraphs only. The mixture of all operators of a variant whose operators are all paired
// computes what the variant computes, bit for bit. Constants are shared with the plans.
MixedModel MixModels(const std::shared_ptr<const Plan>& reference,
                     const std::shared_ptr<const Plan>& variant, const OpPairing& pairing,
                     const Mixture& mixture);

// The part of `mixed` from operator `first_op` on. Its inputs are the tensors that this part needs
// and does not compute, where they have an origin; what makes the others comes along. Tensors keep
// their indices.
MixedModel TailFrom(const MixedModel& mixed, int first_op);

}  // namespace quantgate
