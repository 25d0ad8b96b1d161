#include <algorithm>

#include "reference/model/op_options.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

OneOpModel Slice(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kSLICE, MakeOptions(schema::SliceOptionsT{}));
  const auto dims = choices.Extents(Between(choices, 1, 5));
  const QuantParams quant = AddData(op, choices, dtype, dims);
  std::vector<int32_t> begin;
  std::vector<int32_t> size;
  for (const int32_t dim : dims) {
    begin.push_back(Between(choices, 0, dim - 1));
    size.push_back(choices.Integer(0, 3) == 0 ? -1 : Between(choices, 1, dim - begin.back()));
  }
  const auto count = static_cast<int32_t>(dims.size());
  if (choices.Coin()) {
    op.AddIntegers({count}, begin);
    op.AddIntegers({count}, size);
  } else {
    op.AddIntegers64({count}, {begin.begin(), begin.end()});
    op.AddIntegers64({count}, {size.begin(), size.end()});
  }
  op.AddOutput(dtype, quant);
  return op;
}

// Entries of a strided slice; the ellipsis, new axes and dropped axes of the real models.
struct Entries {
  std::vector<int32_t> begin;
  std::vector<int32_t> end;
  std::vector<int32_t> strides;
  schema::StridedSliceOptionsT masks;

  void Add(int32_t from, int32_t to, int32_t stride) {
    begin.push_back(from);
    end.push_back(to);
    strides.push_back(stride);
  }
  [[nodiscard]] int32_t bit() const { return 1 << begin.size(); }
};

void AddEntry(Choices& choices, int32_t dim, Entries& entries) {
  const int64_t kind = choices.Integer(0, 5);
  if (kind == 0) {
    entries.masks.shrink_axis_mask |= entries.bit();
    const int32_t at = Between(choices, -dim, dim - 1);
    entries.Add(at, at + 1, 1);
    return;
  }
  if (choices.Integer(0, 3) == 0) entries.masks.begin_mask |= entries.bit();
  if (choices.Integer(0, 3) == 0) entries.masks.end_mask |= entries.bit();
  // Ends beyond the axis are clamped; the range is rarely empty.
  int32_t low = Between(choices, -dim - 1, dim - 1);
  int32_t high = Between(choices, 1, dim + 2);
  int32_t stride = Between(choices, 1, 3);
  if (choices.Coin()) {
    std::swap(low, high);
    stride = -stride;
    if (choices.Coin()) high = -dim - 1;
  }
  entries.Add(low, high, stride);
}

