#include <cmath>

#include "reference/model/op_options.h"
#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

using schema::ActivationFunctionType;
using schema::Padding;

// Of a float operator the clamps that do not shrink the scale the tolerance is relative to.
ActivationFunctionType SomeActivation(Choices& choices, DType dtype) {
  if (dtype == DType::kFloat32) {
    return choices.Coin() ? ActivationFunctionType::NONE : ActivationFunctionType::RELU;
  }
  return SomeActivation(choices);
}

template <class Options>
void FillWindow(Choices& choices, DType dtype, Options& options) {
  options.padding = choices.Coin() ? Padding::SAME : Padding::VALID;
  options.stride_h = Between(choices, 1, 3);
  options.stride_w = Between(choices, 1, 3);
  options.fused_activation_function = SomeActivation(choices, dtype);
}

DType WeightType(DType dtype) { return dtype == DType::kInt16 ? DType::kInt8 : dtype; }

// Weights [.., channels along `axis`]: per axis by chance for int8, symmetric; with a zero point
// for uint8. Returns the parameters.
QuantParams AddWeights(OneOpModel& op, Choices& choices, DType dtype,
                       const std::vector<int32_t>& dims, int axis, bool may_be_per_axis) {
  QuantParams quant;
  std::vector<std::byte> values = choices.Values(dtype, Elements(dims));
  if (dtype == DType::kUInt8) {
    quant = PerTensor(static_cast<float>(choices.Integer(1, 1000)) / 65536.0F,
                      Between(choices, 1, 254));
  } else if (dtype == DType::kInt8) {
    const bool per_axis = may_be_per_axis && choices.Coin();
    const int32_t slices = per_axis ? dims[static_cast<size_t>(axis)] : 1;
    for (int32_t i = 0; i < slices; ++i) {
      quant.scales.push_back(static_cast<float>(choices.Integer(1, 1000)) / 65536.0F);
      quant.zero_points.push_back(0);
    }
    quant.axis = per_axis ? axis : 0;
    for (std::byte& value : values) {  // -128 is no weight
      if (value == std::byte{0x80}) value = std::byte{0x81};
    }
  }
  op.AddConstant(dtype, dims, std::move(values), quant);
  return quant;
}

// Bias with scale input scale x weight scale, as the spec has it.
void AddBias(OneOpModel& op, Choices& choices, DType dtype, const QuantParams& input,
             const QuantParams& weights, int32_t channels) {
  if (dtype == DType::kFloat32) {
    op.AddConstant(dtype, {channels}, choices.Values(dtype, channels));
    return;
  }
  QuantParams quant;
  for (const float scale : weights.scales) {
    quant.scales.push_back(input.scale() * scale);
    quant.zero_points.push_back(0);
  }
  std::vector<int32_t> narrow;
  for (int32_t i = 0; i < channels; ++i) narrow.push_back(Between(choices, -20000, 20000));
  if (dtype == DType::kInt16) {
    op.AddConstant(DType::kInt64, {channels},
                   BytesOf(std::vector<int64_t>(narrow.begin(), narrow.end())), quant);
  } else {
    op.AddConstant(DType::kInt32, {channels}, BytesOf(narrow), quant);
  }
}

// An output scale about as large as the sums of `depth` products.
QuantParams OutputQuant(Choices& choices, DType dtype, const QuantParams& input,
                        const QuantParams& weights, int32_t depth) {
  if (dtype == DType::kFloat32) return {};
  float widest = 0;
  for (const float scale : weights.scales) widest = std::max(widest, scale);
  QuantParams quant = SomeQuant(choices, dtype);
  quant.scales[0] = input.scale() * widest * std::sqrt(static_cast<float>(depth)) *
                    static_cast<float>(choices.Integer(20, 80));
  return quant;
}

QuantParams AddActivations(OneOpModel& op, Choices& choices, DType dtype,
                           const std::vector<int32_t>& dims) {
  const QuantParams quant = SomeQuant(choices, dtype);
  op.AddInput(dtype, dims, quant, choices.Values(dtype, Elements(dims)));
  return quant;
}

OneOpModel Conv(Choices& choices, DType dtype) {
  schema::Conv2DOptionsT options;
  FillWindow(choices, dtype, options);
  options.dilation_h_factor = choices.Integer(0, 3) == 0 ? 2 : 1;
  options.dilation_w_factor = options.dilation_h_factor;
  OneOpModel op(OpCode::kCONV_2D, MakeOptions(options));
  const std::vector<int32_t> in = {Between(choices, 1, 2), Between(choices, 7, 12),
                                   Between(choices, 7, 12), Between(choices, 1, 9)};
  const std::vector<int32_t> filter = {Between(choices, 1, 9), Between(choices, 1, 3),
                                       Between(choices, 1, 3), in[3]};
  const QuantParams input = AddActivations(op, choices, dtype, in);
  const QuantParams weights = AddWeights(op, choices, WeightType(dtype), filter, 0, true);
  AddBias(op, choices, dtype, input, weights, filter[0]);
  op.AddOutput(dtype,
               OutputQuant(choices, dtype, input, weights, filter[1] * filter[2] * filter[3]));
  return op;
}

