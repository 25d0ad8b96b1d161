#include "tests/conformance/movement_models.h"

namespace quantgate {

QuantParams SomeQuant(Choices& choices, DType dtype) {
  const auto scale = static_cast<float>(choices.Integer(1, 1000)) / 1024.0F;
  switch (dtype) {
    case DType::kInt8: return PerTensor(scale, static_cast<int32_t>(choices.Integer(-128, 127)));
    case DType::kUInt8: return PerTensor(scale, static_cast<int32_t>(choices.Integer(0, 255)));
    case DType::kInt16: return PerTensor(scale, 0);
    default: return {};
  }
}

QuantParams AddData(OneOpModel& op, Choices& choices, DType dtype,
                    const std::vector<int32_t>& dims) {
  const QuantParams quant = SomeQuant(choices, dtype);
  op.AddInput(dtype, dims, quant, choices.Values(dtype, Elements(dims)));
  return quant;
}

void AddList(OneOpModel& op, const std::vector<int32_t>& values) {
  op.AddIntegers({static_cast<int32_t>(values.size())}, values);
}

void AddAnyList(OneOpModel& op, Choices& choices, const std::vector<int32_t>& values) {
  if (choices.Coin()) {
    AddList(op, values);
  } else {
    op.AddIntegers64({static_cast<int32_t>(values.size())}, {values.begin(), values.end()});
  }
}

int64_t Elements(const std::vector<int32_t>& dims) {
  int64_t elements = 1;
  for (const int32_t dim : dims) elements *= dim;
  return elements;
}

std::vector<OpCase> MovementCases() {
  return Joined({&SlicingCases, &TranspositionCases, &GatheringCases, &FillingCases});
}

}  // namespace quantgate
