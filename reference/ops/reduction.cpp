// REDUCE_PROD, REDUCE_MIN, REDUCE_MAX, REDUCE_ANY and REDUCE_ALL over a set of axes. Codes are
// compared as they are: input and output share their parameters.
#include "reference/ops/reduction.h"

#include <algorithm>
#include <limits>

#include "reference/model/op_options.h"
#include "reference/ops/op_families.h"
#include "reference/ops/tensor_bool.h"

namespace quantgate {
namespace {

// out = fold(..., in) from `start`.
template <class T, class Fold>
Kernel FoldFrom(const Reduction& reduction, T start, Fold fold) {
  return [=](const KernelArgs& args) {
    T* out = args.out<T>(0);
    std::fill_n(out, reduction.outputs, start);
    reduction.ForEach([&](int64_t i, int64_t o) { out[o] = fold(out[o], args.in<T>(0)[i]); });
  };
}

template <class T>
Kernel Extreme(const Reduction& reduction, bool maximum) {
  if (maximum) {
    return FoldFrom<T>(reduction, std::numeric_limits<T>::lowest(),
                       [](T a, T b) { return b > a ? b : a; });
  }
  return FoldFrom<T>(reduction, std::numeric_limits<T>::max(),
                     [](T a, T b) { return b < a ? b : a; });
}

Result<Reduction> PrepareAxes(PrepareContext& context) {
  const bool keep_dims = OptionsOrDefault<schema::ReducerOptionsT>(context.node()).keep_dims;
  QG_ASSIGN_OR_RETURN(Reduction reduction, MakeReduction(context, keep_dims));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  return reduction;
}

Result<Kernel> PrepareExtreme(PrepareContext& context, bool maximum) {
  QG_ASSIGN_OR_RETURN(const Reduction reduction, PrepareAxes(context));
  switch (context.input(0).dtype) {
    case DType::kFloat32: return Extreme<float>(reduction, maximum);
    case DType::kInt8: return Extreme<int8_t>(reduction, maximum);
    case DType::kUInt8: return Extreme<uint8_t>(reduction, maximum);
    case DType::kInt16: return Extreme<int16_t>(reduction, maximum);
    case DType::kInt32: return Extreme<int32_t>(reduction, maximum);
    case DType::kInt64: return Extreme<int64_t>(reduction, maximum);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareTruth(PrepareContext& context, bool all) {
  QG_ASSIGN_OR_RETURN(const Reduction reduction, PrepareAxes(context));
  if (context.input(0).dtype != DType::kBool) return UnsupportedTypes(context);
  if (all) return FoldFrom<TensorBool>(reduction, true, [](bool a, bool b) { return a && b; });
  return FoldFrom<TensorBool>(reduction, false, [](bool a, bool b) { return a || b; });
}

}  // namespace

Result<Kernel> PrepareReduceMax(PrepareContext& context) { return PrepareExtreme(context, true); }
Result<Kernel> PrepareReduceMin(PrepareContext& context) { return PrepareExtreme(context, false); }
Result<Kernel> PrepareReduceAny(PrepareContext& context) { return PrepareTruth(context, false); }
Result<Kernel> PrepareReduceAll(PrepareContext& context) { return PrepareTruth(context, true); }

Result<Kernel> PrepareReduceProd(PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const Reduction reduction, PrepareAxes(context));
  const auto product = [](auto a, auto b) { return a * b; };
  switch (context.input(0).dtype) {
    case DType::kFloat32: return FoldFrom<float>(reduction, 1.0F, product);
    case DType::kInt32: return FoldFrom<int32_t>(reduction, 1, product);
    case DType::kInt64: return FoldFrom<int64_t>(reduction, 1, product);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
