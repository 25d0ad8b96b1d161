#include <algorithm>
#include <numeric>

#include "reference/model/op_options.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

OneOpModel Transpose(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kTRANSPOSE, MakeOptions(schema::TransposeOptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 5));
  std::vector<int32_t> order(dims.size());
  std::iota(order.begin(), order.end(), 0);
  for (size_t k = order.size(); k > 1; --k) {
    std::swap(order[k - 1],
              order[static_cast<size_t>(choices.Integer(0, static_cast<int64_t>(k) - 1))]);
  }
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddList(op, order);
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel ReverseV2(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kREVERSE_V2, MakeOptions(schema::ReverseV2OptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 5));
  const QuantParams quant = AddData(op, choices, dtype, dims);
  const auto rank = static_cast<int32_t>(dims.size());
  AddList(op, {Between(choices, -rank, rank - 1)});  // 2.9.0 takes one axis only
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel SpaceToDepth(Choices& choices, DType dtype) {
  schema::SpaceToDepthOptionsT options;
  options.block_size = Between(choices, 1, 4);
  OneOpModel op(OpCode::kSPACE_TO_DEPTH, MakeOptions(options));
  auto dims = choices.Extents(4, 1, 4);
  dims[1] *= options.block_size;
  dims[2] *= options.block_size;
  const QuantParams quant = AddData(op, choices, dtype, dims);
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel DepthToSpace(Choices& choices, DType dtype) {
  schema::DepthToSpaceOptionsT options;
  options.block_size = Between(choices, 1, 4);
  OneOpModel op(OpCode::kDEPTH_TO_SPACE, MakeOptions(options));
  auto dims = choices.Extents(4, 1, 4);
  dims[3] *= options.block_size * options.block_size;
  const QuantParams quant = AddData(op, choices, dtype, dims);
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel SpaceToBatchNd(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kSPACE_TO_BATCH_ND, MakeOptions(schema::SpaceToBatchNDOptionsT{}));
  auto dims = choices.Extents(Between(choices, 3, 4), 1, 6);
  std::vector<int32_t> block;
  std::vector<int32_t> pads;
  for (size_t k = 1; k + 1 < dims.size(); ++k) {
    block.push_back(Between(choices, 1, 3));
    pads.push_back(Between(choices, 0, 3));
    // Whatever completes the last block, and now and then a whole block more.
    const int32_t rest = (dims[k] + pads.back()) % block.back();
    pads.push_back((rest == 0 ? 0 : block.back() - rest) + Between(choices, 0, 1) * block.back());
  }
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddList(op, block);
  op.AddIntegers({static_cast<int32_t>(block.size()), 2}, pads);
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel BatchToSpaceNd(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kBATCH_TO_SPACE_ND, MakeOptions(schema::BatchToSpaceNDOptionsT{}));
  auto dims = choices.Extents(Between(choices, 3, 4), 1, 5);
  std::vector<int32_t> block;
  std::vector<int32_t> crops;
  for (size_t k = 1; k + 1 < dims.size(); ++k) {
    block.push_back(Between(choices, 1, 3));
    dims[0] *= block.back();
    const int32_t extent = dims[k] * block.back();
    crops.push_back(Between(choices, 0, extent - 1));
    crops.push_back(Between(choices, 0, extent - 1 - crops.back()));
  }
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddList(op, block);
  op.AddIntegers({static_cast<int32_t>(block.size()), 2}, crops);
  op.AddOutput(dtype, quant);
  return op;
}

}  // namespace

std::vector<OpCase> TranspositionCases() {
  std::vector<OpCase> cases;
  using enum DType;
  AddEach(cases, "Transpose", &Transpose, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64, kBool});
  AddEach(cases, "ReverseV2", &ReverseV2, {kFloat32, kUInt8, kInt16, kInt32, kInt64, kBool});
  AddEach(cases, "SpaceToDepth", &SpaceToDepth, {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "DepthToSpace", &DepthToSpace, {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "SpaceToBatchNd", &SpaceToBatchNd, {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "BatchToSpaceNd", &BatchToSpaceNd, {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  return cases;
}

}  // namespace quantgate
