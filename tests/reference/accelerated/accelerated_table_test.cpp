// Every accelerated kernel gives the plain kernel's bytes, on every instruction set this machine
// has: random shapes, types, parameters and rounding modes, and extreme codes.
#include "reference/accelerated/accelerated_table.h"

#include <numeric>

#include "tests/reference/accelerated/differential.h"

namespace quantgate {
namespace {

constexpr uint32_t kSeeds = 400;

struct Layer {
  DType dtype;
  QuantParams in, weights, out;
};

// Parameters under which sums of `depth` products use the output's codes, saturate or vanish.
Layer AnyLayer(Random& random, DType dtype, int channels, int axis, int depth) {
  Layer layer{dtype, {}, {}, {}};
  if (dtype == DType::kFloat32) return layer;
  const float in_scale = random.Float(0.001, 0.1);
  const float out_scale = random.Float(0.001, 0.1);
  // Mostly below one; now and then large, which the vector form does not always cover.
  const double gain = random.Chance(0.15) ? random.Real(0.3, 40) : random.Real(0.001, 0.5);
  const auto scale = [&] {
    return static_cast<float>(gain * random.Real(0.3, 1) * out_scale / in_scale / std::sqrt(depth) /
                              (random.Chance(0.1) ? 50 : 1));
  };
  layer.in = PerTensor(in_scale, AnyZeroPoint(random, dtype));
  layer.out = PerTensor(out_scale, AnyZeroPoint(random, dtype));
  if (dtype == DType::kUInt8) {
    layer.weights = PerTensor(scale(), AnyZeroPoint(random, dtype));
  } else if (random.Chance(0.5)) {
    layer.weights = PerTensor(scale(), 0);
  } else {
    layer.weights.axis = axis;
    for (int i = 0; i < channels; ++i) {
      layer.weights.scales.push_back(random.Chance(0.05) ? 0.0F : scale());
      layer.weights.zero_points.push_back(0);
    }
  }
  return layer;
}

std::vector<std::byte> AnyValues(Random& random, DType dtype, int64_t count) {
  if (dtype == DType::kFloat32) return ToBytes(random.Floats(count, -2, 2));
  return AnyCodes(random, dtype, count);
}

std::vector<std::byte> AnyBias(Random& random, DType dtype, int channels) {
  if (dtype == DType::kFloat32) return ToBytes(random.Floats(channels, -2, 2));
  std::vector<int32_t> bias;
  for (int i = 0; i < channels; ++i) {
    bias.push_back(random.Chance(0.05) ? static_cast<int32_t>(random.Bits())
                                       : random.Int(-20000, 20000));
  }
  return ToBytes(bias);
}

DType AnyType(Random& random) {
  constexpr DType kTypes[] = {DType::kInt8, DType::kUInt8, DType::kFloat32};
  return kTypes[random.Int(0, 2)];
}

Profile AnyProfile(Random& random) {
  const int choice = random.Int(0, 3);
  return choice == 3 ? *FindProfile("xnnpack") : Rounding(kRoundings[choice]);
}

void AddLayer(Random& random, OpTester& op, const Layer& layer, const Shape& in,
              const Shape& weights, int channels) {
  const DType dtype = layer.dtype;
  op.Input(dtype, in, layer.in);
  op.inputs.push_back(
      {dtype, weights, layer.weights, AnyValues(random, dtype, weights.num_elements())});
  if (random.Chance(0.8)) {
    const DType bias = dtype == DType::kFloat32 ? DType::kFloat32 : DType::kInt32;
    op.inputs.push_back({bias, Shape{channels}, {}, AnyBias(random, dtype, channels)});
  }
  op.Output(dtype, layer.out);
}

// Channel counts about the lanes of every vector length, and few.
int AnyChannels(Random& random) {
  return random.Chance(0.5) ? random.Int(1, 12)
                            : random.Int(1, 8) * 16 + random.Int(-1, 1) * random.Int(0, 1);
}

// `large`: images that are worked on in several bands of rows.
OpTester AnyConvolution(Random& random, bool depthwise, bool large = false) {
  const DType dtype = AnyType(random);
  const int in_channels = AnyChannels(random);
  const int multiplier = random.Chance(0.7) ? 1 : random.Int(2, 4);
  const int out_channels = depthwise ? in_channels * multiplier : AnyChannels(random);
  const int filter_h = random.Chance(0.4) ? 3 : random.Int(1, 5);
  const int filter_w = random.Chance(0.4) ? 3 : random.Int(1, 5);
  const bool dilated = random.Chance(0.3);
  const int dilation_h = dilated ? random.Int(1, 3) : 1;
  const int dilation_w = dilated ? random.Int(1, 3) : 1;
  const int stride_h = random.Int(1, 3);
  const int stride_w = random.Chance(0.5) ? stride_h : random.Int(1, 3);
  const auto padding = random.Chance(0.5) ? schema::Padding::SAME : schema::Padding::VALID;
  const bool valid = padding == schema::Padding::VALID;
  const int least_h = valid ? (filter_h - 1) * dilation_h + 1 : 1;
  const int least_w = valid ? (filter_w - 1) * dilation_w + 1 : 1;
  const int more = large ? 40 : 0;
  const Shape in{random.Int(1, 2), random.Int(least_h, least_h + 9) + more,
                 random.Int(least_w, least_w + 9) + more, in_channels};
  const Shape filter = depthwise ? Shape{1, filter_h, filter_w, out_channels}
                                 : Shape{out_channels, filter_h, filter_w, in_channels};
  const int depth = filter_h * filter_w * (depthwise ? 1 : in_channels);
  OpTester op(depthwise ? OpCode::kDEPTHWISE_CONV_2D : OpCode::kCONV_2D);
  const auto fill = [&](auto options) {
    options.padding = padding;
    options.stride_h = stride_h;
    options.stride_w = stride_w;
    options.dilation_h_factor = dilation_h;
    options.dilation_w_factor = dilation_w;
    options.fused_activation_function = AnyFusedActivation(random);
    return MakeOptions(options);
  };
  op.options = depthwise ? fill(schema::DepthwiseConv2DOptionsT{}) : fill(schema::Conv2DOptionsT{});
  const Layer layer = AnyLayer(random, dtype, out_channels, depthwise ? 3 : 0, depth);
  AddLayer(random, op, layer, in, filter, out_channels);
  return op;
}

// Runs many of an operator; most of them must have an accelerated kernel, and at least this share
// of those runs a joint one.
template <class MakeOp>
void CheckMany(const MakeOp& make, uint32_t first_seed, uint32_t seeds = kSeeds,
               double least_joint = 0) {
  const auto sets = static_cast<int>(accelerated::AllSimd().size());
  if (sets == 0) GTEST_SKIP() << "no instruction set with accelerated kernels on this machine";
  int valid = 0;
  int runs = 0;
  int joint = 0;
  for (uint32_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    QG_SEED(seed);
    const OpTester op = make(random);
    const Profile profile = AnyProfile(random);
    std::vector<std::vector<std::byte>> values;
    for (const OpTester::Tensor& input : op.inputs) {
      if (!input.constant.empty()) continue;
      values.push_back(AnyValues(random, input.dtype, input.shape.num_elements()));
    }
    const DifferentialResult result = ExpectSameBytes(op, profile, values);
    valid += result.valid ? 1 : 0;
    runs += result.runs;
    joint += result.joint;
    if (testing::Test::HasFailure()) return;
  }
  testing::Test::RecordProperty("instruction_sets", sets);
  testing::Test::RecordProperty("comparisons", runs);
  EXPECT_GT(valid, static_cast<int>(seeds) / 2);
  // All but float layers where the set has no fused multiply-add, and rare corners.
  EXPECT_GT(runs, valid * (sets - 1) * 9 / 10);
  EXPECT_GE(joint, least_joint * runs);
}

TEST(Accelerated, ConvolutionGivesThePlainBytes) {
  CheckMany([](Random& random) { return AnyConvolution(random, false); }, 1000);
}

TEST(Accelerated, DepthwiseConvolutionGivesThePlainBytes) {
  CheckMany([](Random& random) { return AnyConvolution(random, true); }, 2000);
}

// Whole vectors of channels, which chance alone seldom gives.
TEST(Accelerated, DepthwiseInPlaceGivesThePlainBytes) {
  CheckMany(
      [](Random& random) {
        while (true) {
          OpTester op = AnyConvolution(random, true);
          const Shape& in = op.inputs[0].shape;
          const bool same = in.last_dim() == op.inputs[1].shape.last_dim();
          if (op.inputs[0].dtype == DType::kFloat32 && same && in.last_dim() % 16 == 0) return op;
        }
      },
      2300, 150);
}

TEST(Accelerated, LargeImagesGiveThePlainBytes) {
  CheckMany([](Random& random) { return AnyConvolution(random, random.Chance(0.5), true); }, 2500,
            60);
}

TEST(Accelerated, DenseGivesThePlainBytes) {
  // Half of the layers have one row; of those with 2 to 40, a fifth may run together.
  constexpr double kLeastJoint = 0.5;
  CheckMany(
      [](Random& random) {
        const DType dtype = AnyType(random);
        const int depth = random.Chance(0.5) ? random.Int(1, 20) : random.Int(60, 300);
        const int units = AnyChannels(random);
        OpTester op(OpCode::kFULLY_CONNECTED);
        schema::FullyConnectedOptionsT options;
        options.fused_activation_function = AnyFusedActivation(random);
        op.options = MakeOptions(options);
        AddLayer(random, op, AnyLayer(random, dtype, units, 0, depth),
                 Shape{random.Chance(0.5) ? 1 : random.Int(2, 40), depth}, Shape{units, depth},
                 units);
        return op;
      },
      3000, kSeeds, kLeastJoint);
}

// Float weights beyond what stays near are worked on in slices of their depth.
TEST(Accelerated, DeepProductsGiveThePlainBytes) {
  CheckMany(
      [](Random& random) {
        const DType dtype = random.Chance(0.8) ? DType::kFloat32 : DType::kInt8;
        const int depth = random.Int(450, 900);
        const int units = random.Int(110, 200);
        OpTester op(OpCode::kFULLY_CONNECTED);
        schema::FullyConnectedOptionsT options;
        options.fused_activation_function = AnyFusedActivation(random);
        op.options = MakeOptions(options);
        AddLayer(random, op, AnyLayer(random, dtype, units, 0, depth),
                 Shape{random.Int(2, 40), depth}, Shape{units, depth}, units);
        return op;
      },
      3600, 60);
}

OpTester AnyPool(Random& random) {
  const DType dtype = AnyType(random);
  OpTester op(random.Chance(0.5) ? OpCode::kMAX_POOL_2D : OpCode::kAVERAGE_POOL_2D);
  schema::Pool2DOptionsT options;
  options.padding = random.Chance(0.5) ? schema::Padding::SAME : schema::Padding::VALID;
  options.filter_height = random.Int(1, 4);
  options.filter_width = random.Int(1, 4);
  options.stride_h = random.Int(1, 3);
  options.stride_w = random.Int(1, 3);
  options.fused_activation_function = AnyFusedActivation(random);
  op.options = MakeOptions(options);
  QuantParams quant;
  if (dtype != DType::kFloat32) quant = PerTensor(0.05F, AnyZeroPoint(random, dtype));
  op.Input(dtype,
           Shape{random.Int(1, 2), random.Int(4, 10), random.Int(4, 10), AnyChannels(random)},
           quant);
  op.Output(dtype, quant);
  return op;
}

TEST(Accelerated, PoolsGiveThePlainBytes) { CheckMany(AnyPool, 4000); }

// NaN, infinities and zeros of either sign, whose maximum depends on who comes first.
TEST(Accelerated, MaximaOfAnyFloatsGiveThePlainBytes) {
  if (accelerated::AllSimd().empty()) GTEST_SKIP() << "no instruction set with kernels here";
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<float> any = {std::nanf(""), kInfinity, -kInfinity, 0.0F, -0.0F, 1.0F, -1.0F};
  int valid = 0;
  for (uint32_t seed = 4600; seed < 5200; ++seed) {
    QG_SEED(seed);
    const OpTester op = AnyPool(random);
    if (op.code != OpCode::kMAX_POOL_2D || op.inputs[0].dtype != DType::kFloat32) continue;
    std::vector<float> values(static_cast<size_t>(op.inputs[0].shape.num_elements()));
    for (float& value : values) value = any[static_cast<size_t>(random.Int(0, 6))];
    valid += ExpectSameBytes(op, AnyProfile(random), {ToBytes(values)}).valid ? 1 : 0;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(valid, 50);
}

// Shapes of rank 1 to 4 and any run of their axes.
OpTester AnyMean(Random& random) {
  const int rank = random.Int(1, 4);
  std::vector<int32_t> dims;
  for (int axis = 1; axis < rank; ++axis) dims.push_back(random.Int(1, 9));
  dims.push_back(AnyChannels(random));
  const int first = random.Int(0, rank - 1);
  std::vector<int32_t> axes(static_cast<size_t>(random.Int(1, rank - first)));
  std::iota(axes.begin(), axes.end(), first - (random.Chance(0.3) ? rank : 0));
  OpTester op(OpCode::kMEAN);
  schema::ReducerOptionsT options;
  options.keep_dims = random.Chance(0.5);
  op.options = MakeOptions(options);
  op.Input(DType::kFloat32, *Shape::Make(dims));
  op.inputs.push_back({DType::kInt32, Shape{static_cast<int32_t>(axes.size())}, {}, ToBytes(axes)});
  op.Output(DType::kFloat32);
  return op;
}

TEST(Accelerated, MeansGiveThePlainBytes) { CheckMany(AnyMean, 4300); }

OpTester AnyAddition(Random& random) {
  const DType dtype = AnyType(random);
  const bool add = random.Chance(0.5);
  OpTester op(add ? OpCode::kADD : OpCode::kSUB);
  const auto activation = AnyFusedActivation(random);
  if (add) {
    schema::AddOptionsT options;
    options.fused_activation_function = activation;
    op.options = MakeOptions(options);
  } else {
    schema::SubOptionsT options;
    options.fused_activation_function = activation;
    op.options = MakeOptions(options);
  }
  const Shape shape{1, random.Int(1, 200)};
  const float scale = random.Float(0.001, 0.1);
  if (dtype == DType::kFloat32) {
    op.Input(dtype, shape);
    op.Input(dtype, shape);
    op.Output(dtype);
    return op;
  }
  const bool equal = random.Chance(0.3);  // M = 1/2 for both
  op.Input(dtype, shape, PerTensor(scale, AnyZeroPoint(random, dtype)));
  op.Input(dtype, shape,
           PerTensor(equal ? scale : random.Float(0.001, 0.1), AnyZeroPoint(random, dtype)));
  op.Output(dtype, PerTensor(random.Float(0.001, 0.1), AnyZeroPoint(random, dtype)));
  return op;
}

TEST(Accelerated, AdditionGivesThePlainBytes) { CheckMany(AnyAddition, 5000); }

// All 65,536 pairs of codes: what is estimated and what is too near to a tie for that.
TEST(Accelerated, EveryPairOfCodesAddsToThePlainByte) {
  if (accelerated::AllSimd().empty()) GTEST_SKIP() << "no instruction set with kernels here";
  constexpr int kCodes = 256;
  std::vector<std::byte> first;
  std::vector<std::byte> second;
  for (int i = 0; i < kCodes * kCodes; ++i) {
    first.push_back(static_cast<std::byte>(i / kCodes));
    second.push_back(static_cast<std::byte>(i % kCodes));
  }
  int valid = 0;
  for (uint32_t seed = 5400; seed < 5500; ++seed) {
    QG_SEED(seed);
    OpTester op = AnyAddition(random);
    if (op.inputs[0].dtype == DType::kFloat32) continue;
    op.inputs[0].shape = op.inputs[1].shape = Shape{kCodes, kCodes};
    // Sums that are ties, or would be but for the last bit of a scale.
    if (random.Chance(0.5)) {
      const float scale = op.inputs[0].quant.scales[0];
      op.inputs[1].quant.scales = {random.Chance(0.5) ? scale : 2 * scale};
      op.output.quant.scales = {random.Chance(0.5) ? 2 * scale
                                                   : std::nextafter(2 * scale, random.Float(0, 1))};
    }
    valid += ExpectSameBytes(op, AnyProfile(random), {first, second}).valid ? 1 : 0;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(valid, 40);
}

// Infinite weights make a padded position's 0 w a NaN: such filters run plain.
TEST(Accelerated, FiltersThatAreNotFiniteRunPlain) {
  OpTester op(OpCode::kCONV_2D);
  schema::Conv2DOptionsT options;
  options.stride_h = options.stride_w = 1;
  op.options = MakeOptions(options);
  op.Input(DType::kFloat32, Shape{1, 2, 2, 1});
  std::vector<float> filter(9, std::numeric_limits<float>::infinity());
  op.inputs.push_back({DType::kFloat32, Shape{1, 3, 3, 1}, {}, ToBytes(filter)});
  op.Output(DType::kFloat32);
  const auto plan = Plan::Make(op.Make());
  ASSERT_TRUE(plan.ok());
  EXPECT_FALSE((*plan)->steps()[0].accelerated);
}

TEST(Accelerated, NamesAreDistinct) {
  std::vector<std::string_view> names;
  for (const AcceleratedDef& row : AllAccelerated()) {
    EXPECT_EQ(std::count(names.begin(), names.end(), row.name), 0) << row.name;
    names.push_back(row.name);
  }
}

}  // namespace
}  // namespace quantgate
