#include "reference/interpreter/block_params.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/interpreter/plan.h"
#include "reference/model/tflite_reader.h"
#include "reference/model/tflite_writer.h"
#include "reference/numeric/affine.h"
#include "tests/support/block_models.h"

namespace quantgate {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

constexpr size_t kWeights = 1;
constexpr size_t kScales = 2;

Model SomeModel(uint32_t seed = 20261120U) {
  Random random(seed);
  return BlockDenseModel(AnyBlockWeights(random, 3, 2, 32), 1, {1, 2, 3});
}

// What the reader of parameters says of the model after a change, and the plan with it.
template <class Change>
std::string Complaint(const Change& change) {
  Model model = SomeModel();
  change(model, model.subgraphs[0].tensors);
  const auto params = ReadBlockParams(model, model.main(), model.main().tensors[kWeights]);
  const auto plan = Plan::Make(std::make_shared<const Model>(model));
  EXPECT_EQ(params.ok(), plan.ok());
  if (params.ok()) return "";
  EXPECT_THAT(plan.error().message, HasSubstr("FULLY_CONNECTED: " + params.error().message));
  return params.error().ToString();
}

using Tensors = std::vector<TensorInfo>;

TEST(BlockParams, ScalesComeFromTheirTensor) {
  QG_SEED(20261121U);
  for (int i = 0; i < 50; ++i) {
    const BlockWeights weights =
        AnyBlockWeights(random, random.Int(1, 6), random.Int(1, 4), 2 * random.Int(1, 40));
    const Model model = BlockDenseModel(weights, 1, {});
    const TensorInfo& tensor = model.main().tensors[kWeights];
    const auto params = ReadBlockParams(model, model.main(), tensor);
    ASSERT_TRUE(params.ok()) << params.error().ToString();
    EXPECT_EQ(params->block, weights.block);
    EXPECT_THAT(params->zero_points, Each(0));
    EXPECT_THAT(params->zero_points, SizeIs(weights.halves.size()));
    std::vector<float> reals(weights.codes.size());
    ASSERT_TRUE(
        DequantizeTensor(model.Constant(tensor), tensor.dtype, tensor.shape, *params, reals));
    for (int32_t r = 0; r < weights.rows; ++r) {
      for (int32_t d = 0; d < weights.depth; ++d) {
        ASSERT_EQ(static_cast<double>(reals[static_cast<size_t>(r * weights.depth + d)]),
                  weights.real(r, d));
      }
    }
  }
}

TEST(BlockParams, PlansShowThem) {
  const auto model = std::make_shared<const Model>(SomeModel());
  const auto plan = Plan::Make(model);
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  EXPECT_EQ((*plan)->info(kWeights).dtype, DType::kInt8);
  EXPECT_EQ((*plan)->info(kWeights).quant.block, 32);
  EXPECT_THAT((*plan)->info(kWeights).quant.scales, SizeIs(6));
}

TEST(BlockParams, AFileKeepsThem) {
  const auto read = ReadModel(ConstBytes(WriteModel(SomeModel())), "written");
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  const auto params = ReadBlockParams(**read, (*read)->main(), (*read)->main().tensors[kWeights]);
  ASSERT_TRUE(params.ok()) << params.error().ToString();
  const Model model = SomeModel();
  EXPECT_EQ(*params, *ReadBlockParams(model, model.main(), model.main().tensors[kWeights]));
}

TEST(BlockParams, BlocksThatDoNotFitAreNamed) {
  for (const int block : {0, -32, 24, 128}) {
    EXPECT_EQ(Complaint([&](Model&, Tensors& t) { t[kWeights].blockwise->block_size = block; }),
              "model error: tensor 'w': block-wise constant: blocks of " + std::to_string(block) +
                  " do not divide its last extent 64");
  }
  EXPECT_THAT(Complaint([](Model&, Tensors& t) { t[kWeights].blockwise->block_size = 16; }),
              HasSubstr("6 scales for 12 blocks of 16"));
}

TEST(BlockParams, ScalesThatDoNotFitAreNamed) {
  for (const int index : {-1, 0, 99, -7}) {
    EXPECT_THAT(
        Complaint([&](Model&, Tensors& t) { t[kWeights].blockwise->scales_tensor = index; }),
        HasSubstr("its scales are in no constant"));
  }
  EXPECT_THAT(Complaint([](Model& m, Tensors& t) {
                t[kScales].dtype = DType::kFloat32;
                m.buffers[static_cast<size_t>(t[kScales].buffer)] =
                    ConstBytes(ToBytes(std::vector<float>(6, 1)));
              }),
              HasSubstr("scales of type float32 where dense float16 is needed"));
  for (const int half : {0x0000, 0x8000, 0xBC00, 0x7C00, 0x7E00}) {
    EXPECT_THAT(Complaint([&](Model& m, Tensors& t) {
                  std::vector<uint16_t> halves(6, 0x3C00);
                  halves[4] = static_cast<uint16_t>(half);
                  m.buffers[static_cast<size_t>(t[kScales].buffer)] = ConstBytes(ToBytes(halves));
                }),
                HasSubstr(" of block 4 is not positive and finite"));
  }
}

TEST(BlockParams, OtherCodesHaveNoKernel) {
  EXPECT_THAT(Complaint([](Model& m, Tensors& t) {
                t[kWeights].dtype = DType::kInt8;
                m.buffers[static_cast<size_t>(t[kWeights].buffer)] =
                    ConstBytes(ToBytes(std::vector<int8_t>(192, 1)));
              }),
              HasSubstr("codes of type int8; there are kernels for int4 and int2 only"));
}

// Writers without zero points leave any number at their place: no tensor, or one of other values.
TEST(BlockParams, ZeroPointsAreZero) {
  const auto with_zeros = [](std::vector<int8_t> zeros) {
    return Complaint([&](Model& m, Tensors& t) {
      TensorInfo tensor = t[kScales];
      tensor.name = "zeros";
      tensor.dtype = DType::kInt8;
      tensor.buffer = static_cast<int>(m.buffers.size());
      m.buffers.emplace_back(ToBytes(zeros));
      t.push_back(tensor);
      t[kWeights].blockwise->zero_points_tensor = static_cast<int>(t.size()) - 1;
    });
  };
  EXPECT_EQ(with_zeros({0, 0, 0, 0, 0, 0}), "");
  EXPECT_THAT(with_zeros({0, 0, 0, -3, 0, 0}),
              HasSubstr("zero point -3 of block 3; kernels take 0 only"));
  for (const int index : {0, 1, 2, 3, 4}) {
    const bool codes = index == 1;  // the weights themselves: integers, and not zeros
    EXPECT_EQ(Complaint([&](Model&, Tensors& t) {
                t[kWeights].blockwise->zero_points_tensor = index;
              }).empty(),
              !codes)
        << index;
  }
}

}  // namespace
}  // namespace quantgate
