#include "harness/quantization/adaptive_rounding.h"

#include <gtest/gtest.h>

#include "harness/quantization/quantize_weights.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

constexpr CodeRange kInt4{-7, 7};

// A dense layer of `units` rows over inputs that go together, as activations do.
struct Case {
  LayerShape layer;
  std::vector<float> weights;
  LayerInputs inputs;
  QuantParams quant;
};

Case MakeCase(Random& random, int64_t values, int64_t units, bool correlated,
              const char* name = "int4") {
  Case made;
  made.layer.patch = values;
  made.layer.rows = units;
  made.weights = random.Floats(values * units, -1, 1);
  made.inputs.patches = 500;
  Eigen::MatrixXd samples(values, made.inputs.patches);
  for (Eigen::Index s = 0; s < samples.cols(); ++s) {
    const double common = random.Real(0, 2);
    for (Eigen::Index k = 0; k < values; ++k) {
      samples(k, s) = correlated ? common + random.Real(-0.2, 0.2) : (k == s % values ? 1.0 : 0.0);
    }
  }
  made.inputs.sums.push_back(samples.rowwise().sum());
  made.inputs.products.push_back(samples * samples.transpose());
  const SchemeDef& scheme = *FindScheme(name);
  made.quant = WeightParams(
      made.weights, Shape{static_cast<int32_t>(units), static_cast<int32_t>(values)}, scheme, 0);
  return made;
}

// E[((w - real(codes)) x)^2] over all rows.
double OutputError(const Case& of, const std::vector<int32_t>& codes) {
  double error = 0;
  const SliceOf slice(
      Shape{static_cast<int32_t>(of.layer.rows), static_cast<int32_t>(of.layer.patch)}, of.quant);
  for (int64_t r = 0; r < of.layer.rows; ++r) {
    Eigen::VectorXd difference(of.layer.patch);
    for (int64_t k = 0; k < of.layer.patch; ++k) {
      const size_t at = of.layer.WeightAt(0, r, k);
      difference[k] = static_cast<double>(of.weights[at]) -
                      codes[at] * static_cast<double>(of.quant.scale(slice(at)));
    }
    error += difference.dot(of.inputs.products[0] * difference);
  }
  return error;
}

std::vector<int32_t> Nearest(const Case& of) {
  return RoundToCodes(
      of.weights, Shape{static_cast<int32_t>(of.layer.rows), static_cast<int32_t>(of.layer.patch)},
      of.quant, kInt4);
}

TEST(AdaptiveRounding, TheOutputsErrorShrinks) {
  QG_SEED(20241121U);
  double adaptive = 0;
  double nearest = 0;
  for (int i = 0; i < 20; ++i) {
    const Case made = MakeCase(random, random.Int(8, 40), random.Int(1, 6), true);
    const auto codes = RoundAdaptively(made.weights, made.layer, made.inputs, made.quant, kInt4);
    for (const int32_t code : codes) ASSERT_TRUE(code >= -7 && code <= 7);
    // A short row may be as good already.
    ASSERT_LE(OutputError(made, codes), 1.05 * OutputError(made, Nearest(made)));
    adaptive += OutputError(made, codes);
    nearest += OutputError(made, Nearest(made));
  }
  EXPECT_LT(adaptive, 0.2 * nearest);
}

TEST(AdaptiveRounding, EveryBlockIsRoundedWithItsScale) {
  QG_SEED(20261150U);
  for (int i = 0; i < 5; ++i) {
    const Case made = MakeCase(random, 96, random.Int(1, 4), true, "int4-blockwise-32");
    const auto codes = RoundAdaptively(made.weights, made.layer, made.inputs, made.quant, kInt4);
    EXPECT_LT(OutputError(made, codes), 0.5 * OutputError(made, Nearest(made)));
    const Case apart = MakeCase(random, 64, 3, false, "int4-blockwise-32");
    EXPECT_EQ(RoundAdaptively(apart.weights, apart.layer, apart.inputs, apart.quant, kInt4),
              Nearest(apart));
  }
}

// Inputs that never come together leave nothing to make good with.
TEST(AdaptiveRounding, IndependentInputsGiveTheNearestCodes) {
  QG_SEED(20241122U);
  const Case made = MakeCase(random, 20, 4, false);
  EXPECT_EQ(RoundAdaptively(made.weights, made.layer, made.inputs, made.quant, kInt4),
            Nearest(made));
}

TEST(AdaptiveRounding, InputsThatAreAlwaysZeroGiveTheNearestCodes) {
  QG_SEED(20241123U);
  Case made = MakeCase(random, 12, 3, true);
  made.inputs.products[0].setZero();
  EXPECT_EQ(RoundAdaptively(made.weights, made.layer, made.inputs, made.quant, kInt4),
            Nearest(made));
}

TEST(AdaptiveRounding, WithoutProductsThereIsNothingToGoBy) {
  QG_SEED(20241124U);
  Case made = MakeCase(random, 12, 3, true);
  made.inputs.products.clear();
  EXPECT_TRUE(RoundAdaptively(made.weights, made.layer, made.inputs, made.quant, kInt4).empty());
}

}  // namespace
}  // namespace quantgate
