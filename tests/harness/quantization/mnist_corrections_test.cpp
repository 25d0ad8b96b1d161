// The corrections on a real net, each alone: the depthwise MNIST net of configs/mnist, as it is and
// with its channels scaled against each other so that per-tensor weights serve it badly.
#include <gtest/gtest.h>

#include <cmath>

#include "datasets/dataset_table.h"
#include "harness/execution/input_feed.h"
#include "harness/quantization/corrected_quantization.h"
#include "reference/interpreter/interpreter.h"
#include "reference/model/tflite_reader.h"
#include "reference/numeric/element.h"
#include "tests/harness/calibration/ranges_of.h"
#include "tests/support/bytes.h"
#include "tests/support/mnist.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

// QUANTGATE_MNIST_IMAGES=10000 gives the numbers of harness/quantization/README.md.
int64_t TestImages() {
  const char* asked = std::getenv("QUANTGATE_MNIST_IMAGES");
  return asked != nullptr ? std::strtoll(asked, nullptr, 10) : 2000;
}

// Percent of the test images classified rightly.
double Accuracy(const std::shared_ptr<const Model>& model, const Dataset& images) {
  const auto plan = Plan::Make(model);
  EXPECT_TRUE(plan.ok()) << plan.error().ToString();
  auto feed = InputFeed::Make(**plan, images, kMnistPixels, FeedMode::kQuantize);
  EXPECT_TRUE(feed.ok()) << feed.error().ToString();
  Interpreter interpreter(*plan);
  const auto out = static_cast<size_t>(model->main().outputs[0]);
  const DType dtype = model->main().tensors[out].dtype;
  int64_t right = 0;
  for (int64_t i = 0; i < images.size(); ++i) {
    QG_CHECK(feed->Fill(i, interpreter).ok());
    EXPECT_TRUE(interpreter.Run().ok());
    size_t best = 0;
    for (size_t k = 1; k < 10; ++k) {
      const auto output = interpreter.output(0);
      if (ReadElement(output, dtype, k) > ReadElement(output, dtype, best)) best = k;
    }
    right += static_cast<int>(best) == images.label(i) ? 1 : 0;
  }
  return 100.0 * static_cast<double>(right) / static_cast<double>(images.size());
}

// Channel c between two layers divided by a factor from 10^-spread to 10^spread in the first and
// multiplied by it in the second: behind RELU the function stays the same.
std::shared_ptr<const Model> Unbalanced(const Model& source, double spread) {
  Model model = source;
  Random random(31);
  const auto scale = [&](int tensor, const auto& factor_of) {
    TensorInfo& info = model.subgraphs[0].tensors[static_cast<size_t>(tensor)];
    auto values = FromBytes<float>(model.Constant(info));
    for (size_t i = 0; i < values.size(); ++i) values[i] *= factor_of(i);
    info.buffer = static_cast<int>(model.buffers.size());
    model.buffers.emplace_back(ToBytes(values));
  };
  // conv -> depthwise1 -> pointwise1 -> depthwise2 -> pointwise2 -> depthwise3 -> pointwise3
  for (size_t i = 0; i + 1 < 7; ++i) {
    const OpNode first = model.main().ops[i];
    const OpNode second = model.main().ops[i + 1];
    const auto bias = static_cast<size_t>(first.inputs[2]);
    const auto channels = static_cast<size_t>(model.main().tensors[bias].shape.num_elements());
    std::vector<float> factors(channels);
    for (float& factor : factors)
      factor = static_cast<float>(std::pow(10, random.Real(-spread, spread)));
    const auto weights = static_cast<size_t>(first.inputs[1]);
    const size_t inner =
        first.code == OpCode::kDEPTHWISE_CONV_2D
            ? 1
            : FromBytes<float>(model.Constant(model.main().tensors[weights])).size() / channels;
    scale(first.inputs[1], [&](size_t k) { return 1 / factors[k / inner % channels]; });
    scale(first.inputs[2], [&](size_t k) { return 1 / factors[k]; });
    scale(second.inputs[1], [&](size_t k) { return factors[k % channels]; });
  }
  return std::make_shared<const Model>(std::move(model));
}

class MnistCorrections : public testing::Test {
 protected:
  void SetUp() override {
    const auto read = ReadModelFile("configs/mnist/mnist_depthwise.tflite");
    ASSERT_TRUE(read.ok()) << read.error().ToString();
    model_ = *read;
    samples_ = OpenMnist("calibration", 1000);
    images_ = OpenMnist("t10k", TestImages());
    data_.dataset = samples_.get();
    data_.preprocessing = kMnistPixels;
    data_.estimator = {FindEstimator("minmax")};
  }

