// Small whole models that several tests start from.
#pragma once

#include <memory>

#include "reference/model/graph.h"

namespace quantgate {

// A model that uses every corner of the format: two subgraphs, signatures, metadata, a per-axis
// constant, recorded ranges, a signature shape, a sparse and a blockwise constant, a packed int4
// constant, a custom operator, an optional input left out, a StableHLO operator code above 127.
Model EveryCornerModel();

// [1,4,4,1] -> CONV_2D 3x3, 2 channels, RELU -> RESHAPE -> FULLY_CONNECTED, 3 units -> SOFTMAX, in
// float32 with fixed random-looking weights.
Model SmallFloatModel();

// values = x where x > 0, one after the other: a shape that only a run decides. x is [4].
std::shared_ptr<const Model> PositiveValues();

}  // namespace quantgate
