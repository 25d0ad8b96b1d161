// BATCH_MATMUL: out[.., i, j] = sum_k a[.., i, k] b[.., k, j], the leading axes broadcast; adj_x
// and adj_y read a or b with its last two axes swapped. In codes as a dense layer without bias (eq.
// 9, the scale product in float32).
#include <algorithm>

#include "reference/model/op_options.h"
#include "reference/ops/broadcast.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/output_stage.h"

namespace quantgate {
namespace {

struct MatmulGeometry {
  Broadcast batches;  // over the leading axes
  int32_t rows = 0;
  int32_t depth = 0;
  int32_t columns = 0;
  // Strides of one step along a's row and depth, and b's depth and column.
  int64_t a_row = 0, a_depth = 0, b_depth = 0, b_column = 0;
};

Result<Shape> Leading(const Shape& shape) {
  return Shape::Make(shape.dims().first(static_cast<size_t>(shape.rank() - 2)));
}

Result<MatmulGeometry> MakeGeometry(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  const auto options = OptionsOrDefault<schema::BatchMatMulOptionsT>(context.node());
  const Shape& a = context.input_shape(0);
  const Shape& b = context.input_shape(1);
  const auto mismatch = [&] {
    return PrepareContext::Malformed("shapes " + a.ToString() + " and " + b.ToString() +
                                     " cannot be multiplied");
  };
  if (a.rank() < 2 || b.rank() < 2) return mismatch();
  QG_ASSIGN_OR_RETURN(const Shape a_leading, Leading(a));
  QG_ASSIGN_OR_RETURN(const Shape b_leading, Leading(b));
  MatmulGeometry g;
  QG_ASSIGN_OR_RETURN(g.batches, Broadcast::Make(a_leading, b_leading));
  const int32_t a_last = a.last_dim();
  const int32_t b_last = b.last_dim();
  g.rows = options.adj_x ? a_last : a.dim(a.rank() - 2);
  g.depth = options.adj_x ? a.dim(a.rank() - 2) : a_last;
  g.columns = options.adj_y ? b.dim(b.rank() - 2) : b_last;
  if (g.depth != (options.adj_y ? b_last : b.dim(b.rank() - 2))) return mismatch();
  g.a_row = options.adj_x ? 1 : a_last;
  g.a_depth = options.adj_x ? a_last : 1;
  g.b_depth = options.adj_y ? 1 : b_last;
  g.b_column = options.adj_y ? b_last : 1;
  const auto leading = g.batches.output().dims();
  std::vector<int32_t> dims(leading.begin(), leading.end());
  dims.push_back(g.rows);
  dims.push_back(g.columns);
  QG_ASSIGN_OR_RETURN(const Shape out, Shape::Make(dims));
  context.SetOutputShape(0, out);
  return g;
}

// Calls visit(output index, sum over k of product(a, b)) for every output element.
template <class In, class Sum, class Product, class Finish>
void Multiply(const MatmulGeometry& g, const KernelArgs& args, Product product, Finish finish) {
  const int64_t a_size = static_cast<int64_t>(g.rows) * g.depth;
  const int64_t b_size = static_cast<int64_t>(g.depth) * g.columns;
  g.batches.ForEach([&](int64_t batch, int64_t a_batch, int64_t b_batch) {
    const In* a = args.in<In>(0) + a_batch * a_size;
    const In* b = args.in<In>(1) + b_batch * b_size;
    for (int32_t i = 0; i < g.rows; ++i) {
      for (int32_t j = 0; j < g.columns; ++j) {
        Sum sum = 0;
        for (int32_t k = 0; k < g.depth; ++k) {
          sum += product(a[i * g.a_row + k * g.a_depth], b[k * g.b_depth + j * g.b_column]);
        }
        finish((batch * g.rows + i) * g.columns + j, sum);
      }
    }
  });
}

Result<Kernel> PrepareQuantized(const PrepareContext& context, const MatmulGeometry& g) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(1)));
  QG_ASSIGN_OR_RETURN(
      const OutputStage stage,
      MakeOutputStage(context, 0, g.columns, Activation::kNone, ScaleProduct::kFloatFirst,
                      context.profile().gemm_rounding, WeightZeroPoint::kAny));
  const int32_t a_zero = context.input(0).quant.zero_point();
  const int32_t b_zero = context.input(1).quant.zero_point();
  return Kernel([=](const KernelArgs& args) {
    Multiply<int8_t, int32_t>(
        g, args, [=](int8_t a, int8_t b) { return (a - a_zero) * (b - b_zero); },
        [&](int64_t at, int32_t sum) {
          args.out<int8_t>(0)[at] = static_cast<int8_t>(stage.Apply(sum, 0));
        });
  });
}

}  // namespace

Result<Kernel> PrepareBatchMatmul(PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const MatmulGeometry g, MakeGeometry(context));
  const DType dtype = context.input(0).dtype;
  if (context.input(1).dtype != dtype || context.output(0).dtype != dtype) {
    return UnsupportedTypes(context);
  }
  switch (dtype) {
    case DType::kFloat32:
      return Kernel([=](const KernelArgs& args) {
        Multiply<float, float>(
            g, args, [](float a, float b) { return a * b; },
            [&](int64_t at, float sum) { args.out<float>(0)[at] = sum; });
      });
    case DType::kInt8: return PrepareQuantized(context, g);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