OneOpModel Conv3D(Choices& choices, DType dtype) {
  schema::Conv3DOptionsT options;
  FillWindow(choices, dtype, options);
  options.stride_d = Between(choices, 1, 2);
  OneOpModel op(OpCode::kCONV_3D, MakeOptions(options));
  std::vector<int32_t> in = choices.Extents(5, 3, 6);
  in[0] = Between(choices, 1, 2);
  std::vector<int32_t> filter = choices.Extents(5, 1, 3);
  filter[3] = in[4];
  AddActivations(op, choices, dtype, in);
  AddWeights(op, choices, dtype, filter, 4, false);
  if (choices.Coin()) AddBias(op, choices, dtype, {}, {}, filter[4]);
  op.AddOutput(dtype, {});
  return op;
}

OneOpModel Depthwise(Choices& choices, DType dtype) {
  schema::DepthwiseConv2DOptionsT options;
  FillWindow(choices, dtype, options);
  options.stride_w = options.stride_h;
  options.depth_multiplier = choices.Integer(0, 2) == 0 ? Between(choices, 2, 3) : 1;
  options.dilation_h_factor = options.stride_h == 1 && choices.Integer(0, 3) == 0 ? 2 : 1;
  options.dilation_w_factor = options.dilation_h_factor;
  OneOpModel op(OpCode::kDEPTHWISE_CONV_2D, MakeOptions(options));
  const std::vector<int32_t> in = {Between(choices, 1, 2), Between(choices, 7, 12),
                                   Between(choices, 7, 12), Between(choices, 1, 18)};
  const std::vector<int32_t> filter = {1, Between(choices, 1, 3), Between(choices, 1, 3),
                                       in[3] * options.depth_multiplier};
  const QuantParams input = AddActivations(op, choices, dtype, in);
  const QuantParams weights = AddWeights(op, choices, WeightType(dtype), filter, 3, true);
  AddBias(op, choices, dtype, input, weights, filter[3]);
  op.AddOutput(dtype, OutputQuant(choices, dtype, input, weights, filter[1] * filter[2]));
  return op;
}

OneOpModel Dense(Choices& choices, DType dtype) {
  schema::FullyConnectedOptionsT options;
  options.fused_activation_function = SomeActivation(choices, dtype);
  options.keep_num_dims = choices.Coin();
  OneOpModel op(OpCode::kFULLY_CONNECTED, MakeOptions(options));
  std::vector<int32_t> in = choices.Extents(Between(choices, 2, 3));
  in.back() = Between(choices, 1, 40);
  const std::vector<int32_t> filter = {Between(choices, 1, 12), in.back()};
  const QuantParams input = AddActivations(op, choices, dtype, in);
  const QuantParams weights = AddWeights(op, choices, WeightType(dtype), filter, 0, false);
  AddBias(op, choices, dtype, input, weights, filter[0]);
  op.AddOutput(dtype, OutputQuant(choices, dtype, input, weights, filter[1]));
  return op;
}

OneOpModel HybridDense(Choices& choices, DType dtype) {
  schema::FullyConnectedOptionsT options;
  options.fused_activation_function = SomeActivation(choices, dtype);
  options.asymmetric_quantize_inputs = choices.Coin();
  OneOpModel op(OpCode::kFULLY_CONNECTED, MakeOptions(options), 3);
  const std::vector<int32_t> in = {Between(choices, 1, 4), Between(choices, 1, 40)};
  AddActivations(op, choices, dtype, in);
  AddWeights(op, choices, DType::kInt8, {Between(choices, 1, 12), in[1]}, 0, false);
  const int32_t units = op.model().main().tensors.back().shape.dim(0);
  op.AddConstant(dtype, {units}, choices.Values(dtype, units));
  op.AddOutput(dtype, {});
  return op;
}

