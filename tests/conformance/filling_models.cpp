#include <algorithm>

#include "reference/model/op_options.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

// As int32: 2.9.0 takes paddings of int64 for PAD and PADV2, but reads them as int32 (a padding of
// 1 and 2 becomes 1 and 0), so there is nothing to agree with.
void AddPads(OneOpModel& op, const std::vector<int32_t>& pads) {
  op.AddIntegers({static_cast<int32_t>(pads.size() / 2), 2}, pads);
}

OneOpModel Pad(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kPAD, MakeOptions(schema::PadOptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 5), 1, 4);
  QuantParams quant = SomeQuant(choices, dtype);
  if (dtype == DType::kInt16) quant.zero_points[0] = Between(choices, -1000, 1000);
  op.AddInput(dtype, dims, quant, choices.Values(dtype, Elements(dims)));
  AddPads(op, choices.Extents(static_cast<int>(2 * dims.size()), 0, 2));
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel PadV2(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kPADV2, MakeOptions(schema::PadV2OptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 5), 1, 4);
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddPads(op, choices.Extents(static_cast<int>(2 * dims.size()), 0, 2));
  const std::vector<int32_t> scalar(static_cast<size_t>(choices.Integer(0, 1)), 1);
  if (choices.Coin()) {
    op.AddInput(dtype, scalar, quant, choices.Values(dtype, 1));
  } else {
    op.AddConstant(dtype, scalar, choices.Values(dtype, 1), quant);
  }
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel MirrorPad(Choices& choices, DType dtype) {
  schema::MirrorPadOptionsT options;
  const bool reflect = choices.Coin();
  options.mode = reflect ? schema::MirrorPadMode::REFLECT : schema::MirrorPadMode::SYMMETRIC;
  OneOpModel op(OpCode::kMIRROR_PAD, MakeOptions(options));
  const auto dims = choices.Extents(Between(choices, 1, 5), 1, 4);
  std::vector<int32_t> pads;
  for (const int32_t dim : dims) {
    for (int side = 0; side < 2; ++side)
      pads.push_back(Between(choices, 0, dim - (reflect ? 1 : 0)));
  }
  const QuantParams quant = AddData(op, choices, dtype, dims);
  if (choices.Coin()) {
    AddPads(op, pads);
  } else {
    op.AddIntegers64({static_cast<int32_t>(dims.size()), 2}, {pads.begin(), pads.end()});
  }
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel ShapeOp(Choices& choices, DType dtype) {
  schema::ShapeOptionsT options;
  const bool wide = choices.Coin();
  options.out_type = wide ? schema::TensorType::INT64 : schema::TensorType::INT32;
  OneOpModel op(OpCode::kSHAPE, MakeOptions(options));
  AddData(op, choices, dtype, choices.Extents(Between(choices, 1, 5)));
  op.AddOutput(wide ? DType::kInt64 : DType::kInt32, {});
  return op;
}

OneOpModel Rank(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kRANK, MakeOptions(schema::RankOptionsT{}));
  AddData(op, choices, dtype, choices.Extents(Between(choices, 1, 5)));
  op.AddOutput(DType::kInt32, {});
  return op;
}

OneOpModel Fill(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kFILL, MakeOptions(schema::FillOptionsT{}));
  AddAnyList(op, choices, choices.Extents(Between(choices, 1, 5)));
  const QuantParams quant = AddData(op, choices, dtype, {});
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel Range(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kRANGE, MakeOptions(schema::RangeOptionsT{}));
  const int64_t start = choices.Integer(-50, 50);
  const int64_t sign = choices.Coin() ? 1 : -1;
  const int64_t delta = sign * choices.Integer(1, 9);
  const int64_t limit = start + sign * choices.Integer(1, 60);
  for (const int64_t value : {start, limit, delta}) {
    if (dtype == DType::kFloat32) {
      op.AddConstant(dtype, {}, BytesOf(std::vector<float>{static_cast<float>(value) / 7.0F}));
    } else {
      op.AddIntegers({}, {static_cast<int32_t>(value)});
    }
  }
  op.AddOutput(dtype, {});
  return op;
}

OneOpModel ZerosLike(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kZEROS_LIKE, MakeOptions(schema::ZerosLikeOptionsT{}));
  AddData(op, choices, dtype, choices.Extents(Between(choices, 1, 5)));
  op.AddOutput(dtype, {});
  return op;
}

