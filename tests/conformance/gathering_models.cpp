#include "reference/model/op_options.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

// Indices as a value of the run or a constant, int32 or int64.
void AddIndices(OneOpModel& op, Choices& choices, const std::vector<int32_t>& dims,
                const std::vector<int32_t>& values, bool wide_too = true) {
  const bool wide = wide_too && choices.Coin();
  const DType dtype = wide ? DType::kInt64 : DType::kInt32;
  const auto bytes =
      wide ? BytesOf(std::vector<int64_t>(values.begin(), values.end())) : BytesOf(values);
  if (choices.Coin()) {
    op.AddInput(dtype, dims, {}, bytes);
  } else {
    op.AddConstant(dtype, dims, bytes);
  }
}

std::vector<int32_t> Below(Choices& choices, int64_t count, int32_t extent) {
  std::vector<int32_t> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(Between(choices, 0, extent - 1));
  return values;
}

OneOpModel Gather(Choices& choices, DType dtype) {
  const auto dims = choices.Extents(Between(choices, 1, 4));
  const auto rank = static_cast<int32_t>(dims.size());
  schema::GatherOptionsT options;
  options.axis = Between(choices, -rank, rank - 1);
  const int32_t axis = options.axis < 0 ? options.axis + rank : options.axis;
  options.batch_dims = Between(choices, 0, axis);
  auto at = choices.Extents(Between(choices, 0, 2), 1, 4);
  at.insert(at.begin(), dims.begin(), dims.begin() + options.batch_dims);
  OneOpModel op(OpCode::kGATHER, MakeOptions(options));
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddIndices(op, choices, at, Below(choices, Elements(at), dims[static_cast<size_t>(axis)]));
  op.AddOutput(dtype, quant);
  return op;
}

// `count` tuples into the first `width` axes of `dims`.
std::vector<int32_t> Tuples(Choices& choices, int64_t count, const std::vector<int32_t>& dims,
                            int32_t width) {
  std::vector<int32_t> values;
  for (int64_t i = 0; i < count; ++i) {
    for (int32_t k = 0; k < width; ++k) {
      values.push_back(Between(choices, 0, dims[static_cast<size_t>(k)] - 1));
    }
  }
  return values;
}

OneOpModel GatherNd(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kGATHER_ND, MakeOptions(schema::GatherNdOptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 5));
  auto at = choices.Extents(Between(choices, 0, 2), 1, 4);
  const int32_t width = Between(choices, 1, static_cast<int64_t>(dims.size()));
  const auto values = Tuples(choices, Elements(at), dims, width);
  at.push_back(width);
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddIndices(op, choices, at, values);
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel ScatterNd(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kSCATTER_ND, MakeOptions(schema::ScatterNdOptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 5));
  auto at = choices.Extents(Between(choices, 1, 2), 1, 4);
  const int32_t width = Between(choices, 1, static_cast<int64_t>(dims.size()));
  const auto values = Tuples(choices, Elements(at), dims, width);  // tuples may repeat
  auto updates = at;
  updates.insert(updates.end(), dims.begin() + width, dims.end());
  at.push_back(width);
  AddIndices(op, choices, at, values, false);
  AddData(op, choices, dtype, updates);
  AddList(op, dims);
  op.AddOutput(dtype, {});
  return op;
}

OneOpModel Lookup(Choices& choices, DType dtype, DType output) {
  OneOpModel op(OpCode::kEMBEDDING_LOOKUP, nullptr);
  const auto table = choices.Extents(Between(choices, 2, 4), 1, 6);
  const int32_t count = Between(choices, 1, 6);
  op.AddInput(DType::kInt32, {count}, {}, BytesOf(Below(choices, count, table[0])));
  const QuantParams quant = SomeQuant(choices, dtype);
  op.AddConstant(dtype, table, choices.Values(dtype, Elements(table)), quant);
  op.AddOutput(output, output == dtype ? quant : QuantParams{});
  return op;
}

OneOpModel EmbeddingLookup(Choices& choices, DType dtype) { return Lookup(choices, dtype, dtype); }

OneOpModel EmbeddingLookupOfCodes(Choices& choices, DType dtype) {
  return Lookup(choices, dtype, DType::kFloat32);
}

OneOpModel OneHot(Choices& choices, DType dtype) {
  const auto dims = choices.Extents(Between(choices, 0, 4), 1, 4);
  schema::OneHotOptionsT options;
  options.axis = Between(choices, -1, static_cast<int64_t>(dims.size()));
  OneOpModel op(OpCode::kONE_HOT, MakeOptions(options));
  const int32_t depth = Between(choices, 1, 5);
  std::vector<int32_t> at;
  for (int64_t i = 0; i < Elements(dims); ++i) at.push_back(Between(choices, -1, depth));
  AddIndices(op, choices, dims, at);
  op.AddIntegers({}, {depth});
  const QuantParams quant = AddData(op, choices, dtype, {});
  op.AddInput(dtype, {}, quant, choices.Values(dtype, 1));
  op.AddOutput(dtype, quant);
  return op;
}

// Of a constant, the only condition that runs; half of it zeros.
OneOpModel Where(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kWHERE, MakeOptions(schema::WhereOptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 5), 1, 4);
  std::vector<std::byte> condition = choices.Values(dtype, Elements(dims));
  const size_t size = condition.size() / static_cast<size_t>(Elements(dims));
  for (size_t at = 0; at < condition.size(); at += size) {
    if (choices.Coin()) std::memset(&condition[at], 0, size);
  }
  op.AddConstant(dtype, dims, condition);
  op.AddOutput(DType::kInt64, {});
  return op;
}

}  // namespace

std::vector<OpCase> GatheringCases() {
  std::vector<OpCase> cases;
  using enum DType;
  AddEach(cases, "Gather", &Gather, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64, kBool});
  AddEach(cases, "GatherNd", &GatherNd, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "ScatterNd", &ScatterNd, {kFloat32, kInt8, kUInt8, kInt32, kInt64});
  AddEach(cases, "EmbeddingLookup", &EmbeddingLookup, {kFloat32, kInt8, kUInt8});
  AddEach(cases, "EmbeddingLookupOfCodes", &EmbeddingLookupOfCodes, {kInt8, kUInt8});
  AddEach(cases, "OneHot", &OneHot, {kFloat32, kInt8, kUInt8, kInt32, kInt64, kBool});
  AddEach(cases, "Where", &Where, {kFloat32, kInt8, kUInt8, kInt32, kInt64, kBool});
  return cases;
}

}  // namespace quantgate
