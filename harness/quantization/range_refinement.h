// Ranges chosen by what they do to the operators that read a tensor, not to the tensor itself: a
// value that the next layer hardly weighs may be clipped, one that it weighs heavily may not.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/quantization/correction_data.h"
#include "harness/results/ranges.h"
#include "reference/model/graph.h"

namespace quantgate {

struct RangeRefinement {
  Ranges ranges;
  int looked_at = 0;                 // tensors whose range was tried
  int narrowed = 0;                  // of them, those that got another one
  std::vector<std::string> skipped;  // "tensor: why"
};
inline constexpr int64_t kRefinementSamples = 64;  // at most, from the start of the dataset

// For each float tensor x with a range [l, h] (widened to zero) that operators f_k read, through
// operators that only move values: the range [a l, b h], 1/4 <= a, b <= 1, of least
//
//   sum over k of  sum (f_k(q(x)) - f_k(x))^2 / sum f_k(x)^2
//
// over the samples, where q rounds to the codes of `activation` (int8 or uint8), f_k is computed in
// float and its other inputs stay as they are, but for those that another f_k computes. b is looked
// for in steps of 1/8, then a, then both in steps of 1/16 around what was found; the widest of
// equal ones. Ranges are never widened. Outputs whose parameters the spec fixes keep theirs,
// answers of the graph and logits in front of one their ranges. The same bits for any number of
// threads.
Result<RangeRefinement> RefineRanges(const std::shared_ptr<const Model>& model,
                                     const Ranges& ranges, DType activation,
                                     const CorrectionData& data);

}  // namespace quantgate
