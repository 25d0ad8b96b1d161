#include "harness/comparison/weight_prints.h"

#include <algorithm>
#include <cmath>

#include "reference/numeric/affine.h"
#include "reference/ops/fused_activation.h"
#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

constexpr double kAmbiguous = 0.01;

// Empty where the weights are computed, or no numbers.
std::vector<float> SampledWeights(const Plan& plan, int tensor) {
  const auto bytes = plan.constant(tensor);
  const int64_t count = plan.shape(tensor).num_elements();
  if (bytes.empty() || count < 2) return {};
  std::vector<float> reals(static_cast<size_t>(count));
  const TensorInfo& info = plan.info(tensor);
  if (!DequantizeTensor(bytes, info.dtype, plan.shape(tensor), info.quant, reals)) return {};
  const int64_t wanted = std::min(count, kPrintValues);
  std::vector<float> values;
  double mean = 0;
  for (int64_t i = 0; i < wanted; ++i) {
    values.push_back(reals[static_cast<size_t>(i * count / wanted)]);
    mean += static_cast<double>(values.back()) / static_cast<double>(wanted);
  }
  for (float& value : values) value = static_cast<float>(static_cast<double>(value) - mean);
  return values;
}

}  // namespace

std::vector<WeightPrint> WeightPrints(const Plan& plan) {
  std::vector<WeightPrint> prints;
  const auto& ops = plan.subgraph().ops;
  for (size_t i = 0; i < ops.size(); ++i) {
    const OpSpec* spec = FindOpSpec(ops[i].code);
    if (spec == nullptr || spec->weights < 0) continue;
    const auto at = static_cast<size_t>(spec->weights);
    if (at >= ops[i].inputs.size() || ops[i].inputs[at] < 0) continue;
    WeightPrint print;
    print.op = static_cast<int>(i);
    print.code = ops[i].code;
    print.activation = static_cast<int>(FusedActivation(ops[i]));
    print.elements = plan.shape(ops[i].inputs[at]).num_elements();
    print.values = SampledWeights(plan, ops[i].inputs[at]);
    if (!print.values.empty()) prints.push_back(std::move(print));
  }
  return prints;
}

double Correlation(const WeightPrint& a, const WeightPrint& b) {
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (size_t i = 0; i < a.values.size(); ++i) {
    const auto x = static_cast<double>(a.values[i]);
    const auto y = static_cast<double>(b.values[i]);
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

std::vector<PrintPair> PairPrints(const std::vector<WeightPrint>& a,
                                  const std::vector<WeightPrint>& b) {
  std::vector<PrintPair> pairs;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) {
      if (a[i].code != b[j].code || a[i].elements != b[j].elements) continue;
      const double correlation = Correlation(a[i], b[j]);
      if (correlation >= kSameWeights) pairs.push_back({i, j, correlation});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(), [](const PrintPair& x, const PrintPair& y) {
    return x.correlation > y.correlation;
  });
  const auto rivalled = [&](const PrintPair& pair) {
    return std::any_of(pairs.begin(), pairs.end(), [&](const PrintPair& other) {
      const bool shares = (other.a == pair.a) != (other.b == pair.b);
      return shares && other.correlation > pair.correlation - kAmbiguous;
    });
  };
  std::vector<PrintPair> clear;
  for (const PrintPair& pair : pairs) {
    if (!rivalled(pair)) clear.push_back(pair);
  }
  return clear;
}

}  // namespace quantgate
