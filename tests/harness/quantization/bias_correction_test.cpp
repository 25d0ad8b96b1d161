#include "harness/quantization/bias_correction.h"

#include <gtest/gtest.h>

#include "harness/quantization/corrected_quantization.h"
#include "reference/numeric/affine.h"
#include "reference/numeric/element.h"
#include "tests/harness/quantization/layers.h"
#include "tests/support/bytes.h"
#include "tests/support/float_ranges.h"
#include "tests/support/model_builder.h"
#include "tests/support/run_model.h"

namespace quantgate {
namespace {

std::vector<float> Image(const ChainData& chain, int64_t sample) {
  std::vector<float> image(90);
  QG_CHECK(chain.dataset.ReadRaw(sample, image).ok());
  return image;
}

Ranges RangesOf(const Model& model, const ChainData& chain) {
  std::vector<std::vector<std::vector<std::byte>>> samples;
  for (int64_t i = 0; i < chain.dataset.size(); ++i) samples.push_back({ToBytes(Image(chain, i))});
  return *FloatRanges(model, samples);
}

CorrectedQuantization Quantized(const std::shared_ptr<const Model>& model, const ChainData& chain,
                                const char* scheme, bool correct) {
  const Ranges ranges = RangesOf(*model, chain);
  QuantizeOptions options;
  options.scheme = FindScheme(scheme);
  Corrections corrections;
  corrections.bias_correction = correct;
  auto made = QuantizeWithCorrections(model, &ranges, options, corrections, &chain.data);
  if (!made.ok()) CheckFailed("quantize", made.error().ToString().c_str(), __FILE__, __LINE__);
  return std::move(*made);
}

// Mean of float minus quantized output of the last layer, the largest over its units.
double MeanError(const std::shared_ptr<const Model>& model,
                 const std::shared_ptr<const Model>& quantized, const ChainData& chain) {
  const auto in = static_cast<size_t>(quantized->main().inputs[0]);
  const auto out = static_cast<size_t>(quantized->main().outputs[0]);
  const TensorInfo& input = quantized->main().tensors[in];
  const TensorInfo& output = quantized->main().tensors[out];
  std::vector<double> error(5, 0);
  for (int64_t i = 0; i < chain.dataset.size(); ++i) {
    const auto image = Image(chain, i);
    const auto want = FromBytes<float>(RunModel(model, {ToBytes(image)})[0]);
    auto bytes = ToBytes(image);
    if (input.dtype != DType::kFloat32) {
      bytes.resize(ByteSize(input.dtype, input.shape));
      QuantizeTensor(image, input.quant, input.dtype, bytes);
    }
    std::vector<float> got(5);
    DequantizeTensor(RunModel(quantized, {bytes})[0], output.dtype, output.shape, output.quant,
                     got);
    for (size_t u = 0; u < 5; ++u) error[u] += static_cast<double>(want[u] - got[u]);
  }
  double largest = 0;
  for (const double each : error) {
    largest = std::max(largest, std::abs(each) / static_cast<double>(chain.dataset.size()));
  }
  return largest;
}

// Layers without activations pass mean errors on exactly, so what is left is rounding and, for
// codes, half a step of the output.
TEST(BiasCorrection, TheMeanErrorGoesAway) {
  QG_SEED(20241131U);
  for (const char* scheme : {"int8-per-tensor", "int4", "weight-only-int4", "int16x8"}) {
    const auto model = LayerChain(random, 0, 1);
    const auto chain = ChainSamples(random, 60);
    const auto plain = Quantized(model, *chain, scheme, false);
    const auto corrected = Quantized(model, *chain, scheme, true);
    const double before = MeanError(model, plain.result.model, *chain);
    const double after = MeanError(model, corrected.result.model, *chain);
    const auto out = static_cast<size_t>(corrected.result.model->main().outputs[0]);
    const QuantParams& quant = corrected.result.model->main().tensors[out].quant;
    const double step = quant.quantized() ? static_cast<double>(quant.scale()) : 0;
    EXPECT_LT(after, before) << scheme;
    EXPECT_LT(after, std::max(0.05 * before, 0.5 * step)) << scheme;
  }
}

// One dense layer of block-wise weights: what is left is the coding of the inputs while it runs.
TEST(BiasCorrection, BlockwiseWeightsAreReadWithTheirScales) {
  QG_SEED(20261151U);
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 64});
  const int weights = builder.AddConstant("w", Shape{5, 64}, random.Floats(320, -1, 1));
  const int bias = builder.AddConstant("b", Shape{5}, random.Floats(5, -1, 1));
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 5});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {in, weights, bias}, {out});
  const auto model = builder.Finish({out});
  const TestDataset dataset(Shape{64}, random.Floats(64 * 40, 0, 2));
  CorrectionData data;
  data.dataset = &dataset;
  data.threads = 1;
  // The mean error, the largest over the units.
  const auto error_of = [&](bool correct) {
    Corrections corrections;
    corrections.bias_correction = correct;
    QuantizeOptions options;
    options.scheme = FindScheme("int4-blockwise-32");
    const auto made = QuantizeWithCorrections(model, nullptr, options, corrections, &data);
    if (!made.ok()) CheckFailed("quantize", made.error().ToString().c_str(), __FILE__, __LINE__);
    std::vector<double> sums(5, 0);
    for (int64_t i = 0; i < dataset.size(); ++i) {
      std::vector<float> sample(64);
      QG_CHECK(dataset.ReadRaw(i, sample).ok());
      const auto want = FromBytes<float>(RunModel(model, {ToBytes(sample)})[0]);
      const auto got = FromBytes<float>(RunModel(made->result.model, {ToBytes(sample)})[0]);
      for (size_t u = 0; u < 5; ++u) sums[u] += static_cast<double>(want[u] - got[u]) / 40;
    }
    double largest = 0;
    for (const double sum : sums) largest = std::max(largest, std::abs(sum));
    return largest;
  };
  EXPECT_LT(error_of(true), 0.05 * error_of(false));
}

