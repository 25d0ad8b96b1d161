// TANH, ELU, GELU, HARD_SWISH, LEAKY_RELU and LOG_SOFTMAX.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

void CheckMany(OpCode code, std::shared_ptr<const OpOptions> options, uint32_t seed,
               const std::function<double(double)>& function) {
  QG_SEED(seed);
  for (int i = 0; i < 150 && !testing::Test::HasFatalFailure(); ++i) {
    const Shape shape = random.AnyShape(random.Int(0, 4), 6);
    OpCase op;
    op.code = code;
    op.options = options;
    op.inputs = {{Role::kData, shape}};
    op.compute = [=](const std::vector<Reals>& inputs) {
      Reals out(shape);
      std::transform(inputs[0].values.begin(), inputs[0].values.end(), out.values.begin(),
                     function);
      return out;
    };
    op.low = -6;
    op.high = 6;
    CheckAllTypes(op, random);
  }
}

TEST(SmoothActivations, TanhEqualsItsDefinition) {
  CheckMany(OpCode::kTANH, nullptr, 20241010U, [](double x) { return std::tanh(x); });
}

TEST(SmoothActivations, EluEqualsItsDefinition) {
  CheckMany(OpCode::kELU, nullptr, 20241011U, [](double x) { return x < 0 ? std::expm1(x) : x; });
}

TEST(SmoothActivations, GeluEqualsItsDefinition) {
  schema::GeluOptionsT options;
  CheckMany(OpCode::kGELU, MakeOptions(options), 20241012U,
            [](double x) { return x / 2 * std::erfc(-x / std::sqrt(2.0)); });
  options.approximate = true;
  CheckMany(OpCode::kGELU, MakeOptions(options), 20241013U, [](double x) {
    return x / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
  });
}

TEST(SmoothActivations, HardSwishEqualsItsDefinition) {
  CheckMany(OpCode::kHARD_SWISH, nullptr, 20241014U,
            [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; });
}

TEST(SmoothActivations, LeakyReluEqualsItsDefinition) {
  for (const float alpha : {0.0F, 0.01F, 0.3F, 1.5F}) {
    schema::LeakyReluOptionsT options;
    options.alpha = alpha;
    CheckMany(OpCode::kLEAKY_RELU, MakeOptions(options), 20241015U,
              [=](double x) { return x >= 0 ? x : x * static_cast<double>(alpha); });
  }
}

Reals LogSoftmax(const Reals& in) {
  Reals out(in.shape);
  const auto depth = static_cast<size_t>(in.shape.last_dim());
  for (size_t row = 0; row < in.values.size(); row += depth) {
    double sum = 0;
    for (size_t i = 0; i < depth; ++i) sum += std::exp(in.values[row + i]);
    for (size_t i = 0; i < depth; ++i) out.values[row + i] = in.values[row + i] - std::log(sum);
  }
  return out;
}

TEST(SmoothActivations, LogSoftmaxEqualsItsDefinition) {
  QG_SEED(20241016U);
  for (int i = 0; i < 150 && !testing::Test::HasFatalFailure(); ++i) {
    OpCase op;
    op.code = OpCode::kLOG_SOFTMAX;
    op.inputs = {{Role::kData, random.AnyShape(random.Int(1, 3), 8)}};
    op.compute = [](const std::vector<Reals>& inputs) { return LogSoftmax(inputs[0]); };
    op.terms = 10;
    op.low = -3;
    op.high = 3;
    CheckAllTypes(op, random);
  }
}

}  // namespace
}  // namespace quantgate
