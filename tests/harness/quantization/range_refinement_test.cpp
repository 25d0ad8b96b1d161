#include "harness/quantization/range_refinement.h"

#include <gtest/gtest.h>

#include "harness/quantization/range_to_params.h"
#include "reference/numeric/affine.h"
#include "tests/harness/quantization/layers.h"
#include "tests/support/bytes.h"
#include "tests/support/float_ranges.h"
#include "tests/support/model_builder.h"
#include "tests/support/run_model.h"

namespace quantgate {
namespace {

Ranges RangesOf(const Model& model, const ChainData& chain) {
  std::vector<std::vector<std::vector<std::byte>>> samples;
  for (int64_t i = 0; i < chain.dataset.size(); ++i) {
    std::vector<float> image(90);
    QG_CHECK(chain.dataset.ReadRaw(i, image).ok());
    samples.push_back({ToBytes(image)});
  }
  return *FloatRanges(model, samples);
}

// Sum over the samples of the squared error at the output of operator 0 of `model` when its input
// is rounded to the codes of a range; computed with the whole model cut behind that operator.
double ErrorBehindTheInput(const std::shared_ptr<const Model>& model, const ChainData& chain,
                           double min, double max) {
  Model head = *model;
  head.subgraphs[0].ops.resize(1);
  head.subgraphs[0].outputs = {head.main().ops[0].outputs[0]};
  head.signatures.clear();
  const auto first = std::make_shared<const Model>(std::move(head));
  const QuantParams quant = ActivationRangeParams(min, max, DType::kInt8);
  double sum = 0;
  for (int64_t i = 0; i < chain.dataset.size(); ++i) {
    std::vector<float> image(90);
    QG_CHECK(chain.dataset.ReadRaw(i, image).ok());
    const auto want = FromBytes<float>(RunModel(first, {ToBytes(image)})[0]);
    for (float& value : image) {
      value = Dequantize(Quantize(value, quant.scale(), quant.zero_point(), {-128, 127}),
                         quant.scale(), quant.zero_point());
    }
    const auto got = FromBytes<float>(RunModel(first, {ToBytes(image)})[0]);
    for (size_t k = 0; k < want.size(); ++k) {
      const double error = static_cast<double>(got[k]) - static_cast<double>(want[k]);
      sum += error * error;
    }
  }
  return sum;
}

// No range grows, all keep zero, and the error behind the graph's input is no larger than before
// and no larger than with any range of the search's coarse grid along the upper end.
TEST(RangeRefinement, LowersTheErrorBehindATensor) {
  QG_SEED(20261121U);
  for (int round = 0; round < 6; ++round) {
    const auto model = LayerChain(random, round % 2, 0.5);
    const auto chain = ChainSamples(random, 40);
    Ranges ranges = RangesOf(*model, *chain);
    const int input = model->main().inputs[0];
    for (TensorRange& range : ranges.tensors) {  // as an outlier would have it
      if (range.tensor == input) range.max *= random.Real(1, 4);
    }
    const auto refined = RefineRanges(model, ranges, DType::kInt8, chain->data);
    ASSERT_TRUE(refined.ok()) << refined.error().ToString();
    ASSERT_EQ(refined->ranges.tensors.size(), ranges.tensors.size());
    for (size_t i = 0; i < ranges.tensors.size(); ++i) {
      EXPECT_GE(refined->ranges.tensors[i].min, ranges.tensors[i].min);
      EXPECT_LE(refined->ranges.tensors[i].max, ranges.tensors[i].max);
    }
    const TensorRange& before = *ranges.Find(input);
    const TensorRange& after = *refined->ranges.Find(input);
    const double found = ErrorBehindTheInput(model, *chain, after.min, after.max);
    for (int high = 16; high >= 4; high -= 2) {
      EXPECT_LE(found,
                ErrorBehindTheInput(model, *chain, before.min, before.max * high / 16) * (1 + 1e-9))
          << high;
    }
  }
}

// The same bits for any number of threads.
TEST(RangeRefinement, DoesNotDependOnThreads) {
  QG_SEED(20261122U);
  const auto model = LayerChain(random, 1, 1);
  auto chain = ChainSamples(random, 64);
  const Ranges ranges = RangesOf(*model, *chain);
  chain->data.threads = 1;
  const auto one = RefineRanges(model, ranges, DType::kInt8, chain->data);
  chain->data.threads = 2;
  const auto two = RefineRanges(model, ranges, DType::kInt8, chain->data);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_GT(one->looked_at, 3);
  for (size_t i = 0; i < ranges.tensors.size(); ++i) {
    EXPECT_EQ(one->ranges.tensors[i].min, two->ranges.tensors[i].min);
    EXPECT_EQ(one->ranges.tensors[i].max, two->ranges.tensors[i].max);
  }
}

// y = x * logistic(x), z = relu(y): the product sees the codes of x on both sides. With x far wider
// than its values, the search must narrow it down, and what it finds is no worse than the whole.
TEST(RangeRefinement, FollowsWhatOneReaderComputesForAnother) {
  QG_SEED(20261128U);
  ModelBuilder builder;
  const Shape shape{1, 6, 5, 3};
  const int x = builder.AddInput("x", DType::kFloat32, shape);
  const int gate = builder.AddTensor("gate", DType::kFloat32, shape);
  const int y = builder.AddTensor("y", DType::kFloat32, shape);
  const int z = builder.AddTensor("z", DType::kFloat32, shape);
  builder.AddOp(OpCode::kLOGISTIC, {x}, {gate});
  builder.AddOp(OpCode::kMUL, {x, gate}, {y});
  builder.AddOp(OpCode::kRELU, {y}, {z});
  const auto model = builder.Finish({z});
  const auto chain = ChainSamples(random, 20);
  Ranges ranges = RangesOf(*model, *chain);
  for (TensorRange& range : ranges.tensors) {
    if (range.tensor != x) continue;
    range.min *= 4;
    range.max *= 4;
  }
  const auto refined = RefineRanges(model, ranges, DType::kInt8, chain->data);
  ASSERT_TRUE(refined.ok()) << refined.error().ToString();
  // The values fill a quarter of the range, and nothing narrower than that is looked at.
  EXPECT_LE(refined->ranges.Find(x)->max, 0.32 * ranges.Find(x)->max);
  EXPECT_GE(refined->ranges.Find(x)->max, 0.25 * ranges.Find(x)->max);
  EXPECT_GE(refined->ranges.Find(x)->min, 0.32 * ranges.Find(x)->min);
}

// The answer of the graph has no reader: its range stays.
TEST(RangeRefinement, LeavesTheAnswerAlone) {
  QG_SEED(20261123U);
  const auto model = LayerChain(random, 1, 1);
  const auto chain = ChainSamples(random, 8);
  const Ranges ranges = RangesOf(*model, *chain);
  const auto refined = RefineRanges(model, ranges, DType::kInt8, chain->data);
  ASSERT_TRUE(refined.ok()) << refined.error().ToString();
  const int output = model->main().outputs[0];
  EXPECT_EQ(refined->ranges.Find(output)->min, ranges.Find(output)->min);
  EXPECT_EQ(refined->ranges.Find(output)->max, ranges.Find(output)->max);
}

}  // namespace
}  // namespace quantgate
