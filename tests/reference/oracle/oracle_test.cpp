#include "reference/oracle/oracle.h"

#include <gtest/gtest.h>

#include <iostream>

#include "reference/interpreter/interpreter.h"
#include "reference/model/op_options.h"
#include "reference/oracle/oracle_observer.h"
#include "tests/conformance/arithmetic_models.h"

namespace quantgate {
namespace {

constexpr uint64_t kFirstSeed = 93000;

// By how many codes the kernels of `tflite` may be off where that is more than one, and why.
struct Exception {
  std::string_view name;
  DType dtype;
  double largest_lsb;
};
constexpr Exception kExceptions[] = {
    // The fixed-point functions are approximations good to about 2^-12 of the output's range.
    {"LOGISTIC", DType::kInt16, 8},
    {"TANH", DType::kInt16, 16},
    // A product of two 16-bit codes has 31 bits; a multiplier of one or more shifts its highest
    // bits out, as it does in the real kernel.
    {"MUL", DType::kInt16, 65535},
    // Not clamped: a sum beyond the codes wraps around, as it does in the real kernel.
    {"SUM", DType::kInt8, 255},
    {"SUM", DType::kUInt8, 255},
    // With one scale in and out the real kernel adds the codes themselves, zero points and all, in
    // their own type.
    {"SUM_SAME_SCALE", DType::kInt8, 255},
    {"SUM_SAME_SCALE", DType::kUInt8, 255},
    {"SUM_SAME_SCALE", DType::kInt16, 65535},
    // Exponentials between entries of a table, 10/512 apart, are off by up to 10^2 / 512^2 / 8, 1.6
    // codes of 2^-15, and so is each term of the sum they are divided by.
    {"SOFTMAX", DType::kInt16, 32},
};

double BoundOf(const OpCase& of) {
  for (const Exception& exception : kExceptions) {
    if (of.name == exception.name && of.dtype == exception.dtype) return exception.largest_lsb;
  }
  return 1;
}

// The distance of the one operator's outputs; nothing when no oracle covers it.
std::optional<OracleDistance> DistanceOf(const OneOpModel& op, const Profile& profile) {
  const auto plan = Plan::Make(std::make_shared<const Model>(op.model()), {.profile = &profile});
  if (!plan.ok()) return {};
  Interpreter interpreter(*plan);
  for (size_t i = 0; i < op.values().size(); ++i) {
    std::copy(op.values()[i].begin(), op.values()[i].end(), interpreter.input(i).begin());
  }
  OracleObserver observer(**plan);
  EXPECT_TRUE(interpreter.Run(&observer).ok());
  const OracleDistance distance =
      observer.distances()[static_cast<size_t>(op.model().main().outputs[0])];
  if (distance.elements == 0) return {};
  return distance;
}

bool IsCode(DType dtype) {
  return dtype == DType::kInt8 || dtype == DType::kUInt8 || dtype == DType::kInt16;
}

class OracleProperty : public testing::TestWithParam<OpCase> {};

TEST_P(OracleProperty, KernelsAreWithinTheBound) {
  const OpCase& of = GetParam();
  OracleDistance all;
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + ModelsPerCase(); ++seed) {
    Choices choices(seed);
    const OneOpModel model = of.make(choices, of.dtype);
    for (const char* profile : {"tflite", "xnnpack"}) {
      const auto distance = DistanceOf(model, *FindProfile(profile));
      if (!distance) continue;
      EXPECT_LE(distance->max_lsb, BoundOf(of)) << "seed " << seed << ", profile " << profile;
      all.Merge(*distance);
    }
  }
  std::cout << of.name << " of " << DTypeName(of.dtype) << ": " << all.elements << " elements, max "
            << all.max_lsb << " lsb, mean "
            << (all.elements > 0 ? all.sum_lsb / static_cast<double>(all.elements) : 0) << "\n";
}

std::vector<OpCase> CodeCases() {
  std::vector<OpCase> cases = ArithmeticCases();
  std::erase_if(cases, [](const OpCase& of) { return !IsCode(of.dtype); });
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Ops, OracleProperty, testing::ValuesIn(CodeCases()), CaseName());

// Two int8 codes added with scales 0.5 and 0.25 into steps of 0.5.
OneOpModel SmallAdd(float output_scale) {
  OneOpModel op(OpCode::kADD, nullptr);
  op.AddInput(DType::kInt8, {1}, PerTensor(0.5F, 3), {std::byte{4}});   // 0.5
  op.AddInput(DType::kInt8, {1}, PerTensor(0.25F, 0), {std::byte{1}});  // 0.25
  op.AddOutput(DType::kInt8, PerTensor(output_scale, -10));
  return op;
}

TEST(Oracle, AgreesWithASumWorkedByHand) {
  // 0.75 is 1.5 steps of 0.5, and ties go away from zero: code -8, which is the kernel's too.
  const auto distance = DistanceOf(SmallAdd(0.5F), DefaultProfile());
  ASSERT_TRUE(distance.has_value());
  EXPECT_EQ(distance->elements, 1);
  EXPECT_EQ(distance->max_lsb, 0);
}

TEST(Oracle, SeesAWrongCode) {
  const OneOpModel model = SmallAdd(0.5F);
  const Subgraph& graph = model.model().main();
  const std::byte wrong[] = {std::byte{0xFB}};  // -5 where -8 is right
  OracleOp op{&graph.ops[0], {}, {&graph.tensors[2], *Shape::Make(std::vector{1}), wrong}};
  for (size_t i = 0; i < 2; ++i) {
    op.inputs.push_back({&graph.tensors[i], *Shape::Make(std::vector{1}), model.values()[i]});
  }
  const auto distance = DistanceFromOracle(op);
  ASSERT_TRUE(distance.has_value());
  EXPECT_EQ(distance->max_lsb, 3);
  EXPECT_EQ(distance->sum_lsb, 3);
}

TEST(Oracle, SeesDoubleRounding) {
  // The example of reference/README.md: 5 * 1/4 = 1.25 becomes 2 by rounding twice.
  OneOpModel op(OpCode::kFULLY_CONNECTED, nullptr);
  op.AddInput(DType::kInt8, {1, 1}, PerTensor(0.5F, 3), {std::byte{5}});
  op.AddConstant(DType::kInt8, {1, 1}, {std::byte{2}}, PerTensor(0.25F, 0));
  op.AddConstant(DType::kInt32, {1}, BytesOf(std::vector<int32_t>{1}), PerTensor(0.125F, 0));
  op.AddOutput(DType::kInt8, PerTensor(0.5F, -10));
  EXPECT_EQ(DistanceOf(op, DefaultProfile())->max_lsb, 1);
  EXPECT_EQ(DistanceOf(op, *FindProfile("tflite-single-rounding"))->max_lsb, 0);
}

// What the exceptions above leave open: sums and products that fit.
TEST(Oracle, SumsThatFitAreWithinOneCode) {
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + ModelsPerCase(); ++seed) {
    Choices choices(seed);
    schema::ReducerOptionsT options;
    OneOpModel op(OpCode::kSUM, MakeOptions(options));
    const auto count = static_cast<int32_t>(choices.Integer(1, 9));
    const float scale = static_cast<float>(choices.Integer(1, 1000)) / 4096.0F;
    op.AddInput(DType::kInt8, {count}, PerTensor(scale, 0), choices.Values(DType::kInt8, count));
    op.AddIntegers({1}, {0});
    op.AddOutput(DType::kInt8, PerTensor(scale * static_cast<float>(count) * 1.1F, 0));
    EXPECT_LE(DistanceOf(op, DefaultProfile())->max_lsb, 1) << "seed " << seed;
  }
}

