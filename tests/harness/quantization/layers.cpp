#include "tests/harness/quantization/layers.h"

#include <cmath>

#include "reference/model/op_options.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

// Values that differ in size by their place along an axis.
std::vector<float> Spread(Random& random, const Shape& shape, int axis, double spread) {
  size_t inner = 1;
  for (int a = axis + 1; a < shape.rank(); ++a) inner *= static_cast<size_t>(shape.dim(a));
  std::vector<double> sizes;
  for (int c = 0; c < shape.dim(axis); ++c) sizes.push_back(std::pow(10, random.Real(-spread, 0)));
  std::vector<float> values = random.Floats(shape.num_elements(), -1, 1);
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] *= static_cast<float>(sizes[i / inner % sizes.size()]);
  }
  return values;
}

template <class Options>
std::shared_ptr<const OpOptions> Window(int stride, int activation) {
  Options options;
  options.padding = schema::Padding::SAME;
  options.stride_w = options.stride_h = stride;
  options.fused_activation_function = static_cast<schema::ActivationFunctionType>(activation);
  if constexpr (std::is_same_v<Options, schema::DepthwiseConv2DOptionsT>) {
    options.depth_multiplier = 1;
  }
  return MakeOptions(options);
}

}  // namespace

std::shared_ptr<const Model> LayerChain(Random& random, int activation, double spread) {
  ModelBuilder builder;
  const auto weights = [&](const char* name, const Shape& shape, int axis) {
    return builder.AddConstant(name, shape, Spread(random, shape, axis, spread));
  };
  const auto bias = [&](const char* name, int channels) {
    return builder.AddConstant(name, Shape{channels}, random.Floats(channels, -0.3, 0.3));
  };
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 6, 5, 3});
  const int conv1 = builder.AddTensor("conv1", DType::kFloat32, Shape{1, 6, 5, 4});
  const int depthwise = builder.AddTensor("depthwise", DType::kFloat32, Shape{1, 6, 5, 4});
  const int conv2 = builder.AddTensor("conv2", DType::kFloat32, Shape{1, 3, 3, 6});
  const int mean = builder.AddTensor("mean", DType::kFloat32, Shape{1, 6});
  const int dense = builder.AddTensor("dense", DType::kFloat32, Shape{1, 5});
  builder.AddOp(OpCode::kCONV_2D, {in, weights("w1", Shape{4, 3, 3, 3}, 0), bias("b1", 4)}, {conv1},
                Window<schema::Conv2DOptionsT>(1, activation));
  builder.AddOp(OpCode::kDEPTHWISE_CONV_2D,
                {conv1, weights("w2", Shape{1, 3, 3, 4}, 3), bias("b2", 4)}, {depthwise},
                Window<schema::DepthwiseConv2DOptionsT>(1, activation));
  builder.AddOp(OpCode::kCONV_2D, {depthwise, weights("w3", Shape{6, 1, 1, 4}, 0), bias("b3", 6)},
                {conv2}, Window<schema::Conv2DOptionsT>(2, activation));
  const int axes = builder.AddConstant("axes", Shape{2}, std::vector<int32_t>{1, 2});
  builder.AddOp(OpCode::kMEAN, {conv2, axes}, {mean});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {mean, weights("w4", Shape{5, 6}, 0), bias("b4", 5)},
                {dense});
  return builder.Finish({dense});
}

std::unique_ptr<ChainData> ChainSamples(Random& random, int samples) {
  const Shape shape{1, 6, 5, 3};
  auto made = std::make_unique<ChainData>(ChainData{
      TestDataset(Shape{6, 5, 3}, random.Floats(samples * shape.num_elements(), -1, 1)), {}});
  made->data.dataset = &made->dataset;
  made->data.dataset_name = "random";
  made->data.estimator = {FindEstimator("minmax")};
  made->data.threads = 1;
  return made;
}

}  // namespace quantgate
