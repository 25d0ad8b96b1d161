// Defects planted in a quantized model, each at one operator.
#pragma once

#include "harness/quantization/quantizer.h"
#include "tests/faults/fault_nets.h"

namespace quantgate {

// Of the net, sound.
Model Quantized(const FaultNet& net, const std::string& scheme = "int8",
                const ActivationOptions& activations = {});

// Positions of the operators that have weights.
std::vector<int> WeightedOps(const Model& model);

// ---- Weights (input 1 of operator `op`); models are changed in place.
void ScaleChannel(Model& model, int op, size_t channel, float factor);
void ScaleAllChannels(Model& model, int op, float factor);
// The largest with the smallest, the next with the next.
void SwapScales(Model& model, int op);
// The codes, read with two axes swapped, or (dense) as [in, out].
void TransposeWeights(Model& model, int op);
// Each channel gets its neighbour's codes and scale.
void RotateChannels(Model& model, int op);
// The channel of the largest weights.
void NegateChannel(Model& model, int op);
void ZeroChannel(Model& model, int op);
void RandomizeWeights(Model& model, int op);
void MoveWeightZeroPoint(Model& model, int op, int by);

// ---- Bias (input 2).
void ScaleBias(Model& model, int op, double factor);
void SaturateBias(Model& model, int op);
void ReverseBias(Model& model, int op);

// ---- Ranges of the output of operator `op`, of the reference, with those tied to it: the variant
// is made with min x low and max x high, each less `shift` of the width.
Model WithRange(const FaultNet& net, int op, double factor, double shift = 0,
                const std::string& scheme = "int8");

}  // namespace quantgate
