#include "reference/oracle/oracle.h"

#include <algorithm>
#include <cmath>

#include "reference/numeric/element.h"

namespace quantgate {
namespace {

bool HasCodes(const TensorInfo& info) {
  const bool is_code =
      info.dtype == DType::kInt8 || info.dtype == DType::kUInt8 || info.dtype == DType::kInt16;
  return is_code && info.quant.quantized();
}

// Elements of the axes after `axis`: how long a slice's parameters stay the same.
int64_t InnerElements(const Shape& shape, int axis) {
  int64_t inner = 1;
  for (int k = axis + 1; k < shape.rank(); ++k) inner *= shape.dim(k);
  return inner;
}

OracleReals RealsOf(const OracleTensor& tensor) {
  OracleReals reals{tensor.info, tensor.shape, {}};
  if (tensor.info == nullptr) return reals;
  const QuantParams& quant = tensor.info->quant;
  const bool mapped = quant.quantized() && !IsFloat(tensor.info->dtype);
  const bool sliced = mapped && quant.per_axis() && quant.axis < tensor.shape.rank();
  const int64_t inner = sliced ? InnerElements(tensor.shape, quant.axis) : 1;
  reals.values.resize(static_cast<size_t>(tensor.shape.num_elements()));
  for (size_t i = 0; i < reals.values.size(); ++i) {
    const double value = ReadElement(tensor.bytes, tensor.info->dtype, i);
    const size_t slice = sliced ? i / static_cast<size_t>(inner) % quant.scales.size() : 0;
    reals.values[i] = mapped ? static_cast<double>(quant.scale(slice)) *
                                   (value - static_cast<double>(quant.zero_point(slice)))
                             : value;
  }
  return reals;
}

bool IsComplete(const OracleTensor& tensor) {
  if (tensor.info == nullptr) return true;
  return IsNumeric(tensor.info->dtype) &&
         tensor.bytes.size() == ByteSize(tensor.info->dtype, tensor.shape);
}

double CodeOf(double real, const TensorInfo& info) {
  const CodeRange codes = CodeRangeOf(info.dtype);
  const double steps = std::round(real / static_cast<double>(info.quant.scale()));
  return std::clamp(steps + info.quant.zero_point(), static_cast<double>(codes.min),
                    static_cast<double>(codes.max));
}

}  // namespace

const OracleDef* FindOracle(OpCode code) {
  for (const OracleDef& row : AllOracles()) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

void OracleDistance::Merge(const OracleDistance& other) {
  elements += other.elements;
  sum_lsb += other.sum_lsb;
  max_lsb = std::max(max_lsb, other.max_lsb);
}

std::optional<OracleDistance> DistanceFromOracle(const OracleOp& op) {
  const OracleDef* oracle = FindOracle(op.node->code);
  if (oracle == nullptr || op.output.info == nullptr || !HasCodes(*op.output.info)) return {};
  if (!IsComplete(op.output) || op.output.info->quant.per_axis()) return {};
  OracleDistance distance;
  distance.elements = op.output.shape.num_elements();
  if (oracle->compute == nullptr) return distance;
  OracleInputs inputs{op.node, {}, op.output.shape};
  for (const OracleTensor& input : op.inputs) {
    if (!IsComplete(input)) return {};
    inputs.inputs.push_back(RealsOf(input));
  }
  std::vector<double> reals(static_cast<size_t>(distance.elements));
  if (!oracle->compute(inputs, reals)) return {};
  for (size_t i = 0; i < reals.size(); ++i) {
    const double kernel = ReadElement(op.output.bytes, op.output.info->dtype, i);
    const double off = std::abs(kernel - CodeOf(reals[i], *op.output.info));
    distance.sum_lsb += off;
    distance.max_lsb = std::max(distance.max_lsb, off);
  }
  return distance;
}

}  // namespace quantgate
