// Models with one operator on block-wise int4 weights.
#pragma once

#include <string>
#include <vector>

#include "reference/model/op_options.h"
#include "reference/numeric/element.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"

namespace quantgate {

// int4 weights [rows, depth] with a half-precision scale for each `block` values of a row.
struct BlockWeights {
  int32_t rows = 1;
  int32_t depth = 32;
  int32_t block = 32;
  std::vector<int8_t> codes;     // [-8, 7]
  std::vector<uint16_t> halves;  // [rows, depth / block]

  [[nodiscard]] float scale(int32_t row, int32_t column) const {
    return HalfToFloat(halves[static_cast<size_t>((row * depth + column) / block)]);
  }
  [[nodiscard]] double real(int32_t row, int32_t column) const {
    return static_cast<double>(scale(row, column)) *
           codes[static_cast<size_t>(row * depth + column)];
  }
};

// `scale_bits` of a half's mantissa may be set: 7 for scales that are bfloat16, too.
inline BlockWeights AnyBlockWeights(Random& random, int32_t rows, int32_t blocks, int32_t block,
                                    int scale_bits = 10) {
  BlockWeights weights{rows, blocks * block, block, {}, {}};
  weights.codes = random.Codes<int8_t>(int64_t{rows} * weights.depth, -8, 7);
  for (int32_t i = 0; i < rows * blocks; ++i) {
    const int steps = random.Int(0, (1 << scale_bits) - 1) << (10 - scale_bits);
    weights.halves.push_back(static_cast<uint16_t>((random.Int(6, 11) << 10) | steps));
  }
  return weights;
}

// Adds the weights, "w", and their scales, "w_scales". Returns the index of the weights.
inline int AddBlockWeights(ModelBuilder& builder, const BlockWeights& weights) {
  std::vector<std::byte> packed(weights.codes.size() / 2 + weights.codes.size() % 2);
  for (size_t i = 0; i < weights.codes.size(); ++i) {
    packed[i / 2] |= static_cast<std::byte>((weights.codes[i] & 15) << (i % 2 * 4));
  }
  const int index = builder.AddConstantBytes("w", DType::kInt4, Shape{weights.rows, weights.depth},
                                             std::move(packed));
  builder.AddConstantBytes("w_scales", DType::kFloat16,
                           Shape{weights.rows, weights.depth / weights.block},
                           ToBytes(weights.halves));
  return index;
}

inline void JoinBlocks(Model& model, int weights, int32_t block) {
  model.subgraphs[0].tensors[static_cast<size_t>(weights)].blockwise =
      BlockwiseParams{weights + 1, -1, block};
}

// FULLY_CONNECTED: "in" [batches, depth], the weights, a bias unless it is empty.
inline Model BlockDenseModel(
    const BlockWeights& weights, int32_t batches, const std::vector<float>& bias,
    schema::ActivationFunctionType activation = schema::ActivationFunctionType::NONE) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{batches, weights.depth});
  const int w = AddBlockWeights(builder, weights);
  const int b = bias.empty() ? -1 : builder.AddConstant("b", Shape{weights.rows}, bias);
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{batches, weights.rows});
  schema::FullyConnectedOptionsT options;
  options.fused_activation_function = activation;
  builder.AddOp(OpCode::kFULLY_CONNECTED, {in, w, b}, {out}, MakeOptions(options));
  Model model = builder.Build({out});
  JoinBlocks(model, w, weights.block);
  return model;
}

}  // namespace quantgate
