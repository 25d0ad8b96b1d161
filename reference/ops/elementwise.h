// Kernels that compute each output element from the elements at its place.
#pragma once

#include <utility>

#include "reference/ops/broadcast.h"
#include "reference/ops/op_checks.h"

namespace quantgate {

// out[i] = function(in[i]) for `count` elements.
template <class In, class Out, class Function>
Kernel MapUnary(int64_t count, Function function) {
  return [count, function](const KernelArgs& args) {
    const In* in = args.in<In>(0);
    Out* out = args.out<Out>(0);
    for (int64_t i = 0; i < count; ++i) out[i] = static_cast<Out>(function(in[i]));
  };
}

// out = function(a, b) with broadcasting.
template <class In, class Out, class Function>
Kernel MapBinary(const Broadcast& broadcast, Function function) {
  return [broadcast, function](const KernelArgs& args) {
    const In* a = args.in<In>(0);
    const In* b = args.in<In>(1);
    Out* out = args.out<Out>(0);
    broadcast.ForEach([&](int64_t i, int64_t ia, int64_t ib) {
      out[i] = static_cast<Out>(function(a[ia], b[ib]));
    });
  };
}

// One input, one output of the same shape and type.
inline Status CheckUnary(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  context.SetOutputShape(0, context.input_shape(0));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  return OkStatus();
}

// Two inputs of one type, broadcast to the output; the output's type is the caller's business.
inline Result<Broadcast> CheckBinary(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  if (context.input(1).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  QG_ASSIGN_OR_RETURN(Broadcast broadcast,
                      Broadcast::Make(context.input_shape(0), context.input_shape(1)));
  context.SetOutputShape(0, broadcast.output());
  return broadcast;
}

}  // namespace quantgate
