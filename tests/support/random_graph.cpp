#include "tests/support/random_graph.h"

#include <array>

#include "reference/model/op_options.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

class GraphMaker {
 public:
  explicit GraphMaker(Random& random) : random_(random) {}

  RandomGraph Make(int samples) {
    const Shape image{1, random_.Int(4, 7), random_.Int(4, 7), random_.Int(1, 4)};
    int x = Image(builder_.AddInput("image", DType::kFloat32, image), image);
    const int steps = random_.Int(3, 8);
    for (int i = 0; i < steps; ++i) x = Step(x);
    const int output = Head(x);
    RandomGraph graph;
    graph.model = builder_.Finish({output});
    for (int s = 0; s < samples; ++s) {
      graph.samples.push_back({ToBytes(random_.Floats(image.num_elements(), -2, 3))});
    }
    return graph;
  }

 private:
  int Image(int tensor, const Shape& shape) {
    shapes_.resize(static_cast<size_t>(tensor) + 1);
    shapes_[static_cast<size_t>(tensor)] = shape;
    images_.push_back(tensor);
    return tensor;
  }
  Shape ShapeOf(int tensor) const { return shapes_[static_cast<size_t>(tensor)]; }
  std::string Name(const char* what) { return what + std::to_string(++count_); }
  int Weights(const Shape& shape, double size = 0.6) {
    return builder_.AddConstant(Name("w"), shape,
                                random_.Floats(shape.num_elements(), -size, size));
  }
  int Op(OpCode code, const std::vector<int>& inputs, const Shape& shape,
         std::shared_ptr<const OpOptions> options = nullptr) {
    const int out = builder_.AddTensor(Name("t"), DType::kFloat32, shape);
    builder_.AddOp(code, inputs, {out}, std::move(options));
    return Image(out, shape);
  }
  schema::ActivationFunctionType AnyActivation() {
    constexpr std::array kKinds = {schema::ActivationFunctionType::NONE,
                                   schema::ActivationFunctionType::RELU,
                                   schema::ActivationFunctionType::RELU6};
    return kKinds[static_cast<size_t>(random_.Int(0, 2))];
  }

  int Convolution(int x) {
    const Shape in = ShapeOf(x);
    const int channels = random_.Int(1, 6);
    const int size = random_.Int(1, 3);
    schema::Conv2DOptionsT options;
    options.padding = schema::Padding::SAME;
    options.stride_w = options.stride_h = 1;
    options.fused_activation_function = AnyActivation();
    const int weights = Weights(Shape{channels, size, size, in.dim(3)});
    const int bias = Weights(Shape{channels});
    return Op(OpCode::kCONV_2D, {x, weights, bias}, Shape{1, in.dim(1), in.dim(2), channels},
              MakeOptions(options));
  }

  int Depthwise(int x) {
    const Shape in = ShapeOf(x);
    schema::DepthwiseConv2DOptionsT options;
    options.padding = schema::Padding::SAME;
    options.stride_w = options.stride_h = 1;
    options.depth_multiplier = 1;
    options.fused_activation_function = AnyActivation();
    const int weights = Weights(Shape{1, 3, 3, in.dim(3)});
    const int bias = Weights(Shape{in.dim(3)});
    return Op(OpCode::kDEPTHWISE_CONV_2D, {x, weights, bias}, in, MakeOptions(options));
  }

  int Unary(int x) {
    constexpr std::array kCodes = {OpCode::kRELU, OpCode::kRELU6,           OpCode::kLOGISTIC,
                                   OpCode::kTANH, OpCode::kHARD_SWISH,      OpCode::kSOFTMAX,
                                   OpCode::kEXP,  OpCode::kL2_NORMALIZATION};
    const OpCode code = kCodes[static_cast<size_t>(random_.Int(0, 7))];
    std::shared_ptr<const OpOptions> options;
    if (code == OpCode::kSOFTMAX) {
      schema::SoftmaxOptionsT softmax;
      softmax.beta = 1;
      options = MakeOptions(softmax);
    }
    return Op(code, {x}, ShapeOf(x), options);
  }

  int Pool(int x) {
    const Shape in = ShapeOf(x);
    schema::Pool2DOptionsT options;
    options.padding = schema::Padding::SAME;
    options.stride_w = options.stride_h = 1;
    options.filter_width = options.filter_height = 2;
    const OpCode code = random_.Chance(0.5) ? OpCode::kMAX_POOL_2D : OpCode::kAVERAGE_POOL_2D;
    return Op(code, {x}, in, MakeOptions(options));
  }

