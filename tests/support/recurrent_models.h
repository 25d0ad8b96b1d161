// Float layers with memory, of random weights.
#pragma once

#include "reference/model/graph.h"
#include "reference/model/op_options.h"
#include "tests/support/random.h"

namespace quantgate {

struct LstmShape {
  int inputs = 6;
  int cells = 8;
  int outputs = 8;  // other than cells: with a projection
  int steps = 7;
  bool cifg = false;
  bool peephole = false;
  bool layer_norm = false;
  schema::ActivationFunctionType activation = schema::ActivationFunctionType::TANH;
};

// One UNIDIRECTIONAL_SEQUENCE_LSTM: "x" [1, steps, inputs] to "y" [1, steps, outputs].
Model LstmModel(Random& random, const LstmShape& form = {});

// One SVDF of 4 units with RELU: "x" [1, 10] to "y" [1, 4].
Model SvdfModel(Random& random, int memory, int rank);

}  // namespace quantgate
