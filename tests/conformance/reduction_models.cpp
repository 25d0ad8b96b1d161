#include <cmath>

#include "reference/model/op_options.h"
#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

// Some axes of a tensor, at least one, negative ones among them.
std::vector<int32_t> SomeAxes(Choices& choices, int rank) {
  std::vector<int32_t> axes;
  for (int axis = 0; axis < rank; ++axis) {
    if (choices.Coin()) axes.push_back(choices.Coin() ? axis : axis - rank);
  }
  if (axes.empty()) axes.push_back(Between(choices, 0, rank - 1));
  return axes;
}

enum class Params { kFree, kShared };

template <OpCode kCode, Params kParams>
OneOpModel Reduce(Choices& choices, DType dtype) {
  schema::ReducerOptionsT options;
  options.keep_dims = choices.Coin();
  OneOpModel op(kCode, MakeOptions(options));
  const auto dims = choices.Extents(Between(choices, 1, 4));
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddList(op, SomeAxes(choices, static_cast<int>(dims.size())));
  const bool shared = kParams == Params::kShared || choices.Integer(0, 3) == 0;
  op.AddOutput(dtype, shared ? quant : SomeQuant(choices, dtype));
  return op;
}

// The spatial form: rank 4, axes 1 and 2, kept.
OneOpModel SpatialMean(Choices& choices, DType dtype) {
  schema::ReducerOptionsT options;
  options.keep_dims = true;
  OneOpModel op(OpCode::kMEAN, MakeOptions(options));
  const QuantParams quant = AddData(op, choices, dtype, choices.Extents(4, 1, 9));
  const int32_t height = choices.Coin() ? 1 : -3;
  const int32_t width = choices.Coin() ? 2 : -2;
  AddList(op, choices.Coin() ? std::vector{height, width} : std::vector{width, height});
  op.AddOutput(dtype, choices.Integer(0, 3) == 0 ? quant : SomeQuant(choices, dtype));
  return op;
}

template <OpCode kCode>
OneOpModel Arg(Choices& choices, DType dtype) {
  const bool wide = choices.Coin();
  const auto type = wide ? schema::TensorType::INT64 : schema::TensorType::INT32;
  std::shared_ptr<const OpOptions> options;
  if constexpr (kCode == OpCode::kARG_MAX) {
    schema::ArgMaxOptionsT table;
    table.output_type = type;
    options = MakeOptions(table);
  } else {
    schema::ArgMinOptionsT table;
    table.output_type = type;
    options = MakeOptions(table);
  }
  OneOpModel op(kCode, options);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddData(op, choices, dtype, dims);
  op.AddIntegers({}, {Between(choices, 0, static_cast<int64_t>(dims.size()) - 1)});
  op.AddOutput(wide ? DType::kInt64 : DType::kInt32, {});
  return op;
}

OneOpModel TopK(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kTOPK_V2, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 3), 1, 9);
  const QuantParams quant = AddData(op, choices, dtype, dims);
  op.AddIntegers({}, {Between(choices, 1, dims.back())});
  op.AddOutput(dtype, quant);
  op.AddOutput(DType::kInt32, {});
  return op;
}

OneOpModel Cumsum(Choices& choices, DType dtype) {
  schema::CumsumOptionsT options;
  options.exclusive = choices.Coin();
  options.reverse = choices.Coin();
  OneOpModel op(OpCode::kCUMSUM, MakeOptions(options));
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddData(op, choices, dtype, dims);
  op.AddIntegers({}, {Between(choices, 0, static_cast<int64_t>(dims.size()) - 1)});
  op.AddOutput(dtype, {});
  return op;
}

OneOpModel Softmax(Choices& choices, DType dtype) {
  schema::SoftmaxOptionsT options;
  options.beta = static_cast<float>(choices.Integer(1, 20)) / 10.0F;
  OneOpModel op(OpCode::kSOFTMAX, MakeOptions(options));
  const auto dims = choices.Extents(Between(choices, 1, 4), 1, 12);
  if (dtype == DType::kInt16) {
    // Differences of all 65,536 codes, and of few.
    const auto scale = static_cast<float>(choices.Integer(1, 1000)) / 100000.0F;
    const int shift = Between(choices, 0, 12);
    std::vector<int16_t> codes;
    for (int64_t i = 0; i < Elements(dims); ++i) {
      codes.push_back(static_cast<int16_t>(choices.Integer(INT16_MIN, INT16_MAX) >> shift));
    }
    op.AddInput(dtype, dims, PerTensor(scale, 0), BytesOf(codes));
    op.AddOutput(dtype, PerTensor(1.0F / 32768, 0));
    return op;
  }
  AddData(op, choices, dtype, dims);
  op.AddOutput(dtype, dtype == DType::kFloat32
                          ? QuantParams{}
                          : PerTensor(1.0F / 256, dtype == DType::kInt8 ? -128 : 0));
  return op;
}

