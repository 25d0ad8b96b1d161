// EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, the LOGICAL operators, and SELECT and
// SELECT_V2. Codes are compared as reals in fixed point, each side brought to 8 bits of headroom:
//   R(2^8 (in - zp), s)                                                                   (eq. 20)
#include <functional>

#include "reference/numeric/fixed_point.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_families.h"
#include "reference/ops/tensor_bool.h"

namespace quantgate {
namespace {

template <class Code, class Compare>
Result<Kernel> PrepareQuantizedComparison(const PrepareContext& context, const Broadcast& broadcast,
                                          Compare compare) {
  constexpr int kHeadroomBits = 8;
  for (size_t i = 0; i < 2; ++i) {
    QG_RETURN_IF_ERROR(CheckPerTensor(context.input(i)));
    if (context.input(i).quant.scale() >= 1.0F) {
      return PrepareContext::Unsupported("codes with a scale of one or more are not compared");
    }
  }
  const QuantParams& a = context.input(0).quant;
  const QuantParams& b = context.input(1).quant;
  const FixedMultiplier scale_a = ToFixedMultiplier(static_cast<double>(a.scale()));
  const FixedMultiplier scale_b = ToFixedMultiplier(static_cast<double>(b.scale()));
  const RoundingMode rounding = context.profile().elementwise_rounding;
  return MapBinary<Code, bool>(broadcast, [=, zero_a = a.zero_point(), zero_b = b.zero_point()](
                                              Code code_a, Code code_b) {
    return compare(MultiplyByFixed((code_a - zero_a) * (1 << kHeadroomBits), scale_a, rounding),
                   MultiplyByFixed((code_b - zero_b) * (1 << kHeadroomBits), scale_b, rounding));
  });
}

template <class Compare>
Result<Kernel> PrepareComparison(PrepareContext& context, Compare compare, bool takes_bool) {
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast, CheckBinary(context));
  if (context.output(0).dtype != DType::kBool) return UnsupportedTypes(context);
  switch (context.input(0).dtype) {
    case DType::kFloat32: return MapBinary<float, bool>(broadcast, compare);
    case DType::kInt32: return MapBinary<int32_t, bool>(broadcast, compare);
    case DType::kInt64: return MapBinary<int64_t, bool>(broadcast, compare);
    case DType::kInt8: return PrepareQuantizedComparison<int8_t>(context, broadcast, compare);
    case DType::kUInt8: return PrepareQuantizedComparison<uint8_t>(context, broadcast, compare);
    case DType::kBool:
      if (takes_bool) return MapBinary<TensorBool, bool>(broadcast, compare);
      return UnsupportedTypes(context);
    default: return UnsupportedTypes(context);
  }
}

template <class Function>
Result<Kernel> PrepareLogical(PrepareContext& context, Function function) {
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast, CheckBinary(context));
  if (context.input(0).dtype != DType::kBool || context.output(0).dtype != DType::kBool) {
    return UnsupportedTypes(context);
  }
  return MapBinary<TensorBool, bool>(broadcast, function);
}

// Elements moved by their size; `bytes` is one of 1, 2, 4, 8.
Kernel SelectElements(const Broadcast& first, const Broadcast& second, size_t bytes) {
  return [=](const KernelArgs& args) {
    const auto* condition = args.in<TensorBool>(0);
    // `first` walks (condition, x), `second` (condition, y), both over the output's shape.
    const auto copy = [&](const Broadcast& walk, size_t from, bool wanted) {
      walk.ForEach([&](int64_t i, int64_t ic, int64_t ix) {
        if (condition[ic] != wanted) return;
        const std::byte* source = args.inputs[from] + static_cast<size_t>(ix) * bytes;
        std::copy_n(source, bytes, args.outputs[0] + static_cast<size_t>(i) * bytes);
      });
    };
    copy(first, 1, true);
    copy(second, 2, false);
  };
}

