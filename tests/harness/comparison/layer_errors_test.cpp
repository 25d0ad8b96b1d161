#include "harness/comparison/layer_errors.h"

#include <gtest/gtest.h>

#include <cstring>

#include "reference/interpreter/interpreter.h"
#include "tests/support/bytes.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

// in -> RELU -> out, in float32 or in int8 with the scale 0.5 and zero point 0 throughout.
std::shared_ptr<const Plan> ReluPlan(DType dtype) {
  const QuantParams quant = dtype == DType::kInt8 ? PerTensor(0.5F, 0) : QuantParams{};
  ModelBuilder builder;
  const int in = builder.AddInput("in", dtype, Shape{1, 4}, quant);
  const int out = builder.AddTensor("out", dtype, Shape{1, 4}, quant);
  builder.AddOp(OpCode::kRELU, {in}, {out});
  return *Plan::Make(builder.Finish({out}));
}

template <class T>
void RunOn(Interpreter& interpreter, const std::vector<T>& values, Observer* observer) {
  std::memcpy(interpreter.input(0).data(), values.data(), interpreter.input(0).size());
  EXPECT_TRUE(interpreter.Run(observer).ok());
}

std::vector<TensorError> Compare(const std::vector<float>& reals,
                                 const std::vector<int8_t>& codes) {
  const auto reference = ReluPlan(DType::kFloat32);
  const auto variant = ReluPlan(DType::kInt8);
  const Matching matching = MatchTensors(*reference, *variant);
  ReferenceRecord record(*reference);
  LayerErrorObserver observer(*variant, matching);
  observer.Against(record);
  Interpreter a(reference);
  Interpreter b(variant);
  RunOn(a, reals, &record);
  RunOn(b, codes, &observer);
  return FinishLayerErrors(*reference, *variant, matching, observer.TakeStats());
}

TEST(LayerErrors, RowsDescribeEachTensorOfTheVariant) {
  const auto rows = Compare({-1, 0, 1, 2}, {-2, 0, 2, 4});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].op_type, "INPUT");
  EXPECT_EQ(rows[0].op_index, -1);
  EXPECT_EQ(rows[1].tensor, "out");
  EXPECT_EQ(rows[1].reference_tensor, "out");
  EXPECT_EQ(rows[1].op_type, "RELU");
  EXPECT_EQ(rows[1].op_index, 0);
  EXPECT_EQ(rows[1].dtype, DType::kInt8);
  EXPECT_EQ(rows[1].elements, 4);
  EXPECT_EQ(rows[1].samples, 1);
  EXPECT_EQ(*rows[1].scale, 0.5);
  EXPECT_EQ(*rows[1].representable_min, -64);
  EXPECT_EQ(*rows[1].representable_max, 63.5);
}

TEST(LayerErrors, ExactCodesHaveNoError) {
  const auto rows = Compare({-1, 0, 1, 2}, {-2, 0, 2, 4});
  EXPECT_EQ(rows[0].mse, 0);
  EXPECT_EQ(rows[1].mse, 0);
  EXPECT_EQ(*rows[0].codes_used, 4);
  EXPECT_EQ(*rows[1].codes_used, 3);  // 0, 2 and 4: RELU maps -2 to 0
  EXPECT_EQ(*rows[1].code_max, 4);
}

TEST(LayerErrors, APlantedErrorShowsWhereItWasPlanted) {
  // Code 5 where 4 was right: half a real off at one of four elements.
  const auto rows = Compare({-1, 0, 1, 2}, {-2, 0, 2, 5});
  EXPECT_DOUBLE_EQ(rows[0].mse, 0.25 / 4);
  EXPECT_DOUBLE_EQ(rows[0].max_abs_error, 0.5);
  EXPECT_DOUBLE_EQ(rows[0].mean_error, 0.125);
  EXPECT_DOUBLE_EQ(*rows[0].rmse_per_scale, 0.5);
}

TEST(LayerErrors, ValuesBeyondTheCodesCountAsClipped) {
  const auto rows = Compare({-100, 0, 100, 63.7F}, {-128, 0, 127, 127});
  EXPECT_DOUBLE_EQ(*rows[0].clipped_low_share, 0.25);
  EXPECT_DOUBLE_EQ(*rows[0].clipped_high_share, 0.25);  // 63.7 is within half a step of 63.5
}

TEST(LayerErrors, TakingStatsStartsAnew) {
  const auto plan = ReluPlan(DType::kFloat32);
  const Matching matching = MatchTensors(*plan, *plan);
  ReferenceRecord record(*plan);
  LayerErrorObserver observer(*plan, matching);
  observer.Against(record);
  Interpreter interpreter(plan);
  RunOn(interpreter, std::vector<float>{1, 2, 3, 4}, &record);
  RunOn(interpreter, std::vector<float>{1, 2, 3, 4}, &observer);
  LayerErrorStats total = MakeLayerErrorStats(*plan, matching);
  MergeLayerErrors(total, observer.TakeStats());
  MergeLayerErrors(total, observer.TakeStats());  // nothing seen since
  const auto rows = FinishLayerErrors(*plan, *plan, matching, total);
  EXPECT_EQ(rows[0].samples, 1);
  EXPECT_FALSE(rows[0].scale);
  EXPECT_FALSE(rows[0].codes_used);
}

}  // namespace
}  // namespace quantgate
