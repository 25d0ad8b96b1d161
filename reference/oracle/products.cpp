// Dense layers and matrix products, and the bias they share with convolutions.
#include "reference/model/op_options.h"
#include "reference/oracle/oracle_families.h"

namespace quantgate::oracle {
namespace {

// The flat offset of batch `index` of `wanted` (leading axes only) in a tensor broadcast to it.
int64_t BatchOffset(const Shape& tensor, const Shape& wanted, int64_t index) {
  int64_t offset = 0;
  int64_t stride = 1;
  for (int k = wanted.rank() - 3; k >= 0; --k) {
    const int64_t at = index % wanted.dim(k);
    index /= wanted.dim(k);
    const int own = k - (wanted.rank() - tensor.rank());
    if (own < 0) continue;
    if (tensor.dim(own) != 1) offset += at * stride;
    stride *= tensor.dim(own);
  }
  return offset * tensor.dim(tensor.rank() - 2) * tensor.dim(tensor.rank() - 1);
}

}  // namespace

std::vector<double> BiasOf(const OracleInputs& op, size_t i, size_t input, size_t weights,
                           int64_t channels) {
  std::vector<double> bias(static_cast<size_t>(channels), 0.0);
  if (!HasInput(op, i)) return bias;
  const OracleReals& stored = op.inputs[i];
  const QuantParams& own = stored.info->quant;
  const QuantParams& in = op.inputs[input].info->quant;
  const QuantParams& w = op.inputs[weights].info->quant;
  for (size_t c = 0; c < bias.size() && c < stored.values.size(); ++c) {
    const double code =
        own.quantized() ? stored.values[c] / static_cast<double>(own.scale(c)) : stored.values[c];
    bias[c] = std::round(code) * static_cast<double>(in.scale()) * static_cast<double>(w.scale(c));
  }
  return bias;
}

bool FullyConnected(const OracleInputs& op, std::vector<double>& out) {
  const auto options = OptionsOrDefault<schema::FullyConnectedOptionsT>(*op.node);
  const OracleReals& in = op.inputs[0];
  const OracleReals& weights = op.inputs[1];
  if (weights.shape.rank() != 2) return false;
  const auto units = static_cast<size_t>(weights.shape.dim(0));
  const auto depth = static_cast<size_t>(weights.shape.dim(1));
  const std::vector<double> bias = BiasOf(op, 2, 0, 1, weights.shape.dim(0));
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t unit = i % units;
    double sum = bias[unit];
    for (size_t d = 0; d < depth; ++d) {
      sum += in.values[i / units * depth + d] * weights.values[unit * depth + d];
    }
    out[i] = Activate(static_cast<Activation>(options.fused_activation_function), sum);
  }
  return true;
}

bool BatchMatmul(const OracleInputs& op, std::vector<double>& out) {
  const auto options = OptionsOrDefault<schema::BatchMatMulOptionsT>(*op.node);
  const OracleReals& a = op.inputs[0];
  const OracleReals& b = op.inputs[1];
  const Shape& wanted = op.output;
  const int64_t rows = wanted.dim(wanted.rank() - 2);
  const int64_t columns = wanted.dim(wanted.rank() - 1);
  const int64_t depth = a.shape.dim(a.shape.rank() - (options.adj_x ? 2 : 1));
  for (int64_t i = 0; i < wanted.num_elements(); ++i) {
    const int64_t batch = i / (rows * columns);
    const int64_t row = i / columns % rows;
    const int64_t column = i % columns;
    const int64_t from_a = BatchOffset(a.shape, wanted, batch);
    const int64_t from_b = BatchOffset(b.shape, wanted, batch);
    double sum = 0;
    for (int64_t d = 0; d < depth; ++d) {
      const int64_t at_a = options.adj_x ? d * rows + row : row * depth + d;
      const int64_t at_b = options.adj_y ? column * depth + d : d * columns + column;
      sum += a.values[static_cast<size_t>(from_a + at_a)] *
             b.values[static_cast<size_t>(from_b + at_b)];
    }
    out[static_cast<size_t>(i)] = sum;
  }
  return true;
}

}  // namespace quantgate::oracle
