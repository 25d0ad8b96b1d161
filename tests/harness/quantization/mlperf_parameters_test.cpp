// Our parameters beside those of the int8 models that MLPerf Tiny ships with their float parents.
// The activation ranges are read off the shipped models, because their calibration data is not
// here; everything that follows from ranges and weights must come out as TFLite's converter made
// it.
#include <gtest/gtest.h>

#include <cmath>

#include "harness/quantization/corrected_quantization.h"
#include "reference/core/file.h"
#include "reference/model/tflite_reader.h"
#include "reference/numeric/affine.h"
#include "reference/numeric/element.h"
#include "tests/support/bytes.h"
#include "tests/support/float_ranges.h"
#include "tests/support/golden_folder.h"
#include "tests/support/random.h"
#include "tests/support/run_model.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

struct Pair {
  const char* name;
  const char* real;
  const char* shipped;
};

void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.name; }

std::shared_ptr<const Model> Read(const char* folder) {
  const auto model = ReadModelFile((GoldenFolder() / folder / "model.tflite").string());
  EXPECT_TRUE(model.ok()) << model.error().ToString();
  return model.ok() ? *model : nullptr;
}

const TensorInfo& Tensor(const Model& model, int index) {
  return model.main().tensors[static_cast<size_t>(index)];
}

// The ranges that the codes of the shipped model cover, for the same operators' tensors.
Ranges RangesOf(const Model& real, const Model& shipped) {
  Ranges ranges;
  const auto add = [&](int tensor, int twin) {
    const QuantParams& quant = Tensor(shipped, twin).quant;
    const auto scale = static_cast<double>(quant.scale());
    ranges.tensors.push_back({tensor, Tensor(real, tensor).name,
                              scale * (-128 - quant.zero_point()),
                              scale * (127 - quant.zero_point()), 1, 0});
  };
  add(real.main().inputs[0], shipped.main().inputs[0]);
  for (size_t i = 0; i < real.main().ops.size(); ++i) {
    add(real.main().ops[i].outputs[0], shipped.main().ops[i].outputs[0]);
  }
  return ranges;
}

std::shared_ptr<const Model> Quantized(const std::shared_ptr<const Model>& real,
                                       const Ranges& ranges, const Corrections& corrections = {},
                                       const CorrectionData* data = nullptr) {
  QuantizeOptions options;
  options.scheme = FindScheme("int8");
  const auto made = QuantizeWithCorrections(real, &ranges, options, corrections, data);
  EXPECT_TRUE(made.ok()) << made.error().ToString();
  for (const std::string& note : made->notes) std::cout << note << "\n";
  return made->result.model;
}

class MlperfParameters : public testing::TestWithParam<Pair> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(GoldenFolder() / GetParam().real)) {
      GTEST_SKIP() << "the MLPerf Tiny models are not here";
    }
    real_ = Read(GetParam().real);
    shipped_ = Read(GetParam().shipped);
    ASSERT_TRUE(real_ && shipped_);
    ASSERT_EQ(real_->main().ops.size(), shipped_->main().ops.size());
  }

  std::shared_ptr<const Model> real_;
  std::shared_ptr<const Model> shipped_;
};

// Elements whose codes differ, and by how much at most.
struct Codes {
  int64_t elements = 0;
  int64_t different = 0;
  double largest = 0;
};

void Compare(const Model& a, int ours, const Model& b, int theirs, Codes& codes) {
  const TensorInfo& mine = Tensor(a, ours);
  const TensorInfo& other = Tensor(b, theirs);
  ASSERT_EQ(mine.dtype, other.dtype) << mine.name;
  ASSERT_EQ(mine.quant.scales.size(), other.quant.scales.size()) << mine.name;
  for (size_t s = 0; s < mine.quant.scales.size(); ++s) {
    ASSERT_NEAR(mine.quant.scales[s] / other.quant.scales[s], 1, 2e-6) << mine.name << " " << s;
    ASSERT_EQ(mine.quant.zero_points[s], other.quant.zero_points[s]) << mine.name << " " << s;
  }
  const auto left = a.Constant(mine);
  const auto right = b.Constant(other);
  ASSERT_EQ(left.size(), right.size()) << mine.name;
  for (int64_t i = 0; !left.empty() && i < mine.shape.num_elements(); ++i) {
    const auto at = static_cast<size_t>(i);
    const double difference =
        std::abs(ReadElement(left, mine.dtype, at) - ReadElement(right, mine.dtype, at));
    // Their biases are quotients in float32, which has 24 bits for codes of up to 31.
    const double digits = 0x1p-22 * std::abs(ReadElement(right, other.dtype, at));
    ++codes.elements;
    codes.different += difference > digits ? 1 : 0;
    codes.largest = std::max(codes.largest, difference - digits);
  }
}