OneOpModel StridedSlice(Choices& choices, DType dtype) {
  const auto dims = choices.Extents(Between(choices, 1, 4));
  Entries entries;
  // One kind of the two special entries a model, as converters write them.
  const int64_t special = choices.Integer(0, 3);
  size_t next = 0;
  const auto named = static_cast<size_t>(choices.Integer(1, static_cast<int64_t>(dims.size())));
  if (special == 1) {
    entries.masks.ellipsis_mask |= entries.bit();
    entries.Add(0, 0, 1);
    next = dims.size() - named + 1;
  }
  for (; next < (special == 1 ? dims.size() : named); ++next) {
    if (special == 2 && entries.masks.new_axis_mask == 0 && choices.Coin()) {
      entries.masks.new_axis_mask |= entries.bit();
      entries.Add(0, 1, 1);
    }
    AddEntry(choices, dims[next], entries);
  }
  OneOpModel op(OpCode::kSTRIDED_SLICE, MakeOptions(entries.masks));
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddList(op, entries.begin);
  AddList(op, entries.end);
  AddList(op, entries.strides);
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel Split(Choices& choices, DType dtype) {
  auto dims = choices.Extents(Between(choices, 1, 5));
  const auto rank = static_cast<int32_t>(dims.size());
  const int32_t axis = Between(choices, -rank, rank - 1);
  schema::SplitOptionsT options;
  options.num_splits = Between(choices, 1, 4);
  dims[static_cast<size_t>(axis < 0 ? axis + rank : axis)] *= options.num_splits;
  OneOpModel op(OpCode::kSPLIT, MakeOptions(options));
  op.AddIntegers({}, {axis});
  const QuantParams quant = AddData(op, choices, dtype, dims);
  for (int32_t o = 0; o < options.num_splits; ++o) op.AddOutput(dtype, quant);
  return op;
}

OneOpModel SplitV(Choices& choices, DType dtype) {
  auto dims = choices.Extents(Between(choices, 1, 5));
  const auto rank = static_cast<int32_t>(dims.size());
  const int32_t axis = Between(choices, -rank, rank - 1);
  std::vector<int32_t> sizes = choices.Extents(Between(choices, 1, 4), 1, 4);
  int32_t& extent = dims[static_cast<size_t>(axis < 0 ? axis + rank : axis)];
  extent = 0;
  for (const int32_t size : sizes) extent += size;
  if (choices.Coin()) {
    sizes[static_cast<size_t>(choices.Integer(0, static_cast<int64_t>(sizes.size()) - 1))] = -1;
  }
  schema::SplitVOptionsT options;
  options.num_splits = static_cast<int32_t>(sizes.size());
  OneOpModel op(OpCode::kSPLIT_V, MakeOptions(options));
  const QuantParams quant = AddData(op, choices, dtype, dims);
  AddAnyList(op, choices, sizes);
  op.AddIntegers({}, {axis});
  for (size_t o = 0; o < sizes.size(); ++o) op.AddOutput(dtype, quant);
  return op;
}

OneOpModel Pack(Choices& choices, DType dtype) {
  const auto dims = choices.Extents(Between(choices, 0, 4));
  const auto rank = static_cast<int32_t>(dims.size());
  schema::PackOptionsT options;
  options.values_count = Between(choices, 1, 4);
  options.axis = Between(choices, -rank - 1, rank);
  OneOpModel op(OpCode::kPACK, MakeOptions(options));
  const QuantParams quant = SomeQuant(choices, dtype);
  for (int32_t i = 0; i < options.values_count; ++i) {
    op.AddInput(dtype, dims, quant, choices.Values(dtype, Elements(dims)));
  }
  op.AddOutput(dtype, quant);
  return op;
}

OneOpModel Unpack(Choices& choices, DType dtype) {
  const auto dims = choices.Extents(Between(choices, 1, 4));
  const auto rank = static_cast<int32_t>(dims.size());
  schema::UnpackOptionsT options;
  options.axis = Between(choices, -rank, rank - 1);
  options.num = dims[static_cast<size_t>(options.axis < 0 ? options.axis + rank : options.axis)];
  OneOpModel op(OpCode::kUNPACK, MakeOptions(options));
  const QuantParams quant = AddData(op, choices, dtype, dims);
  for (int32_t o = 0; o < options.num; ++o) op.AddOutput(dtype, quant);
  return op;
}

OneOpModel DynamicUpdateSlice(Choices& choices, DType dtype) {
  OneOpModel op(OpCode::kDYNAMIC_UPDATE_SLICE, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 5));
  std::vector<int32_t> update;
  std::vector<int32_t> start;
  for (const int32_t dim : dims) {
    update.push_back(Between(choices, 1, dim));
    start.push_back(Between(choices, -2, dim + 1));  // the real runtime clamps, too
  }
  const QuantParams quant = AddData(op, choices, dtype, dims);
  op.AddInput(dtype, update, quant, choices.Values(dtype, Elements(update)));
  op.AddInput(DType::kInt32, {static_cast<int32_t>(dims.size())}, {}, BytesOf(start));
  op.AddOutput(dtype, quant);
  return op;
}

}  // namespace

std::vector<OpCase> SlicingCases() {
  std::vector<OpCase> cases;
  using enum DType;
  AddEach(cases, "Slice", &Slice, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64, kBool});
  AddEach(cases, "StridedSlice", &StridedSlice,
          {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64, kBool});
  AddEach(cases, "Split", &Split, {kFloat32, kInt8, kUInt8, kInt16, kInt32});
  AddEach(cases, "SplitV", &SplitV, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "Pack", &Pack, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kInt64});
  AddEach(cases, "Unpack", &Unpack, {kFloat32, kInt8, kUInt8, kInt16, kInt32, kBool});
  AddEach(cases, "DynamicUpdateSlice", &DynamicUpdateSlice, {kFloat32, kInt8, kInt32, kInt64});
  return cases;
}

}  // namespace quantgate