OneOpModel LogSoftmax(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kLOG_SOFTMAX, nullptr);
  AddData(op, choices, dtype, choices.Extents(Between(choices, 1, 4), 1, 12));
  op.AddOutput(dtype, dtype == DType::kFloat32
                          ? QuantParams{}
                          : PerTensor(16.0F / 256, dtype == DType::kInt8 ? 127 : 255));
  return op;
}

OneOpModel L2Normalization(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kL2_NORMALIZATION, MakeOptions(schema::L2NormOptionsT{}));
  AddData(op, choices, dtype, choices.Extents(Between(choices, 1, 4), 1, 12));
  op.AddOutput(dtype, dtype == DType::kFloat32
                          ? QuantParams{}
                          : PerTensor(1.0F / 128, dtype == DType::kInt8 ? 0 : 128));
  return op;
}

OneOpModel LocalResponse(Choices& choices, DType dtype) {
  schema::LocalResponseNormalizationOptionsT options;
  options.radius = Between(choices, 0, 4);
  options.bias = static_cast<float>(choices.Integer(1, 20)) / 10.0F;
  options.alpha = static_cast<float>(choices.Integer(1, 20)) / 20.0F;
  options.beta = static_cast<float>(choices.Integer(1, 10)) / 10.0F;
  OneOpModel op(OpCode::kLOCAL_RESPONSE_NORMALIZATION, MakeOptions(options));
  AddData(op, choices, dtype, choices.Extents(4, 1, 9));
  op.AddOutput(dtype, {});
  return op;
}

}  // namespace

std::vector<OpCase> ReductionCases() {
  std::vector<OpCase> cases;
  using enum DType;
  constexpr double kOrder = 2e-6;  // sums in another order
  AddEach(cases, "MEAN", &Reduce<OpCode::kMEAN, Params::kFree>,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64}, kOrder);
  AddEach(cases, "MEAN_SPATIAL", &SpatialMean, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64},
          kOrder);
  AddEach(cases, "SUM", &Reduce<OpCode::kSUM, Params::kFree>,
          {kFloat32, kInt8, kUInt8, kInt32, kInt64}, kOrder);
  AddEach(cases, "SUM_SAME_SCALE", &Reduce<OpCode::kSUM, Params::kShared>, {kInt8, kUInt8, kInt16});
  AddEach(cases, "REDUCE_PROD", &Reduce<OpCode::kREDUCE_PROD, Params::kShared>,
          {kFloat32, kInt32, kInt64}, kOrder);
  AddEach(cases, "REDUCE_MAX", &Reduce<OpCode::kREDUCE_MAX, Params::kShared>,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "REDUCE_MIN", &Reduce<OpCode::kREDUCE_MIN, Params::kShared>,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "REDUCE_ANY", &Reduce<OpCode::kREDUCE_ANY, Params::kShared>, {kBool});
  AddEach(cases, "REDUCE_ALL", &Reduce<OpCode::kREDUCE_ALL, Params::kShared>, {kBool});
  AddEach(cases, "ARG_MAX", &Arg<OpCode::kARG_MAX>, {kFloat32, kInt8, kUInt8, kInt32, kBool});
  AddEach(cases, "ARG_MIN", &Arg<OpCode::kARG_MIN>, {kFloat32, kInt8, kUInt8, kInt32, kBool});
  AddEach(cases, "TOPK_V2", &TopK, {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "CUMSUM", &Cumsum, {kFloat32, kInt32, kInt64}, kOrder);
  AddEach(cases, "SOFTMAX", &Softmax, {kFloat32, kInt8, kUInt8, kInt16}, 3e-6);
  AddEach(cases, "LOG_SOFTMAX", &LogSoftmax, {kFloat32, kInt8, kUInt8}, 3e-6);
  AddEach(cases, "L2_NORMALIZATION", &L2Normalization, {kFloat32, kInt8, kUInt8}, kOrder);
  // The real kernel takes powers by an approximation of its own.
  AddEach(cases, "LOCAL_RESPONSE_NORMALIZATION", &LocalResponse, {kFloat32}, 2e-3);
  return cases;
}

}  // namespace quantgate