OneOpModel Tile(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kTILE, MakeOptions(schema::TileOptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 5), 1, 4);
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddAnyList(op, choices, choices.Extents(static_cast<int>(dims.size()), 1, 3));
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel BroadcastTo(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kBROADCAST_TO, MakeOptions(schema::BroadcastToOptionsT{}), 2);
  const auto wanted = choices.Extents(Between(choices, 1, 5));
  std::vector<int32_t> dims(
      wanted.begin() + choices.Integer(0, static_cast<int64_t>(wanted.size()) - 1), wanted.end());
  for (int32_t& dim : dims) dim = choices.Coin() ? 1 : dim;
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddAnyList(op, choices, wanted);
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel BroadcastArgs(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kBROADCAST_ARGS, nullptr);
  const auto joined = choices.Extents(5);
  for (int i = 0; i < 2; ++i) {
    std::vector<int32_t> shape(joined.begin() + choices.Integer(0, 4), joined.end());
    for (int32_t& dim : shape) dim = choices.Coin() ? 1 : dim;
    const std::vector<int64_t> wide(shape.begin(), shape.end());
    op.AddInput(dtype, {static_cast<int32_t>(shape.size())}, {},
                dtype == DType::kInt64 ? BytesOf(wide) : BytesOf(shape));
  }
  op.AddOutput(dtype, {});
  return op;
}

OneOpModel ExpandDims(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kEXPAND_DIMS, MakeOptions(schema::ExpandDimsOptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 4));
  const auto rank = static_cast<int32_t>(dims.size());
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddAnyList(op, choices, {Between(choices, -rank - 1, rank)});
  op.AddOutput(dtype, quant);
  return op;
}

// Doubled or eight times as large (special cases of the real kernels), tripled, or anything.
std::vector<int32_t> NewSize(Choices& choices, const std::vector<int32_t>& dims) {
  const int64_t kind = choices.Integer(0, 4);
  const int32_t factor = kind == 0 ? 2 : kind == 1 ? 8 : 3;
  if (kind < 3) return {dims[1] * factor, dims[2] * factor};
  return choices.Extents(2, 1, 40);
}

OneOpModel ResizeBilinear(Choices& choices, DType dtype) {
  schema::ResizeBilinearOptionsT options;
  const int64_t kind = choices.Integer(0, 2);
  options.align_corners = kind == 1;
  options.half_pixel_centers = kind == 2;
  OneOpModel op(OpCode::kRESIZE_BILINEAR, MakeOptions(options));
  auto dims = choices.Extents(4, 1, 12);
  dims[0] = Between(choices, 1, 2);
  if (choices.Coin()) dims[3] = 8 * Between(choices, 1, 3);
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddList(op, NewSize(choices, dims));
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel ResizeNearestNeighbor(Choices& choices, DType dtype) {
  schema::ResizeNearestNeighborOptionsT options;
  options.align_corners = choices.Coin();
  options.half_pixel_centers = choices.Coin();
  OneOpModel op(OpCode::kRESIZE_NEAREST_NEIGHBOR, MakeOptions(options));
  auto dims = choices.Extents(4, 1, 12);
  dims[0] = Between(choices, 1, 2);
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddList(op, NewSize(choices, dims));
  op.AddOutput(dtype, quant);
  return op;
}

}  // namespace

std::vector<OpCase> FillingCases() {
  std::vector<OpCase> cases;
  using enum DType;
  AddEach(cases, "Pad", &Pad, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "PadV2", &PadV2, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "MirrorPad", &MirrorPad, {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "Shape", &ShapeOp, {kFloat32, kInt8});
  AddEach(cases, "Rank", &Rank, {kFloat32, kInt8});
  AddEach(cases, "Fill", &Fill, {kFloat32, kInt8, kInt16, kInt32, kInt64, kBool});
  AddEach(cases, "Range", &Range, {kFloat32, kInt32});
  AddEach(cases, "ZerosLike", &ZerosLike, {kFloat32, kInt32, kInt64});
  AddEach(cases, "Tile", &Tile, {kFloat32, kInt8, kUInt8, kInt32, kInt64, kBool});
  AddEach(cases, "BroadcastTo", &BroadcastTo,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64, kBool});
  AddEach(cases, "BroadcastArgs", &BroadcastArgs, {kInt32, kInt64});
  AddEach(cases, "ExpandDims", &ExpandDims,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64, kBool});
  AddEach(cases, "ResizeBilinear", &ResizeBilinear, {kFloat32, kInt8, kUInt8, kInt16});
  AddEach(cases, "ResizeNearestNeighbor", &ResizeNearestNeighbor,
          {kFloat32, kInt8, kUInt8, kInt16});
  return cases;
}

}  // namespace quantgate