TEST(Oracle, WideProductsThatFitAreWithinOneCode) {
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + ModelsPerCase(); ++seed) {
    Choices choices(seed);
    OneOpModel op(OpCode::kMUL, nullptr);
    const float scale = static_cast<float>(choices.Integer(1, 1000)) / 4096.0F;
    for (int i = 0; i < 2; ++i) {
      op.AddInput(DType::kInt16, {20}, PerTensor(scale, 0), choices.Values(DType::kInt16, 20));
    }
    op.AddOutput(DType::kInt16, PerTensor(scale * scale * 32768.0F, 0));
    EXPECT_LE(DistanceOf(op, DefaultProfile())->max_lsb, 1) << "seed " << seed;
  }
}

TEST(Oracle, SaysNothingOfWhatItDoesNotKnow) {
  OneOpModel floats(OpCode::kADD, nullptr);
  floats.AddInput(DType::kFloat32, {1}, {}, BytesOf(std::vector<float>{1}));
  floats.AddInput(DType::kFloat32, {1}, {}, BytesOf(std::vector<float>{2}));
  floats.AddOutput(DType::kFloat32, {});
  EXPECT_FALSE(DistanceOf(floats, DefaultProfile()).has_value());
}

TEST(Oracle, RowsAreInOrderAndUnique) {
  for (size_t i = 1; i < AllOracles().size(); ++i) {
    EXPECT_LT(OpCodeName(AllOracles()[i - 1].code), OpCodeName(AllOracles()[i].code));
  }
}

}  // namespace
}  // namespace quantgate