template <OpCode kCode>
OneOpModel Pool(Choices& choices, DType dtype) {
  schema::Pool2DOptionsT options;
  FillWindow(choices, dtype, options);
  options.filter_height = Between(choices, 1, 4);
  options.filter_width = Between(choices, 1, 4);
  OneOpModel op(kCode, MakeOptions(options));
  const std::vector<int32_t> in = {Between(choices, 1, 2), Between(choices, 4, 9),
                                   Between(choices, 4, 9), Between(choices, 1, 9)};
  const QuantParams quant = AddActivations(op, choices, dtype, in);
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel BatchMatmul(Choices& choices, DType dtype) {
  schema::BatchMatMulOptionsT options;
  options.adj_x = choices.Coin();
  options.adj_y = choices.Coin();
  OneOpModel op(OpCode::kBATCH_MATMUL, MakeOptions(options));
  const int32_t rows = Between(choices, 1, 6);
  const int32_t depth = Between(choices, 1, 9);
  const int32_t columns = Between(choices, 1, 6);
  std::vector<int32_t> a = choices.Extents(Between(choices, 0, 2), 1, 3);
  std::vector<int32_t> b = a;
  for (int32_t& dim : choices.Coin() ? a : b) {
    if (choices.Coin()) dim = 1;
  }
  a.push_back(options.adj_x ? depth : rows);
  a.push_back(options.adj_x ? rows : depth);
  b.push_back(options.adj_y ? columns : depth);
  b.push_back(options.adj_y ? depth : columns);
  const QuantParams x = AddActivations(op, choices, dtype, a);
  const QuantParams y = AddActivations(op, choices, dtype, b);
  op.AddOutput(dtype, OutputQuant(choices, dtype, x, y, depth));
  return op;
}

OneOpModel TransposeConv(Choices& choices, DType dtype) {
  schema::TransposeConvOptionsT options;
  options.padding = choices.Coin() ? Padding::SAME : Padding::VALID;
  options.stride_h = Between(choices, 1, 3);
  options.stride_w = Between(choices, 1, 3);
  OneOpModel op(OpCode::kTRANSPOSE_CONV, MakeOptions(options), 3);
  const std::vector<int32_t> in = {Between(choices, 1, 2), Between(choices, 2, 6),
                                   Between(choices, 2, 6), Between(choices, 1, 6)};
  const std::vector<int32_t> filter = {Between(choices, 1, 6), Between(choices, 1, 4),
                                       Between(choices, 1, 4), in[3]};
  std::vector<int32_t> out = {in[0], 0, 0, filter[0]};
  const int32_t strides[] = {options.stride_h, options.stride_w};
  for (size_t k = 0; k < 2; ++k) {
    out[k + 1] = options.padding == Padding::SAME ? in[k + 1] * strides[k]
                                                  : (in[k + 1] - 1) * strides[k] + filter[k + 1];
  }
  AddList(op, out);
  const QuantParams input = SomeQuant(choices, dtype);
  const QuantParams weights = AddWeights(op, choices, WeightType(dtype), filter, 0, true);
  op.AddInput(dtype, in, input, choices.Values(dtype, Elements(in)));
  AddBias(op, choices, dtype, input, weights, filter[0]);
  op.AddOutput(dtype,
               OutputQuant(choices, dtype, input, weights, filter[1] * filter[2] * filter[3]));
  return op;
}

}  // namespace

std::vector<OpCase> WindowCases() {
  std::vector<OpCase> cases;
  using enum DType;
  constexpr double kOrder = 2e-5;  // sums in another order
  AddEach(cases, "CONV_2D", &Conv, {kFloat32, kInt8, kUInt8, kInt16}, kOrder);
  AddEach(cases, "CONV_3D", &Conv3D, {kFloat32}, kOrder);
  AddEach(cases, "DEPTHWISE_CONV_2D", &Depthwise, {kFloat32, kInt8, kUInt8, kInt16}, kOrder);
  AddEach(cases, "FULLY_CONNECTED", &Dense, {kFloat32, kInt8, kUInt8, kInt16}, kOrder);
  AddEach(cases, "FULLY_CONNECTED_HYBRID", &HybridDense, {kFloat32}, kOrder);
  AddEach(cases, "MAX_POOL_2D", &Pool<OpCode::kMAX_POOL_2D>, {kFloat32, kInt8, kUInt8, kInt16});
  AddEach(cases, "AVERAGE_POOL_2D", &Pool<OpCode::kAVERAGE_POOL_2D>,
          {kFloat32, kInt8, kUInt8, kInt16}, kOrder);
  AddEach(cases, "L2_POOL_2D", &Pool<OpCode::kL2_POOL_2D>, {kFloat32}, kOrder);
  AddEach(cases, "BATCH_MATMUL", &BatchMatmul, {kFloat32, kInt8}, kOrder);
  AddEach(cases, "TRANSPOSE_CONV", &TransposeConv, {kFloat32, kInt8, kUInt8, kInt16}, kOrder);
  return cases;
}

}  // namespace quantgate