TEST_P(MlperfParameters, FollowFromRangesAndWeightsAsTheirs) {
  const auto ours = Quantized(real_, RangesOf(*real_, *shipped_));
  ASSERT_EQ(ours->main().ops.size(), shipped_->main().ops.size());
  Codes weights;
  Codes biases;
  Codes none;
  for (size_t i = 0; i < ours->main().ops.size(); ++i) {
    const OpNode& mine = ours->main().ops[i];
    const OpNode& theirs = shipped_->main().ops[i];
    ASSERT_EQ(mine.code, theirs.code);
    EXPECT_EQ(mine.version, theirs.version) << mine.type_name();
    Compare(*ours, mine.outputs[0], *shipped_, theirs.outputs[0], none);
    for (size_t k = 0; k < mine.inputs.size(); ++k) {
      const bool integers = Tensor(*ours, mine.inputs[k]).dtype == DType::kInt32 &&
                            !Tensor(*ours, mine.inputs[k]).quant.quantized();
      if (integers) continue;
      Compare(*ours, mine.inputs[k], *shipped_, theirs.inputs[k],
              k == 1   ? weights
              : k == 2 ? biases
                       : none);
      if (HasFatalFailure()) return;
    }
  }
  std::cout << GetParam().name << ": weights " << weights.different << " of " << weights.elements
            << " differ (at most " << weights.largest << "), biases " << biases.different << " of "
            << biases.elements << " (at most " << biases.largest << ")\n";
  // A weight on the edge between two codes goes either way with the last bit of its scale.
  EXPECT_LE(weights.largest, 1);
  EXPECT_LE(weights.different, weights.elements / 1000);
  EXPECT_LE(biases.largest, 2);
}

// Outputs in reals for one input of reals.
std::vector<float> Outputs(const std::shared_ptr<const Model>& model,
                           const std::vector<float>& input) {
  const TensorInfo& in = Tensor(*model, model->main().inputs[0]);
  const TensorInfo& out = Tensor(*model, model->main().outputs[0]);
  auto bytes = ToBytes(input);
  if (in.dtype != DType::kFloat32) {
    bytes.resize(ByteSize(in.dtype, in.shape));
    QuantizeTensor(input, in.quant, in.dtype, bytes);
  }
  std::vector<float> reals(static_cast<size_t>(out.shape.num_elements()));
  DequantizeTensor(RunModel(model, {bytes})[0], out.dtype, out.shape, out.quant, reals);
  return reals;
}

// The model with the tensor in front of its softmax as output, if it ends in one.
std::shared_ptr<const Model> BeforeSoftmax(const std::shared_ptr<const Model>& model) {
  if (model->main().ops.back().code != OpCode::kSOFTMAX) return model;
  Model shorter = *model;
  Subgraph& graph = shorter.subgraphs[0];
  graph.outputs = {graph.ops.back().inputs[0]};
  graph.ops.pop_back();
  shorter.signatures.clear();
  return std::make_shared<const Model>(std::move(shorter));
}

double SqnrDb(const std::shared_ptr<const Model>& real, const std::shared_ptr<const Model>& made,
              const std::vector<std::vector<float>>& inputs) {
  double signal = 0;
  double noise = 1e-30;
  for (const auto& input : inputs) {
    const auto want = Outputs(BeforeSoftmax(real), input);
    const auto got = Outputs(BeforeSoftmax(made), input);
    for (size_t i = 0; i < want.size(); ++i) {
      const double error = static_cast<double>(want[i]) - static_cast<double>(got[i]);
      signal += static_cast<double>(want[i]) * static_cast<double>(want[i]);
      noise += error * error;
    }
  }
  return 10 * std::log10(signal / noise);
}