TEST(BiasCorrection, SaysWhatItDid) {
  QG_SEED(20241132U);
  const auto model = LayerChain(random, 1, 1);
  const auto chain = ChainSamples(random, 10);
  const auto made = Quantized(model, *chain, "int8", true);
  ASSERT_EQ(made.notes.size(), 1U);
  EXPECT_EQ(made.notes[0], "bias-correction: 4 layers");
  // Halves stay as they are: a corrected bias would need more digits than they have.
  const auto half = Quantized(model, *chain, "float16", true);
  EXPECT_EQ(half.notes[0].substr(0, 27), "bias-correction: 0 layers; ");
}

TEST(BiasCorrection, OldBiasesDoNotReachTheFile) {
  QG_SEED(20241133U);
  const auto model = LayerChain(random, 1, 1);
  const auto chain = ChainSamples(random, 10);
  const auto plain = Quantized(model, *chain, "int8", false);
  const auto corrected = Quantized(model, *chain, "int8", true);
  EXPECT_EQ(corrected.result.model->buffers.size(), plain.result.model->buffers.size());
}

TEST(Corrections, NeedSamplesWhereTheyLookAtThem) {
  QG_SEED(20241134U);
  const auto model = LayerChain(random, 1, 1);
  QuantizeOptions options;
  options.scheme = FindScheme("float16");
  for (const CorrectionDef& correction : AllCorrections()) {
    Corrections corrections{.bias_overflow = false};
    corrections.*correction.flag = true;
    const auto made = QuantizeWithCorrections(model, nullptr, options, corrections, nullptr);
    EXPECT_EQ(made.ok(), !correction.needs_data) << correction.name;
    EXPECT_EQ(FindCorrection(correction.name), &correction);
  }
}

}  // namespace
}  // namespace quantgate
