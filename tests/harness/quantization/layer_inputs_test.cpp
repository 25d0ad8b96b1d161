#include "harness/quantization/layer_inputs.h"

#include <gtest/gtest.h>

#include "tests/harness/quantization/layers.h"
#include "tests/support/bytes.h"
#include "tests/support/run_model.h"

namespace quantgate {
namespace {

const std::vector<int> kLayers = {0, 1, 2, 4};  // of LayerChain; 3 is MEAN

Result<std::vector<LayerInputs>> Collect(const std::shared_ptr<const Model>& model,
                                         const CorrectionData& data) {
  QG_ASSIGN_OR_RETURN(const auto plan, Plan::Make(model));
  return CollectLayerInputs(plan, {kLayers, true}, data);
}

std::vector<float> Floats(const Model& model, int tensor) {
  return FromBytes<float>(model.Constant(model.main().tensors[static_cast<size_t>(tensor)]));
}

// W mean(x) + b is the mean of what the interpreter computes, channel by channel: the patches have
// the right values in the right order, borders included.
TEST(LayerInputs, GiveTheMeanOutputOfEveryLayer) {
  QG_SEED(20241111U);
  const auto model = LayerChain(random, 0, 0.5);
  const int samples = 40;
  const auto chain = ChainSamples(random, samples);
  const auto inputs = Collect(model, chain->data);
  ASSERT_TRUE(inputs.ok()) << inputs.error().ToString();
  for (size_t i = 0; i < kLayers.size(); ++i) {
    const OpNode& op = model->main().ops[static_cast<size_t>(kLayers[i])];
    Model watched = *model;
    watched.subgraphs[0].outputs = {op.outputs[0]};
    const auto shared = std::make_shared<const Model>(watched);
    const LayerShape layer = *LayerShapeOf(*model, op);
    const auto channels = static_cast<size_t>(layer.groups * layer.rows);
    std::vector<double> want(channels, 0);
    int64_t count = 0;
    std::vector<float> image(90);
    for (int s = 0; s < samples; ++s) {
      QG_CHECK(chain->dataset.ReadRaw(s, image).ok());
      const auto output = FromBytes<float>(RunModel(shared, {ToBytes(image)})[0]);
      for (size_t k = 0; k < output.size(); ++k) want[k % channels] += output[k];
      count += static_cast<int64_t>(output.size() / channels);
    }
    EXPECT_EQ((*inputs)[i].patches, count);
    const auto weights = Floats(*model, op.inputs[1]);
    const auto bias = Floats(*model, op.inputs[2]);
    for (int64_t g = 0; g < layer.groups; ++g) {
      for (int64_t r = 0; r < layer.rows; ++r) {
        const auto channel = static_cast<size_t>(layer.ChannelOf(g, r));
        double got = static_cast<double>(bias[channel]);
        for (int64_t k = 0; k < layer.patch; ++k) {
          got += static_cast<double>(weights[layer.WeightAt(g, r, k)]) *
                 (*inputs)[i].sums[static_cast<size_t>(g)][k] / static_cast<double>(count);
        }
        EXPECT_NEAR(got, want[channel] / static_cast<double>(count), 1e-4) << kLayers[i];
      }
    }
  }
}

TEST(LayerInputs, ProductsAreSymmetricAndHoldTheSums) {
  QG_SEED(20241112U);
  const auto model = LayerChain(random, 1, 0.5);
  const auto chain = ChainSamples(random, 5);
  const auto inputs = Collect(model, chain->data);
  ASSERT_TRUE(inputs.ok());
  for (const LayerInputs& layer : *inputs) {
    ASSERT_EQ(layer.products.size(), layer.sums.size());
    for (const Eigen::MatrixXd& products : layer.products) {
      EXPECT_TRUE(products.isApprox(products.transpose()));
      EXPECT_GE(products.diagonal().minCoeff(), 0);
    }
  }
}

TEST(LayerInputs, ThreadsChangeNothing) {
  QG_SEED(20241113U);
  const auto model = LayerChain(random, 1, 0.5);
  const auto chain = ChainSamples(random, 100);
  const auto one = Collect(model, chain->data);
  chain->data.threads = 3;
  const auto three = Collect(model, chain->data);
  ASSERT_TRUE(one.ok() && three.ok());
  for (size_t i = 0; i < one->size(); ++i) {
    for (size_t g = 0; g < (*one)[i].products.size(); ++g) {
      EXPECT_EQ((*one)[i].products[g], (*three)[i].products[g]);
    }
  }
}

}  // namespace
}  // namespace quantgate
