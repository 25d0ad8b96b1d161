#include "reference/ops/ties.h"

#include <algorithm>
#include <array>

namespace quantgate {
namespace {

// "TensorFlow Lite 8-bit quantization specification": restrictions on inputs and outputs.
constexpr std::array kSharing = {OpCode::kAVERAGE_POOL_2D,
                                 OpCode::kBATCH_TO_SPACE_ND,
                                 OpCode::kCONCATENATION,
                                 OpCode::kDEPTH_TO_SPACE,
                                 OpCode::kEXPAND_DIMS,
                                 OpCode::kGATHER,
                                 OpCode::kMAXIMUM,
                                 OpCode::kMAX_POOL_2D,
                                 OpCode::kMINIMUM,
                                 OpCode::kMIRROR_PAD,
                                 OpCode::kPACK,
                                 OpCode::kPAD,
                                 OpCode::kPADV2,
                                 OpCode::kREDUCE_MAX,
                                 OpCode::kREDUCE_MIN,
                                 OpCode::kRESHAPE,
                                 OpCode::kRESIZE_BILINEAR,
                                 OpCode::kRESIZE_NEAREST_NEIGHBOR,
                                 OpCode::kREVERSE_V2,
                                 OpCode::kSELECT,
                                 OpCode::kSELECT_V2,
                                 OpCode::kSLICE,
                                 OpCode::kSPACE_TO_BATCH_ND,
                                 OpCode::kSPACE_TO_DEPTH,
                                 OpCode::kSPLIT,
                                 OpCode::kSPLIT_V,
                                 OpCode::kSQUEEZE,
                                 OpCode::kSTRIDED_SLICE,
                                 OpCode::kTILE,
                                 OpCode::kTRANSPOSE,
                                 OpCode::kUNPACK};

bool TiesInputs(OpCode code) {
  return code == OpCode::kCONCATENATION || code == OpCode::kPACK || code == OpCode::kMAXIMUM ||
         code == OpCode::kMINIMUM || code == OpCode::kSELECT || code == OpCode::kSELECT_V2;
}

const TensorInfo& InfoOf(const Subgraph& graph, int tensor) {
  return graph.tensors[static_cast<size_t>(tensor)];
}

int MakerOf(const Subgraph& graph, int tensor) {
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const std::vector<int>& outputs = graph.ops[i].outputs;
    if (std::find(outputs.begin(), outputs.end(), tensor) != outputs.end()) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

}  // namespace

bool SharesScale(OpCode code) {
  return std::find(kSharing.begin(), kSharing.end(), code) != kSharing.end();
}

int OwnerOf(const Subgraph& graph, int tensor) {
  int maker = MakerOf(graph, tensor);
  // As many steps as there are operators: a malformed graph may go round in circles.
  for (size_t step = 0; maker >= 0 && step < graph.ops.size(); ++step) {
    const OpNode& op = graph.ops[static_cast<size_t>(maker)];
    if (!SharesScale(op.code) || TiesInputs(op.code)) break;
    int source = -1;
    for (const int input : op.inputs) {
      if (input >= 0 && InfoOf(graph, input).quant == InfoOf(graph, tensor).quant) source = input;
    }
    if (source < 0) break;
    tensor = source;
    maker = MakerOf(graph, tensor);
  }
  return maker;
}

int TieOf(const Subgraph& graph, int tensor) {
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const OpNode& op = graph.ops[i];
    const bool reads = std::find(op.inputs.begin(), op.inputs.end(), tensor) != op.inputs.end();
    if (!reads || !SharesScale(op.code) || op.outputs.empty()) continue;
    if (!(InfoOf(graph, op.outputs[0]).quant == InfoOf(graph, tensor).quant)) continue;
    if (TiesInputs(op.code)) return static_cast<int>(i);
    // Operators stand in the order they run, so this ends.
    if (op.outputs[0] != tensor && MakerOf(graph, op.outputs[0]) > MakerOf(graph, tensor)) {
      if (const int tie = TieOf(graph, op.outputs[0]); tie >= 0) return tie;
    }
  }
  return -1;
}

}  // namespace quantgate
