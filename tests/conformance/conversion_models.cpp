#include "reference/model/op_options.h"
#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/elementwise_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

OneOpModel FakeQuant(Choices& choices, DType dtype) {
  schema::FakeQuantOptionsT options;
  options.min = -static_cast<float>(choices.Integer(0, 300)) / 100.0F;
  options.max = static_cast<float>(choices.Integer(1, 600)) / 100.0F;
  options.num_bits = Between(choices, 2, 16);
  options.narrow_range = false;  // the real kernel takes no other
  OneOpModel op(OpCode::kFAKE_QUANT, MakeOptions(options));
  AddData(op, choices, dtype, choices.Extents(Between(choices, 1, 4)));
  op.AddOutput(dtype, {});
  return op;
}

OneOpModel Dequantize(Choices& choices, DType from) {
  OneOpModel op(OpCode::kDEQUANTIZE, nullptr);
  AddData(op, choices, from, choices.Extents(Between(choices, 1, 4)));
  op.AddOutput(DType::kFloat32, {});
  return op;
}

template <DType kFrom>
OneOpModel QuantizeFrom(Choices& choices, DType to) {
  OneOpModel op(OpCode::kQUANTIZE, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddData(op, choices, kFrom, dims);
  op.AddOutput(to, SomeQuant(choices, to));
  return op;
}

template <DType kTo>
OneOpModel CastTo(Choices& choices, DType from) {
  OneOpModel op(OpCode::kCAST, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  op.AddInput(from, dims, {}, choices.Values(from, Elements(dims)));
  op.AddOutput(kTo, {});
  return op;
}

}  // namespace

std::vector<OpCase> ConversionCases() {
  using enum DType;
  std::vector<OpCase> cases;
  AddEach(cases, "FAKE_QUANT", &FakeQuant, {kFloat32}, kTranscendental);
  AddEach(cases, "DEQUANTIZE", &Dequantize, {kInt8, kUInt8, kInt16});
  AddEach(cases, "QUANTIZE_FROM_FLOAT32", &QuantizeFrom<kFloat32>, {kInt8, kUInt8, kInt16});
  AddEach(cases, "QUANTIZE_FROM_INT8", &QuantizeFrom<kInt8>, {kInt8, kUInt8});
  AddEach(cases, "QUANTIZE_FROM_UINT8", &QuantizeFrom<kUInt8>, {kInt8, kUInt8});
  AddEach(cases, "QUANTIZE_FROM_INT16", &QuantizeFrom<kInt16>, {kInt8, kInt16});
  AddEach(cases, "CAST_TO_INT32", &CastTo<kInt32>, {kFloat32, kInt64, kInt16, kUInt8, kBool});
  AddEach(cases, "CAST_TO_FLOAT32", &CastTo<kFloat32>, {kInt32, kInt64, kInt16, kUInt8, kBool});
  AddEach(cases, "CAST_TO_BOOL", &CastTo<kBool>, {kFloat32, kInt32, kInt64});
  return cases;
}

}  // namespace quantgate
