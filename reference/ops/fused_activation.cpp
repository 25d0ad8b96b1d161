#include "reference/ops/fused_activation.h"

#include "reference/model/op_options.h"

namespace quantgate {
namespace {

template <class Table>
Activation Of(const OpNode& op) {
  return static_cast<Activation>(OptionsOrDefault<Table>(op).fused_activation_function);
}

}  // namespace

Activation FusedActivation(const OpNode& op) {
  switch (op.code) {
    case OpCode::kCONV_2D: return Of<schema::Conv2DOptionsT>(op);
    case OpCode::kDEPTHWISE_CONV_2D: return Of<schema::DepthwiseConv2DOptionsT>(op);
    case OpCode::kFULLY_CONNECTED: return Of<schema::FullyConnectedOptionsT>(op);
    default: return Activation::kNone;
  }
}

}  // namespace quantgate
