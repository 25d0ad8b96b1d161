// The MNIST LSTM that TensorFlow's converter quantized for TensorFlow Lite Micro, made a float
// model again from its codes, and quantized here: what follows from weights and ranges must come
// out as the converter made it, and the net must go on reading digits.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "harness/quantization/quantizer.h"
#include "reference/interpreter/interpreter.h"
#include "reference/model/tflite_reader.h"
#include "reference/numeric/affine.h"
#include "reference/numeric/element.h"
#include "reference/ops/lstm.h"
#include "tests/support/bytes.h"
#include "tests/support/float_ranges.h"
#include "tests/support/golden_folder.h"
#include "tests/support/mnist.h"

namespace quantgate {
namespace {

using Samples = std::vector<std::vector<std::vector<std::byte>>>;

const TensorInfo& Tensor(const Model& model, int index) {
  return model.main().tensors[static_cast<size_t>(index)];
}

// Every tensor of codes as floats.
std::shared_ptr<const Model> AsFloat(const Model& shipped) {
  Model model = shipped;
  for (TensorInfo& tensor : model.main().tensors) {
    const bool integers = !tensor.quant.quantized() || tensor.dtype == DType::kFloat32;
    const auto codes = shipped.Constant(tensor);
    if (!integers && !codes.empty()) {
      std::vector<float> reals(static_cast<size_t>(tensor.shape.num_elements()));
      for (size_t i = 0; i < reals.size(); ++i) {
        reals[i] = static_cast<float>(ReadElement(codes, tensor.dtype, i)) * tensor.quant.scale();
      }
      tensor.buffer = static_cast<int>(model.buffers.size());
      model.buffers.emplace_back(ToBytes(reals));
    }
    if (integers) continue;
    tensor.dtype = DType::kFloat32;
    tensor.quant = {};
  }
  return std::make_shared<const Model>(std::move(model));
}

class TrainedLstm : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = GoldenFolder() / "tflm_trained_lstm_int8" / "model.tflite";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the model is not here";
    const auto read = ReadModelFile(path.string());
    ASSERT_TRUE(read.ok()) << read.error().ToString();
    shipped_ = *read;
    real_ = AsFloat(*shipped_);
    images_ = OpenMnist("t10k", 1000);
  }
  [[nodiscard]] std::vector<float> Pixels(int64_t index) const {
    std::vector<float> pixels(784);
    QG_CHECK(images_->ReadRaw(index, pixels).ok());
    for (float& pixel : pixels) pixel /= 255;
    return pixels;
  }
  // Percent.
  [[nodiscard]] double Accuracy(const std::shared_ptr<const Model>& model) const {
    Interpreter interpreter(*Plan::Make(model));
    const TensorInfo& in = Tensor(*model, model->main().inputs[0]);
    const DType out = Tensor(*model, model->main().outputs[0]).dtype;
    int64_t right = 0;
    for (int64_t i = 0; i < images_->size(); ++i) {
      const std::vector<float> pixels = Pixels(i);
      if (in.dtype == DType::kFloat32) {
        std::memcpy(interpreter.input(0).data(), pixels.data(), interpreter.input(0).size());
      } else {
        QuantizeTensor(pixels, in.quant, in.dtype, interpreter.input(0));
      }
      interpreter.ResetState();
      EXPECT_TRUE(interpreter.Run().ok());
      size_t best = 0;
      for (size_t k = 1; k < 10; ++k) {
        const auto scores = interpreter.output(0);
        if (ReadElement(scores, out, k) > ReadElement(scores, out, best)) best = k;
      }
      right += static_cast<int>(best) == images_->label(i) ? 1 : 0;
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(images_->size());
  }
  std::shared_ptr<const Model> shipped_;
  std::shared_ptr<const Model> real_;
  std::unique_ptr<Dataset> images_;
};

TEST_F(TrainedLstm, ScalesAreTheConverters) {
  Samples samples;
  for (int64_t i = 0; i < 200; ++i) samples.push_back({ToBytes(Pixels(i))});
  const auto ranges = FloatRanges(*real_, samples);
  ASSERT_TRUE(ranges);
  const TensorRange* cell = ranges->Find(real_->main().ops[0].inputs[kLstmCellState]);
  ASSERT_NE(cell, nullptr);
  EXPECT_GT(std::max(-cell->min, cell->max), 8);
  QuantizeOptions options;
  options.scheme = FindScheme("int8");
  const auto made = QuantizeModel(*real_, &*ranges, options);
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  for (const QuantizedOp& op : made->ops) EXPECT_EQ(op.kept_float, "") << op.type;

  const OpNode& ours = made->model->main().ops[0];
  const OpNode& theirs = shipped_->main().ops[0];
  std::cout << "scales, converter and here:\n";
  for (size_t k = 0; k < theirs.inputs.size(); ++k) {
    if (theirs.inputs[k] < 0) continue;
    const TensorInfo& a = Tensor(*shipped_, theirs.inputs[k]);
    const TensorInfo& b = Tensor(*made->model, ours.inputs[k]);
    std::cout << "  " << a.name << ": " << a.quant.scale() << " " << b.quant.scale() << "\n";
    EXPECT_EQ(a.dtype, b.dtype) << a.name;
    EXPECT_EQ(a.quant.zero_point(), b.quant.zero_point()) << a.name;
    if (k == kLstmCellState) {
      // The converter sees the cell at the end of a sequence, where it is below 8; it was above.
      EXPECT_EQ(b.quant.scale(), 2 * a.quant.scale());
      continue;
    }
    // The output's range is that of other pictures.
    const double tolerance = k == kLstmOutputState ? 0.02 : 1e-6;
    EXPECT_NEAR(b.quant.scale() / a.quant.scale(), 1, tolerance) << a.name;
    const auto codes = shipped_->Constant(a);
    const auto mine = made->model->Constant(b);
    const bool bias = a.dtype == DType::kInt32;
    for (size_t i = 0; i < codes.size() / static_cast<size_t>(DTypeBits(a.dtype) / 8); ++i) {
      EXPECT_NEAR(ReadElement(codes, a.dtype, i), ReadElement(mine, b.dtype, i), bias ? 1 : 0);
    }
  }
  const double real = Accuracy(real_);
  const double converted = Accuracy(shipped_);
  const double here = Accuracy(made->model);
  std::cout << "top-1 of 1,000 test images: float " << real << " %, converter " << converted
            << " %, here " << here << " %\n";
  EXPECT_GT(real, 90);
  EXPECT_NEAR(here, real, 1);
}

}  // namespace
}  // namespace quantgate
