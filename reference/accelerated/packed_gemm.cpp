#include "reference/accelerated/packed_gemm.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace quantgate::accelerated {
namespace {

// A window's sum beside its products costs a product for every step: more than sums of their own
// but for windows as short as this.
constexpr int64_t kShortWindow = 16;

int64_t Vectors(const SimdKernels& simd, int32_t columns) {
  return (columns + simd.lanes - 1) / simd.lanes;
}

// Calls visit(first vector, vectors) for every group of columns.
template <class Visit>
void ForEachGroup(const SimdKernels& simd, int32_t columns, const Visit& visit) {
  const int64_t vectors = Vectors(simd, columns);
  for (int64_t vector = 0; vector < vectors; vector += simd.max_group) {
    visit(vector, static_cast<int>(std::min<int64_t>(simd.max_group, vectors - vector)));
  }
}

// Column of every lane of every vector; -1 behind the last one. Float kernels keep lanes in order.
std::vector<int32_t> ColumnsOfLanes(const SimdKernels& simd, Operand operand, int32_t columns) {
  std::vector<int32_t> lanes;
  ForEachGroup(simd, columns, [&](int64_t first, int group) {
    for (int v = 0; v < group; ++v) {
      for (int lane = 0; lane < simd.lanes; ++lane) {
        const int in_group = operand == Operand::kFloats ? v * simd.lanes + lane
                                                         : ColumnOfLane(simd, group, v, lane);
        const int64_t column = first * simd.lanes + in_group;
        lanes.push_back(column < columns ? static_cast<int32_t>(column) : -1);
      }
    }
  });
  return lanes;
}

int32_t StepsOf(Operand operand, int32_t run) {
  const int factors = FactorsPerStep(operand);
  return (run + factors - 1) / factors;
}

// Fills [group][segment][step][vector][lane][factor] of T with weight(column, position of the
// factor in the column's depth); zero for padding.
template <class T, class Weight>
AlignedBytes Pack(const SimdKernels& simd, Operand operand, const GemmShape& shape,
                  const Weight& weight) {
  const int32_t factors = FactorsPerStep(operand);
  const int32_t steps = StepsOf(operand, shape.run);
  const std::vector<int32_t> columns = ColumnsOfLanes(simd, operand, shape.columns);
  AlignedBytes packed(columns.size() * static_cast<size_t>(shape.segments * steps) * 4);
  T* out = packed.as<T>();
  ForEachGroup(simd, shape.columns, [&](int64_t first, int group) {
    for (int32_t s = 0; s < shape.segments; ++s) {
      for (int32_t t = 0; t < steps; ++t) {
        for (int64_t lane = first * simd.lanes; lane < (first + group) * simd.lanes; ++lane) {
          for (int32_t f = 0; f < factors; ++f, ++out) {
            const int32_t column = columns[static_cast<size_t>(lane)];
            const int32_t at = t * factors + f;
            if (column < 0 || at >= shape.run) continue;
            *out = static_cast<T>(weight(column, static_cast<int64_t>(s) * shape.run + at));
          }
        }
      }
    }
  });
  return packed;
}

}  // namespace

int32_t WeightCode(const PrepareContext& context, int64_t at) {
  const std::byte code = context.input_constant(1)[static_cast<size_t>(at)];
  return context.input(1).dtype == DType::kInt8 ? static_cast<int8_t>(code)
                                                : static_cast<int32_t>(code);
}

std::vector<int32_t> BiasOf(const PrepareContext& context, int32_t channels) {
  std::vector<int32_t> bias(static_cast<size_t>(channels));
  if (context.has_input(2)) {
    std::memcpy(bias.data(), context.input_constant(2).data(), bias.size() * sizeof(int32_t));
  }
  return bias;
}

std::vector<float> FloatBiasOf(const PrepareContext& context, int32_t channels) {
  std::vector<float> bias(static_cast<size_t>(channels));
  if (context.has_input(2)) {
    std::memcpy(bias.data(), context.input_constant(2).data(), bias.size() * sizeof(float));
  }
  return bias;
}

bool HasConstantWeights(const PrepareContext& context) {
  if (context.input_constant(1).empty()) return false;
  return !context.has_input(2) || !context.input_constant(2).empty();
}