Status CheckSelect(const PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 3, 3, 1));
  const DType dtype = context.input(1).dtype;
  if (context.input(0).dtype != DType::kBool || context.input(2).dtype != dtype ||
      context.output(0).dtype != dtype || DTypeBits(dtype) < 8) {
    return UnsupportedTypes(context);
  }
  return OkStatus();
}

}  // namespace

Result<Kernel> PrepareEqual(PrepareContext& context) {
  return PrepareComparison(context, std::equal_to<>(), true);
}
Result<Kernel> PrepareNotEqual(PrepareContext& context) {
  return PrepareComparison(context, std::not_equal_to<>(), true);
}
Result<Kernel> PrepareLess(PrepareContext& context) {
  return PrepareComparison(context, std::less<>(), false);
}
Result<Kernel> PrepareLessEqual(PrepareContext& context) {
  return PrepareComparison(context, std::less_equal<>(), false);
}
Result<Kernel> PrepareGreater(PrepareContext& context) {
  return PrepareComparison(context, std::greater<>(), false);
}
Result<Kernel> PrepareGreaterEqual(PrepareContext& context) {
  return PrepareComparison(context, std::greater_equal<>(), false);
}

Result<Kernel> PrepareLogicalAnd(PrepareContext& context) {
  return PrepareLogical(context, [](bool a, bool b) { return a && b; });
}
Result<Kernel> PrepareLogicalOr(PrepareContext& context) {
  return PrepareLogical(context, [](bool a, bool b) { return a || b; });
}
Result<Kernel> PrepareLogicalNot(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  if (context.input(0).dtype != DType::kBool) return UnsupportedTypes(context);
  return MapUnary<TensorBool, bool>(context.input_shape(0).num_elements(),
                                    [](bool x) { return !x; });
}

// SELECT: the condition has the shape of both operands, or one element a row of their first axis,
// or is a scalar.
Result<Kernel> PrepareSelect(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckSelect(context));
  const Shape& x = context.input_shape(1);
  Shape condition = context.input_shape(0);
  if (context.input_shape(2) != x) {
    return PrepareContext::Malformed("operands of shapes " + x.ToString() + " and " +
                                     context.input_shape(2).ToString());
  }
  if (condition.rank() == 1 && x.rank() > 1 && condition.dim(0) == x.dim(0)) {
    std::vector<int32_t> rows(static_cast<size_t>(x.rank()), 1);
    rows[0] = condition.dim(0);
    QG_ASSIGN_OR_RETURN(condition, Shape::Make(rows));
  }
  context.SetOutputShape(0, x);
  QG_ASSIGN_OR_RETURN(const Broadcast walk, Broadcast::Over(x, condition, x));
  return SelectElements(walk, walk, static_cast<size_t>(DTypeBits(context.input(1).dtype)) / 8);
}

Result<Kernel> PrepareSelectV2(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckSelect(context));
  QG_ASSIGN_OR_RETURN(const Broadcast operands,
                      Broadcast::Make(context.input_shape(1), context.input_shape(2)));
  QG_ASSIGN_OR_RETURN(const Broadcast all,
                      Broadcast::Make(context.input_shape(0), operands.output()));
  // A single element keeps the shape the model gives it, as in TFLite.
  const bool single =
      all.output().num_elements() == 1 && context.output(0).shape.num_elements() == 1;
  context.SetOutputShape(0, single ? context.output(0).shape : all.output());
  QG_ASSIGN_OR_RETURN(const Broadcast first, Broadcast::Over(all.output(), context.input_shape(0),
                                                             context.input_shape(1)));
  QG_ASSIGN_OR_RETURN(const Broadcast second, Broadcast::Over(all.output(), context.input_shape(0),
                                                              context.input_shape(2)));
  return SelectElements(first, second, static_cast<size_t>(DTypeBits(context.input(1).dtype)) / 8);
}

}  // namespace quantgate