  // With an earlier tensor of the same shape, or a constant.
  int Binary(int x) {
    int other = -1;
    for (const int image : images_) {
      if (image != x && ShapeOf(image) == ShapeOf(x) && random_.Chance(0.7)) other = image;
    }
    if (other < 0) other = Weights(Shape{1, 1, 1, ShapeOf(x).dim(3)}, 2);
    switch (random_.Int(0, 5)) {
      case 5: return Choice(x);
      case 0: return Op(OpCode::kADD, {x, other}, ShapeOf(x), MakeOptions(schema::AddOptionsT{}));
      case 1: return Op(OpCode::kSUB, {x, other}, ShapeOf(x), MakeOptions(schema::SubOptionsT{}));
      case 2: return Op(OpCode::kMUL, {x, other}, ShapeOf(x), MakeOptions(schema::MulOptionsT{}));
      case 3: return Op(OpCode::kMAXIMUM, {x, other}, ShapeOf(x));
      default: return Op(OpCode::kMINIMUM, {x, other}, ShapeOf(x));
    }
  }

  // Elements of x, or of a constant, by a constant condition.
  int Choice(int x) {
    const Shape in = ShapeOf(x);
    std::vector<std::byte> condition(static_cast<size_t>(in.num_elements()));
    for (std::byte& each : condition) each = static_cast<std::byte>(random_.Int(0, 1));
    const int chosen = builder_.AddConstantBytes(Name("c"), DType::kBool, in, condition);
    return Op(OpCode::kSELECT, {chosen, x, Weights(in, 2)}, in);
  }

  // Joins with an earlier tensor of the same extents.
  int Concatenation(int x) {
    const Shape a = ShapeOf(x);
    int other = x;
    for (const int image : images_) {
      const Shape b = ShapeOf(image);
      const bool fits = b.dim(1) == a.dim(1) && b.dim(2) == a.dim(2) && b.dim(3) + a.dim(3) < 12;
      if (image != x && fits && random_.Chance(0.6)) other = image;
    }
    const int depth = a.dim(3) + ShapeOf(other).dim(3);
    if (depth > 12) return Unary(x);
    schema::ConcatenationOptionsT options;
    options.axis = 3;
    return Op(OpCode::kCONCATENATION, {x, other}, Shape{1, a.dim(1), a.dim(2), depth},
              MakeOptions(options));
  }

  int Movement(int x) {
    const Shape in = ShapeOf(x);
    if (random_.Chance(0.5)) {
      const int order =
          builder_.AddConstant(Name("order"), Shape{4}, std::vector<int32_t>{0, 2, 1, 3});
      return Op(OpCode::kTRANSPOSE, {x, order}, Shape{1, in.dim(2), in.dim(1), in.dim(3)});
    }
    const int border = builder_.AddConstant(Name("border"), Shape{4, 2},
                                            std::vector<int32_t>{0, 0, 1, 0, 0, 1, 0, 0});
    if (in.dim(1) > 9 || in.dim(2) > 9) return Pool(x);
    return Op(OpCode::kPAD, {x, border}, Shape{1, in.dim(1) + 1, in.dim(2) + 1, in.dim(3)});
  }

  int Step(int x) {
    switch (random_.Int(0, 8)) {
      case 0:
      case 1: return Convolution(x);
      case 2: return Depthwise(x);
      case 3: return Unary(x);
      case 4: return Pool(x);
      case 5:
      case 6: return Binary(x);
      case 7: return Concatenation(x);
      default: return Movement(x);
    }
  }

  int Head(int x) {
    if (random_.Chance(0.3)) return x;
    const Shape in = ShapeOf(x);
    const auto flat = static_cast<int32_t>(in.num_elements());
    const int target = builder_.AddConstant(Name("shape"), Shape{2}, std::vector<int32_t>{1, flat});
    const int row = builder_.AddTensor(Name("t"), DType::kFloat32, Shape{1, flat});
    builder_.AddOp(OpCode::kRESHAPE, {x, target}, {row});
    const int units = random_.Int(2, 40);
    const int weights = Weights(Shape{units, flat}, 0.3);
    const int bias = Weights(Shape{units});
    const int logits = builder_.AddTensor(Name("t"), DType::kFloat32, Shape{1, units});
    builder_.AddOp(OpCode::kFULLY_CONNECTED, {row, weights, bias}, {logits},
                   MakeOptions(schema::FullyConnectedOptionsT{}));
    if (random_.Chance(0.5)) return logits;
    schema::SqueezeOptionsT options;
    options.squeeze_dims = {0};
    const int squeezed = builder_.AddTensor(Name("t"), DType::kFloat32, Shape{units});
    builder_.AddOp(OpCode::kSQUEEZE, {logits}, {squeezed}, MakeOptions(options));
    return squeezed;
  }

  Random& random_;
  ModelBuilder builder_;
  std::vector<Shape> shapes_;
  std::vector<int> images_;
  int count_ = 0;
};

}  // namespace

RandomGraph MakeRandomGraph(Random& random, int samples) {
  return GraphMaker(random).Make(samples);
}

}  // namespace quantgate