IntegerGemm::IntegerGemm(const PrepareContext& context, const QuantizedSpec& quantized,
                         const SimdKernels& simd, const GemmShape& shape)
    : simd_(simd), shape_(shape), steps_(StepsOf(simd.integer, shape.run)) {
  const auto weight_code = [&](int32_t column, int64_t at) {
    return WeightCode(context, column * shape_.depth() + at);
  };
  if (simd.integer == Operand::kWords) {
    weights_ = Pack<int16_t>(simd, simd.integer, shape, [&](int32_t column, int64_t at) {
      return weight_code(column, at) - quantized.weight_zero_point;
    });
  } else {
    // Signed bytes: uint8 weights and their zero point less 128.
    const int32_t offset = context.input(1).dtype == DType::kUInt8 ? 128 : 0;
    row_factor_ = quantized.weight_zero_point - offset;
    weights_ = Pack<int8_t>(simd, simd.integer, shape, [&](int32_t column, int64_t at) {
      return weight_code(column, at) - offset;
    });
  }
  table_.emplace(MakeTable(context, quantized));
}

// Words carry their zero points already. Bytes do not: with u the unsigned input and z its zero
// point, v the signed weight and y its zero point,
//   sum (u - z)(v - y) = sum u v - z sum v + y z depth - y sum u,
// of which the middle terms join the bias here and the last one is the row's term.
RequantTable IntegerGemm::MakeTable(const PrepareContext& context,
                                    const QuantizedSpec& quantized) const {
  const bool bytes = simd_.integer == Operand::kBytes;
  const bool is_signed = context.input(0).dtype == DType::kInt8;
  const int64_t z = quantized.input_zero_point + (is_signed ? 128 : 0);
  const int64_t y = row_factor_;
  std::vector<int32_t> bias = BiasOf(context, shape_.columns);
  std::vector<int64_t> bound(bias.size());
  for (int32_t column = 0; column < shape_.columns; ++column) {
    int64_t sum = 0;
    int64_t magnitude = 0;
    for (int64_t at = 0; at < shape_.depth(); ++at) {
      const int32_t code = WeightCode(context, column * shape_.depth() + at);
      const int32_t factor = code - quantized.weight_zero_point;
      magnitude += std::abs(factor);
      sum += factor + y;  // v
    }
    int32_t& start = bias[static_cast<size_t>(column)];
    bound[static_cast<size_t>(column)] = magnitude * 255 + std::abs(static_cast<int64_t>(start));
    if (bytes) {
      const int64_t corrected = start - z * sum + y * z * shape_.depth();
      start = static_cast<int32_t>(static_cast<uint32_t>(corrected));  // sums wrap, so may this
    }
  }
  return RequantTable(quantized.stage, context.output(0).dtype,
                      ColumnsOfLanes(simd_, simd_.integer, shape_.columns), bias, bound);
}

void IntegerGemm::Run(GemmArgs args, int32_t* terms) const {
  args.segments = shape_.segments;
  args.steps = steps_;
  args.columns = shape_.columns;
  args.weights = weights_.data();
  args.run = shape_.run;
  args.row_factor = row_factor_;
  if (row_factor_ != 0 && (shape_.columns > simd_.lanes || shape_.depth() > kShortWindow)) {
    simd_.sum_windows(args, terms);
    args.row_terms = terms;
    args.row_factor = 0;
  }
  simd_.gemm(args, table_->View());
}

FloatGemm::FloatGemm(const PrepareContext& context, FloatRange clamp, const SimdKernels& simd,
                     const GemmShape& shape)
    : simd_(simd), shape_(shape), clamp_(clamp) {
  const auto* weights = reinterpret_cast<const float*>(context.input_constant(1).data());
  weights_ = Pack<float>(simd, Operand::kFloats, shape, [&](int32_t column, int64_t at) {
    return weights[column * shape.depth() + at];
  });
  const std::vector<float> bias = FloatBiasOf(context, shape.columns);
  bias_ = AlignedBytes(static_cast<size_t>(Vectors(simd, shape.columns) * simd.lanes) * 4);
  std::copy(bias.begin(), bias.end(), bias_.as<float>());
}

void FloatGemm::Run(GemmArgs args, int32_t* /*terms*/) const {
  args.segments = shape_.segments;
  if (args.past_segment == 0) args.past_segment = shape_.segments;
  args.steps = shape_.run;
  args.columns = shape_.columns;
  args.weights = weights_.data();
  simd_.gemm_float(args, {bias_.as<float>(), clamp_.min, clamp_.max});
}

}  // namespace quantgate::accelerated