// On the inputs that lie beside the models, ours with the shipped ranges is as near to the float
// model as theirs; ours with min/max of those inputs is printed beside it.
TEST_P(MlperfParameters, TheOutputIsAsNearToFloatAsTheirs) {
  std::vector<std::vector<float>> inputs;
  std::vector<std::vector<std::vector<std::byte>>> samples;
  for (int i = 0; i < 4; ++i) {
    const auto bytes = ReadFile(
        (GoldenFolder() / GetParam().real / ("input_" + std::to_string(i) + ".bin")).string());
    if (!bytes.ok()) break;
    inputs.push_back(FromBytes<float>(*bytes));
    samples.push_back({*bytes});
  }
  ASSERT_FALSE(inputs.empty());
  const double theirs = SqnrDb(real_, shipped_, inputs);
  const double same_ranges = SqnrDb(real_, Quantized(real_, RangesOf(*real_, *shipped_)), inputs);
  const Ranges ranges = *FloatRanges(*real_, samples);
  const double minmax = SqnrDb(real_, Quantized(real_, ranges), inputs);
  TestDataset dataset(Tensor(*real_, real_->main().inputs[0]).shape, [&] {
    std::vector<float> all;
    for (const auto& input : inputs) all.insert(all.end(), input.begin(), input.end());
    return all;
  }());
  CorrectionData data;
  data.dataset = &dataset;
  const double refined =
      SqnrDb(real_, Quantized(real_, ranges, {.range_refinement = true}, &data), inputs);
  const double corrected =
      SqnrDb(real_, Quantized(real_, ranges, {.bias_correction = true}, &data), inputs);
  std::cout << GetParam().name << ", " << inputs.size()
            << " inputs, SQNR of the last tensor: theirs " << theirs
            << " dB, ours with their ranges " << same_ranges
            << " dB, ours with min/max of these inputs " << minmax << " dB, refined " << refined
            << " dB, bias-corrected " << corrected << " dB\n";
  EXPECT_GT(corrected, theirs);
  EXPECT_GT(same_ranges, theirs - 0.5);
}

// 96 spectra like those the autoencoder knows, in dB: its answers to tilted noise over the range
// that its shipped input parameters cover (the sounds it was trained with are not here).
std::vector<std::vector<float>> Spectra(const std::shared_ptr<const Model>& real,
                                        const Model& shipped) {
  QG_SEED(20261124U);
  const QuantParams& quant = Tensor(shipped, shipped.main().inputs[0]).quant;
  const double low = static_cast<double>(quant.scale()) * (-128 - quant.zero_point());
  const double high = static_cast<double>(quant.scale()) * (127 - quant.zero_point());
  std::vector<std::vector<float>> spectra;
  for (int i = 0; i < 96; ++i) {
    const double left = random.Real(low, high);
    const double right = random.Real(low, high);
    std::vector<float> tilted(640);  // 5 frames of 128 bands
    for (size_t k = 0; k < tilted.size(); ++k) {
      const double band = static_cast<double>(k % 128) / 127;
      tilted[k] = static_cast<float>(left + (right - left) * band + random.Real(-10, 10));
    }
    spectra.push_back(Outputs(real, tilted));
  }
  return spectra;
}

// Calibrated with 32 spectra and measured with 64 others.
TEST(MlperfAutoencoder, MinMaxIsAtLeastAsNearToFloatAsTheirs) {
  if (!std::filesystem::exists(GoldenFolder() / "mlperf_ad01_fp32")) {
    GTEST_SKIP() << "the MLPerf Tiny models are not here";
  }
  const auto real = Read("mlperf_ad01_fp32");
  const auto shipped = Read("mlperf_ad01_int8");
  const auto spectra = Spectra(real, *shipped);
  const std::vector<std::vector<float>> seen(spectra.begin(), spectra.begin() + 32);
  const std::vector<std::vector<float>> unseen(spectra.begin() + 32, spectra.end());
  std::vector<std::vector<std::vector<std::byte>>> samples;
  std::vector<float> values;
  for (const auto& each : seen) {
    samples.push_back({ToBytes(each)});
    values.insert(values.end(), each.begin(), each.end());
  }
  const Ranges ranges = *FloatRanges(*real, samples);
  const TestDataset dataset(Tensor(*real, real->main().inputs[0]).shape, values);
  CorrectionData data;
  data.dataset = &dataset;
  const auto made = [&](const Corrections& corrections) {
    const auto model = Quantized(real, ranges, corrections, &data);
    return SqnrDb(real, model, unseen);
  };
  const double theirs = SqnrDb(real, shipped, unseen);
  const double minmax = made({});
  const double best =
      made({.range_refinement = true, .bias_correction = true, .adaptive_rounding = true});
  std::cout << "Autoencoder, 64 spectra, SQNR of the last tensor: theirs " << theirs
            << " dB, ours with min/max of 32 others " << minmax << " dB, refined and corrected "
            << best << " dB\n";
  EXPECT_GT(minmax, theirs);
  EXPECT_GT(best, minmax);
}

INSTANTIATE_TEST_SUITE_P(
    Models, MlperfParameters,
    testing::Values(Pair{"ResNet8", "mlperf_pretrainedResnet", "mlperf_pretrainedResnet_quant"},
                    Pair{"VWW", "mlperf_vww_96_float", "mlperf_vww_96_int8"},
                    Pair{"Autoencoder", "mlperf_ad01_fp32", "mlperf_ad01_int8"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace quantgate
