// Our quantized MNIST models, made by our quantizer, on the real TFLite library: every byte of
// every computed tensor against our interpreter.
#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "harness/execution/input_feed.h"
#include "reference/interpreter/interpreter.h"
#include "reference/model/all_outputs.h"
#include "tests/conformance/library_test.h"
#include "tests/harness/driver/mnist_variant.h"

namespace quantgate {
namespace {

constexpr int64_t kImages = 200;

struct Case {
  const char* model;
  const char* scheme;
  bool mean_and_std;  // the input contract of the legacy converter: mean 0, std 255
};

// Keeps the addresses inside a Case out of the test's name.
void PrintTo(const Case& test_case, std::ostream* out) {
  *out << test_case.model << " " << test_case.scheme;
}

class MnistConformance : public LibraryTestOf<Case> {
 protected:
  // The variant, with every computed tensor an output.
  LoadedModel MakeVariant() {
    VariantConfig config;
    config.quantize.emplace();
    config.quantize->scheme = FindScheme(GetParam().scheme);
    if (GetParam().mean_and_std) config.quantize->activations.input = InputContract{0, 255};
    const MnistVariant made = MakeMnistVariant(GetParam().model, config, 200);
    const ModelWithOutputs all = WithAllOutputs(*made.variant.model);
    auto loaded = LoadMadeModel(all.model, DefaultProfile());
    EXPECT_TRUE(loaded.ok()) << loaded.error().ToString();
    return std::move(*loaded);
  }
};

TEST_P(MnistConformance, EveryByteOfEveryTensorIsEqual) {
  const LoadedModel variant = MakeVariant();
  const auto images = OpenMnist("t10k", kImages);
  auto session = library_->Load(variant.bytes.view(), {});
  ASSERT_TRUE(session.ok()) << session.error().ToString();
  auto feed = InputFeed::Make(*variant.plan, *images, kMnistPixels, FeedMode::kQuantize);
  ASSERT_TRUE(feed.ok()) << feed.error().ToString();
  Interpreter ours(variant.plan);
  const Subgraph& graph = variant.model->main();
  ASSERT_EQ((*session)->num_outputs(), graph.outputs.size());
  std::map<std::string, int64_t> different;  // elements, by tensor
  for (int64_t i = 0; i < images->size(); ++i) {
    QG_CHECK(feed->Fill(i, ours).ok());
    ASSERT_EQ((*session)->input(0).size(), ours.input(0).size());
    std::memcpy((*session)->input(0).data(), ours.input(0).data(), ours.input(0).size());
    EXPECT_TRUE(ours.Run().ok());
    ASSERT_TRUE((*session)->Run().ok());
    for (size_t o = 0; o < graph.outputs.size(); ++o) {
      const auto theirs = (*session)->output(o);
      const auto mine = ours.output(o);
      ASSERT_EQ(theirs.size(), mine.size());
      for (size_t b = 0; b < mine.size(); ++b) {
        if (mine[b] != theirs[b]) {
          ++different[graph.tensors[static_cast<size_t>(graph.outputs[o])].name];
        }
      }
    }
  }
  for (const auto& [tensor, count] : different) {
    ADD_FAILURE() << count << " bytes of '" << tensor << "' differ over " << kImages << " images";
  }
}

std::string NameOf(const testing::TestParamInfo<Case>& info) {
  std::string name = std::string(info.param.model) + "_" + info.param.scheme;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Models, MnistConformance,
                         testing::Values(Case{"mnist_conv.tflite", "int8", false},
                                         Case{"mnist_conv.tflite", "int8-per-tensor", false},
                                         Case{"mnist_conv.tflite", "uint8", true},
                                         Case{"mnist_depthwise.tflite", "int8", false},
                                         Case{"mnist_depthwise.tflite", "int8-per-tensor", false},
                                         Case{"mnist_depthwise.tflite", "uint8", true}),
                         NameOf);

}  // namespace
}  // namespace quantgate
