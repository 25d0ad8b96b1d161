// Reader and writer together: what is written reads back as the same graph.
#include <gtest/gtest.h>

#include "reference/model/op_options.h"
#include "reference/model/tflite_reader.h"
#include "reference/model/tflite_writer.h"
#include "tests/support/golden_folder.h"
#include "tests/support/model_equality.h"
#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

Result<std::shared_ptr<const Model>> WriteThenRead(const Model& model) {
  return ReadModel(ConstBytes(WriteModel(model)), "made by a test");
}

TEST(TfliteRoundTrip, EveryCornerOfTheFormatSurvives) {
  const Model model = EveryCornerModel();
  ASSERT_TRUE(Validate(model).ok()) << Validate(model).error().ToString();
  const auto read = WriteThenRead(model);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_TRUE(SameModel(model, **read));
}

TEST(TfliteRoundTrip, WritingIsDeterministic) {
  EXPECT_EQ(WriteModel(EveryCornerModel()), WriteModel(EveryCornerModel()));
  const auto read = WriteThenRead(EveryCornerModel());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(WriteModel(**read), WriteModel(EveryCornerModel()));
}

TEST(TfliteRoundTrip, OptionsSurvive) {
  const auto read = WriteThenRead(SmallFloatModel());
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  const auto* conv = OptionsAs<schema::Conv2DOptionsT>((*read)->main().ops[0]);
  ASSERT_NE(conv, nullptr);
  EXPECT_EQ(conv->stride_w, 1);
  EXPECT_EQ(conv->fused_activation_function, schema::ActivationFunctionType::RELU);
  const auto* softmax = OptionsAs<schema::SoftmaxOptionsT>((*read)->main().ops[3]);
  ASSERT_NE(softmax, nullptr);
  EXPECT_EQ(softmax->beta, 1.0F);
  EXPECT_EQ(OptionsAs<schema::SoftmaxOptionsT>((*read)->main().ops[0]), nullptr);
}

// Bytes that happen to lie at an odd address are read all the same.
TEST(TfliteRoundTrip, UnalignedBytesAreRead) {
  const auto bytes = WriteModel(SmallFloatModel());
  for (size_t shift = 1; shift < 16; shift += 5) {
    std::vector<std::byte> shifted(shift);
    shifted.insert(shifted.end(), bytes.begin(), bytes.end());
    const ConstBytes whole(std::move(shifted));
    const ConstBytes part(std::make_shared<ConstBytes>(whole), whole.view().subspan(shift));
    const auto read = ReadModel(part, "shifted");
    ASSERT_TRUE(read.ok()) << read.error().ToString();
    EXPECT_TRUE(SameModel(SmallFloatModel(), **read));
  }
}

TEST(TfliteRoundTrip, AllRealModelsSurvive) {
  const auto models = GoldenModels();
  if (models.empty()) GTEST_SKIP() << "no real models beside the repository";
  for (const auto& path : models) {
    SCOPED_TRACE(path.string());
    const auto first = ReadModelFile(path.string());
    ASSERT_TRUE(first.ok()) << first.error().ToString();
    const auto bytes = WriteModel(**first);
    const auto second = ReadModel(ConstBytes(bytes), path.string());
    ASSERT_TRUE(second.ok()) << second.error().ToString();
    EXPECT_TRUE(SameModel(**first, **second));
    // Options are opaque; that a second writing gives the same bytes covers them too.
    EXPECT_EQ(WriteModel(**second), bytes);
  }
}

}  // namespace
}  // namespace quantgate
