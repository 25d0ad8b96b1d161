#include "tests/reference/ops/oracle.h"

#include <algorithm>
#include <cmath>

#include "tests/support/model_builder.h"
#include "tests/support/run_model.h"

namespace quantgate {
namespace {

size_t Flat(const Shape& shape, std::initializer_list<int> index) {
  QG_CHECK_EQ(static_cast<int>(index.size()), shape.rank());
  int64_t flat = 0;
  int axis = 0;
  for (int i : index) {
    QG_CHECK(i >= 0 && i < shape.dim(axis));
    flat = flat * shape.dim(axis++) + i;
  }
  return static_cast<size_t>(flat);
}

// One input of a case, as reals and as the bytes that stand for them.
struct Stored {
  Reals reals;
  QuantParams quant;
  std::vector<std::byte> bytes;
  DType dtype = DType::kFloat32;
};

Stored StoreIntegers(const OpInput& input) {
  Stored stored;
  stored.reals.shape = input.shape;
  stored.bytes = ToBytes(input.integers);
  stored.dtype = DType::kInt32;
  return stored;
}

Stored StoreFloats(const OpCase& op, const OpInput& input, Random& random) {
  Stored stored;
  const auto values = random.Floats(input.shape.num_elements(), op.low, op.high);
  stored.reals = Reals(input.shape);
  stored.reals.values.assign(values.begin(), values.end());
  stored.bytes = ToBytes(values);
  return stored;
}

size_t SliceOf(const Shape& shape, int axis, size_t element) {
  size_t inner = 1;
  for (int k = axis + 1; k < shape.rank(); ++k) inner *= static_cast<size_t>(shape.dim(k));
  return element / inner % static_cast<size_t>(shape.dim(axis));
}

template <class Code>
QuantParams AnyParams(const OpInput& input, Random& random) {
  constexpr bool kSigned = std::is_signed_v<Code>;
  constexpr int kLowest = kSigned ? -128 : 0;
  const bool weights = input.role != Role::kData;
  const int slices = input.role == Role::kPerAxis && kSigned ? input.shape.dim(input.axis) : 1;
  QuantParams params;
  for (int i = 0; i < slices; ++i) {
    params.scales.push_back(random.Float(0.002, 0.02));
    params.zero_points.push_back(kSigned && weights ? 0 : random.Int(kLowest, kLowest + 255));
  }
  if (slices > 1) params.axis = input.axis;
  return params;
}

template <class Code>
Stored StoreCodes(const OpInput& input, const QuantParams& params, Random& random) {
  const CodeRange range = CodeRangeOf(DTypeOf<Code>::value);
  Stored stored;
  stored.dtype = DTypeOf<Code>::value;
  stored.quant = params;
  const auto codes = random.Codes<Code>(input.shape.num_elements(), range.min, range.max);
  stored.bytes = ToBytes(codes);
  stored.reals = Reals(input.shape);
  for (size_t i = 0; i < codes.size(); ++i) {
    const size_t slice = params.per_axis() ? SliceOf(input.shape, params.axis, i) : 0;
    stored.reals.values[i] =
        static_cast<double>(params.scale(slice)) * (codes[i] - params.zero_point(slice));
  }
  return stored;
}

Stored StoreBias(const OpInput& input, const Stored& data, const Stored& weights, Random& random) {
  Stored stored;
  stored.dtype = DType::kInt32;
  stored.reals = Reals(input.shape);
  const auto codes = random.Codes<int32_t>(input.shape.num_elements(), -20000, 20000);
  for (size_t i = 0; i < codes.size(); ++i) {
    stored.reals.values[i] =
        static_cast<double>(data.quant.scale()) * weights.quant.scale(i) * codes[i];
  }
  stored.bytes = ToBytes(codes);
  return stored;
}

template <class Code>
std::vector<Stored> StoreInputs(const OpCase& op, Random& random) {
  std::vector<Stored> stored;
  for (const OpInput& input : op.inputs) {
    if (input.role == Role::kIntegers) {
      stored.push_back(StoreIntegers(input));
    } else if constexpr (std::is_same_v<Code, float>) {
      stored.push_back(StoreFloats(op, input, random));
    } else if (input.role == Role::kBias) {
      stored.push_back(StoreBias(input, stored[0], stored[1], random));
    } else {
      const bool share = op.same_params && !stored.empty();
      const QuantParams params = share ? stored[0].quant : AnyParams<Code>(input, random);
      stored.push_back(StoreCodes<Code>(input, params, random));
    }
  }
  return stored;
}

Reals Compute(const OpCase& op, const std::vector<Stored>& inputs) {
  std::vector<Reals> reals;
  for (const Stored& input : inputs) reals.push_back(input.reals);
  return op.compute(reals);
}

// Parameters that cover the wanted output with room to spare, or cut a little off it.
template <class Code>
QuantParams OutputParams(const OpCase& op, const std::vector<Stored>& inputs, const Reals& want,
                         Random& random) {
  const int lowest = CodeRangeOf(DTypeOf<Code>::value).min;
  if (op.same_params) return inputs[0].quant;
  if (op.unit_output) return PerTensor(1.0F / 256, lowest);
  const auto [low, high] = std::minmax_element(want.values.begin(), want.values.end());
  const double width = std::max(std::max(*high, 0.0) - std::min(*low, 0.0), 0.05);
  const auto scale = static_cast<float>(width / 255 * random.Real(0.8, 1.5));
  const double zero = std::round(lowest - std::min(*low, 0.0) / static_cast<double>(scale));
  return PerTensor(scale, static_cast<int32_t>(std::clamp(zero, lowest + 0.0, lowest + 255.0)));
}

std::vector<std::byte> RunCase(const OpCase& op, const std::vector<Stored>& inputs, DType dtype,
                               const Shape& output_shape, const QuantParams& output_quant) {
  ModelBuilder builder;
  std::vector<int> indices;
  std::vector<std::vector<std::byte>> bytes;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string name = "input" + std::to_string(i);
    const Stored& input = inputs[i];
    if (op.inputs[i].role == Role::kIntegers) {
      indices.push_back(
          builder.AddConstantBytes(name, input.dtype, input.reals.shape, input.bytes));
      continue;
    }
    indices.push_back(builder.AddInput(name, input.dtype, input.reals.shape, input.quant));
    bytes.push_back(input.bytes);
  }
  const int output = builder.AddTensor("output", dtype, output_shape, output_quant);
  builder.AddOp(op.code, indices, {output}, op.options);
  return RunModel(builder.Finish({output}), bytes)[0];
}

template <class Code>
void CheckCodes(const OpCase& op, Random& random) {
  const auto inputs = StoreInputs<Code>(op, random);
  const Reals want = Compute(op, inputs);
  const QuantParams quant = OutputParams<Code>(op, inputs, want, random);
  const DType dtype = DTypeOf<Code>::value;
  const auto got = FromBytes<Code>(RunCase(op, inputs, dtype, want.shape, quant));
  ASSERT_EQ(got.size(), want.values.size());
  const CodeRange range = CodeRangeOf(dtype);
  for (size_t i = 0; i < got.size(); ++i) {
    const double steps = std::round(want.values[i] / static_cast<double>(quant.scale()));
    const double code = std::clamp<double>(steps + quant.zero_point(), range.min, range.max);
    ASSERT_LE(std::abs(got[i] - code), op.largest_lsb)
        << DTypeName(dtype) << " " << OpCodeName(op.code) << " element " << i << " of "
        << want.shape.ToString() << ": got " << int{got[i]} << " for the real " << want.values[i];
  }
}

}  // namespace

