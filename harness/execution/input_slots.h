// Which part of a dataset's samples feeds which input of a model, and as what.
#pragma once

#include <vector>

#include "datasets/dataset.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

enum class InputMeaning {
  kReals,   // float32
  kCodes,   // int8, uint8 or int16 with one scale: reals, quantized
  kStored,  // integers and flags without a scale, which mean no reals: the values stored
};

struct InputSlot {
  size_t first = 0;  // of its values in a sample
  size_t values = 0;
  InputMeaning meaning = InputMeaning::kReals;
  DType dtype = DType::kFloat32;
  QuantParams quant;
};

// One slot for each input of the model, in their order. Parts are matched by name (that of the
// model's signature or of the tensor) or, where they have none, by position. kInput when inputs and
// parts are not the same, or not equally large; kUnsupported for a type that cannot be fed; kConfig
// when the preprocessing of reals does not fit a part's channels.
Result<std::vector<InputSlot>> MatchInputs(const Plan& plan, const std::vector<SamplePart>& parts,
                                           const Preprocessing& preprocessing);

}  // namespace quantgate