  double Quantized(const std::shared_ptr<const Model>& model, const char* scheme,
                   const Corrections& corrections) {
    const Ranges ranges = RangesOf(*Plan::Make(model), *samples_, kMnistPixels);
    QuantizeOptions options;
    options.scheme = FindScheme(scheme);
    const auto made = QuantizeWithCorrections(model, &ranges, options, corrections, &data_);
    EXPECT_TRUE(made.ok()) << made.error().ToString();
    const double accuracy = Accuracy(made->result.model, *images_);
    std::cout << scheme;
    for (const CorrectionDef& each : AllCorrections()) {
      if (each.flag != &Corrections::bias_overflow && corrections.*each.flag)
        std::cout << " + " << each.name;
    }
    std::cout << ": " << accuracy << " %\n";
    return accuracy;
  }

  std::shared_ptr<const Model> model_;
  std::unique_ptr<Dataset> samples_;
  std::unique_ptr<Dataset> images_;
  CorrectionData data_;
};

constexpr Corrections kPlain{};
constexpr Corrections kEqualized{.equalization = true};
constexpr Corrections kBiases{.bias_correction = true};
constexpr Corrections kRounded{.adaptive_rounding = true};
constexpr Corrections kClipped{.weight_clipping = true};
constexpr Corrections kRefined{.range_refinement = true};

// Per-tensor weights lose visibly on unbalanced channels; equalization and bias correction win most
// of it back.
TEST_F(MnistCorrections, WinBackWhatOneScaleATensorLoses) {
  const auto unbalanced = Unbalanced(*model_, 0.7);
  const double real = Accuracy(unbalanced, *images_);
  std::cout << "unbalanced, float32: " << real << " %\n";
  EXPECT_NEAR(real, Accuracy(model_, *images_), 0.051);  // the function is the same
  const double plain = Quantized(unbalanced, "int8-per-tensor", kPlain);
  EXPECT_LT(plain, real - 5);
  const double equalized = Quantized(unbalanced, "int8-per-tensor", kEqualized);
  EXPECT_LT(real - equalized, 0.2 * (real - plain));
  EXPECT_GT(Quantized(unbalanced, "int8-per-tensor", kBiases), plain);
  EXPECT_GT(Quantized(unbalanced, "int8-per-tensor", kRounded), plain);
  const double both =
      Quantized(unbalanced, "int8-per-tensor", {.equalization = true, .bias_correction = true});
  EXPECT_LT(real - both, 0.05 * (real - plain));
}

// Four bits: adaptive rounding alone ends within a point of float32.
TEST_F(MnistCorrections, RoundFourBitsWithinAPoint) {
  const double real = Accuracy(model_, *images_);
  std::cout << "float32: " << real << " %\n";
  for (const char* scheme : {"int4", "weight-only-int4"}) {
    const double plain = Quantized(model_, scheme, kPlain);
    const double rounded = Quantized(model_, scheme, kRounded);
    EXPECT_LT(plain, real - 1) << scheme;
    EXPECT_GT(rounded, real - 1) << scheme;
    EXPECT_GT(Quantized(model_, scheme, kBiases), plain) << scheme;
    // Its squared error is smaller; the answers of this net's small filters need not be better.
    EXPECT_GT(Quantized(model_, scheme, kClipped), plain - 2) << scheme;
    EXPECT_GT(
        Quantized(model_, scheme,
                  {.weight_clipping = true, .bias_correction = true, .adaptive_rounding = true}),
        real - 0.5)
        << scheme;
    EXPECT_GT(Quantized(model_, scheme,
                        {.equalization = true, .bias_correction = true, .adaptive_rounding = true}),
              real - 0.5)
        << scheme;
  }
}

// Eight bits lose next to nothing here; narrower ranges must not change that.
TEST_F(MnistCorrections, RefinedRangesCostNothing) {
  const double real = Accuracy(model_, *images_);
  EXPECT_GT(Quantized(model_, "int8", kRefined), real - 0.2);
  EXPECT_GT(Quantized(model_, "uint8", kRefined), real - 0.5);
  EXPECT_GT(Quantized(Unbalanced(*model_, 0.7), "int8", kRefined), real - 0.5);
}

// A net trained with quantization simulated converts with its own ranges and loses nothing.
TEST_F(MnistCorrections, TrainedRangesNeedNoCalibration) {
  const auto trained = ReadModelFile("configs/mnist/mnist_conv_qat.tflite");
  ASSERT_TRUE(trained.ok()) << trained.error().ToString();
  QuantizeOptions options;
  options.scheme = FindScheme("int8");
  const auto made = QuantizeModel(**trained, nullptr, options);
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  EXPECT_EQ(made->folded_fake_quants, 9);
  for (const OpNode& op : made->model->main().ops) EXPECT_NE(op.code, OpCode::kFAKE_QUANT);
  for (const QuantizedOp& op : made->ops) EXPECT_EQ(op.kept_float, "") << op.name;
  const double simulated = Accuracy(*trained, *images_);
  const double integer = Accuracy(made->model, *images_);
  std::cout << "simulated " << simulated << " %, int8 " << integer << " %\n";
  EXPECT_NEAR(integer, simulated, 0.11);
}

}  // namespace
}  // namespace quantgate
