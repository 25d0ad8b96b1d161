#include "harness/results/tensor_rows.h"

#include <gtest/gtest.h>

#include <cmath>

namespace quantgate {
namespace {

TensorError Row(int tensor_index, std::optional<double> sqnr_db, double max_abs_error = 0.5) {
  TensorError row;
  row.tensor = "t" + std::to_string(tensor_index);
  row.tensor_index = tensor_index;
  row.samples = 10;
  row.sqnr_db = sqnr_db;
  row.mse = sqnr_db ? 0.1 : 0;
  row.max_abs_error = max_abs_error;
  return row;
}

VariantResult Variant(std::vector<int> outputs, std::vector<TensorError> rows) {
  VariantResult variant;
  variant.graph.outputs = std::move(outputs);
  variant.tensors = std::move(rows);
  return variant;
}

TEST(TensorRows, TheWorstRowHasTheLowestFiniteSqnr) {
  const VariantResult variant = Variant({}, {Row(1, 30.0), Row(2, NAN), Row(3, {}), Row(4, 12.0)});
  EXPECT_EQ(LowestSqnr(variant.tensors)->tensor, "t4");
  EXPECT_EQ(LowestSqnr(VariantResult{}.tensors), nullptr);
}

TEST(TensorRows, OutputsAreThoseOfTheGraphInItsOrder) {
  const VariantResult variant = Variant({7, 3, 9}, {Row(3, 30.0), Row(5, 1.0), Row(7, 20.0)});
  const std::vector<const TensorError*> rows = OutputRows(variant);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0]->tensor, "t7");
  EXPECT_EQ(rows[1]->tensor, "t3");
  EXPECT_EQ(rows[2], nullptr);
  EXPECT_EQ(WorstOutput(variant), nullptr) << "one output was not compared";
  EXPECT_EQ(OutputOfLargestError(variant), nullptr);
  EXPECT_EQ(WorstOutput(Variant({}, {Row(3, 30.0)})), nullptr);
}

TEST(TensorRows, TheWorstOutputAndTheLargestErrorMayBeTwoOutputs) {
  const VariantResult variant =
      Variant({3, 7}, {Row(3, 30.0, 9), Row(7, 20.0, 1), Row(8, 1.0, 99)});
  EXPECT_EQ(WorstOutput(variant)->tensor, "t7");
  EXPECT_EQ(OutputOfLargestError(variant)->tensor, "t3");
}

// Neither a silent reference nor NaN may look like a tensor without error.
TEST(TensorRows, WhatHasNoSqnrIsPerfectOnlyWithoutError) {
  TensorError row = Row(1, {});
  EXPECT_EQ(JudgedSqnrDb(row), INFINITY);
  row.mse = 0.25;
  EXPECT_EQ(JudgedSqnrDb(row), -INFINITY);
  row = Row(1, 40.0);
  EXPECT_EQ(JudgedSqnrDb(row), 40.0);
  EXPECT_EQ(JudgedMaxError(row), 0.5);
  row.non_finite = 1;
  EXPECT_EQ(JudgedSqnrDb(row), -INFINITY);
  EXPECT_EQ(JudgedMaxError(row), INFINITY);
}

}  // namespace
}  // namespace quantgate