double& Reals::at(std::initializer_list<int> index) { return values[Flat(shape, index)]; }
double Reals::at(std::initializer_list<int> index) const { return values[Flat(shape, index)]; }

void CheckFloat(const OpCase& op, Random& random) {
  const auto inputs = StoreInputs<float>(op, random);
  const Reals want = Compute(op, inputs);
  const auto got = FromBytes<float>(RunCase(op, inputs, DType::kFloat32, want.shape, {}));
  ASSERT_EQ(got.size(), want.values.size());
  // Each of `terms` additions is off by half a unit of a partial sum, which is at most `terms`
  // products of magnitude bound^2; a few operations more follow the sum.
  const double bound = std::max({1.0, std::abs(op.low), std::abs(op.high)});
  const double tolerance = std::ldexp(1.0, -24) * (op.terms + 4) * (op.terms + 4) * bound * bound;
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_NEAR(got[i], want.values[i], tolerance)
        << OpCodeName(op.code) << " element " << i << " of " << want.shape.ToString();
  }
}

void CheckInt8(const OpCase& op, Random& random) { CheckCodes<int8_t>(op, random); }
void CheckUInt8(const OpCase& op, Random& random) { CheckCodes<uint8_t>(op, random); }

void CheckAllTypes(const OpCase& op, Random& random) {
  CheckFloat(op, random);
  if (!testing::Test::HasFatalFailure()) CheckInt8(op, random);
  if (!testing::Test::HasFatalFailure()) CheckUInt8(op, random);
}

schema::ActivationFunctionType AnyActivation(Random& random) {
  return static_cast<schema::ActivationFunctionType>(random.Int(0, 3));
}

double Activate(schema::ActivationFunctionType activation, double real) {
  switch (activation) {
    case schema::ActivationFunctionType::RELU: return std::max(real, 0.0);
    case schema::ActivationFunctionType::RELU_N1_TO_1: return std::clamp(real, -1.0, 1.0);
    case schema::ActivationFunctionType::RELU6: return std::clamp(real, 0.0, 6.0);
    default: return real;
  }
}

}  // namespace quantgate
