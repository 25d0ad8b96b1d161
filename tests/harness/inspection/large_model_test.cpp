// Inspecting a graph of ResNet50's size. Times are printed, not judged: machines differ.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "harness/inspection/inspect_model.h"
#include "harness/inspection/lint_table.h"
#include "reference/core/file.h"
#include "reference/model/op_options.h"
#include "reference/model/tflite_reader.h"
#include "reference/model/tflite_writer.h"
#include "reports/inspection_report.h"
#include "tests/support/model_builder.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

// ResNet50 (the original: strides in the 1x1 convolutions), batch normalisation folded.
class ResNet50 {
 public:
  explicit ResNet50(DType dtype) : dtype_(dtype) {}

  Model Build() {
    int x = builder_.AddInput("input", dtype_, Shape{1, 224, 224, 3}, Activation());
    int size = 112;
    x = Conv(x, 3, 64, 7, 2, size);
    x = Pool(x, 64, size = 56);
    int channels = 64;
    for (int stage = 0; stage < 4; ++stage) {
      const int width = 64 << stage;
      for (int block = 0; block < kBlocks[stage]; ++block) {
        const int stride = stage > 0 && block == 0 ? 2 : 1;
        size /= stride;
        x = Block(x, channels, width, stride, size, block == 0);
        channels = 4 * width;
      }
    }
    x = Mean(x, channels);
    return builder_.Build({Dense(x, channels, 1000)});
  }

 private:
  static constexpr int kBlocks[] = {3, 4, 6, 3};

  [[nodiscard]] QuantParams Activation() const {
    return dtype_ == DType::kInt8 ? PerTensor(0.05F, -3) : QuantParams{};
  }
  std::string Name(const char* what) { return std::string(what) + "_" + std::to_string(++names_); }
  int Tensor(const Shape& shape) {
    return builder_.AddTensor(Name("tensor"), dtype_, shape, Activation());
  }
  int Weights(const Shape& shape) {
    std::vector<std::byte> bytes(ByteSize(dtype_, shape));
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte((i * 7 + i / 251) % 61);
    const auto channels = static_cast<size_t>(shape.dim(0));
    QuantParams quant;
    if (dtype_ == DType::kInt8 && shape.rank() == 4) {
      quant = {std::vector<float>(channels, 0.01F), std::vector<int32_t>(channels), 0};
    } else if (dtype_ == DType::kInt8) {
      quant = PerTensor(0.01F, 0);
    }
    return builder_.AddConstantBytes(Name("weights"), dtype_, shape, std::move(bytes), quant);
  }
  int Bias(int channels) {
    if (dtype_ == DType::kFloat32) {
      return builder_.AddConstant(Name("bias"), Shape{channels},
                                  std::vector<float>(static_cast<size_t>(channels)));
    }
    return builder_.AddConstant(Name("bias"), Shape{channels},
                                std::vector<int32_t>(static_cast<size_t>(channels)),
                                PerTensor(0.05F * 0.01F, 0));
  }
  int Conv(int x, int in, int out, int kernel, int stride, int size) {
    const int y = Tensor(Shape{1, size, size, out});
    schema::Conv2DOptionsT options;
    options.stride_h = options.stride_w = stride;
    builder_.AddOp(OpCode::kCONV_2D, {x, Weights(Shape{out, kernel, kernel, in}), Bias(out)}, {y},
                   MakeOptions(options));
    return y;
  }
  int Pool(int x, int channels, int size) {
    const int y = Tensor(Shape{1, size, size, channels});
    schema::Pool2DOptionsT options;
    options.stride_h = options.stride_w = 2;
    options.filter_height = options.filter_width = 3;
    builder_.AddOp(OpCode::kMAX_POOL_2D, {x}, {y}, MakeOptions(options));
    return y;
  }
  int Block(int x, int in, int width, int stride, int size, bool project) {
    const int out = 4 * width;
    int y = Conv(x, in, width, 1, stride, size);
    y = Conv(y, width, width, 3, 1, size);
    y = Conv(y, width, out, 1, 1, size);
    const int shortcut = project ? Conv(x, in, out, 1, stride, size) : x;
    const int sum = Tensor(Shape{1, size, size, out});
    builder_.AddOp(OpCode::kADD, {y, shortcut}, {sum}, MakeOptions(schema::AddOptionsT{}));
    return sum;
  }
  int Mean(int x, int channels) {
    const int y = Tensor(Shape{1, channels});
    const int axes = builder_.AddConstant("axes", Shape{2}, std::vector<int32_t>{1, 2});
    builder_.AddOp(OpCode::kMEAN, {x, axes}, {y}, MakeOptions(schema::ReducerOptionsT{}));
    return y;
  }
  int Dense(int x, int in, int units) {
    const int y = Tensor(Shape{1, units});
    builder_.AddOp(OpCode::kFULLY_CONNECTED, {x, Weights(Shape{units, in}), Bias(units)}, {y},
                   MakeOptions(schema::FullyConnectedOptionsT{}));
    return y;
  }

  ModelBuilder builder_;
  DType dtype_;
  int names_ = 0;
};

double MillisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

void InspectFile(DType dtype) {
  const TempFolder folder;
  const std::string path = folder.File("resnet50.tflite");
  ASSERT_TRUE(WriteFile(path, WriteModel(ResNet50(dtype).Build())).ok());

  const auto start = std::chrono::steady_clock::now();
  const auto bytes = MapFile(path);
  ASSERT_TRUE(bytes.ok());
  const auto model = ReadModel(*bytes, path);
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  const double read = MillisecondsSince(start);
  ModelInspection inspection = InspectModel(*model, bytes->view(), path);
  const double inspected = MillisecondsSince(start);
  inspection.lint = LintModel(**model);
  const double linted = MillisecondsSince(start);
  const size_t characters = InspectionText(inspection).size() + InspectionJson(inspection).size();
  const double written = MillisecondsSince(start);
  std::printf(
      "%s, %.1f MB: read %.0f ms, inspected %.0f ms, linted %.0f ms, text and JSON %.0f ms\n",
      std::string(DTypeName(dtype)).c_str(), static_cast<double>(bytes->size()) / 1e6, read,
      inspected - read, linted - inspected, written - linted);

  EXPECT_GT(characters, 10000U);
  // Published figures of ResNet50: 25.6 million parameters (25.5 after folding batch
  // normalisation), 3.86 billion multiplications.
  EXPECT_NEAR(static_cast<double>(inspection.parameters), 25.53e6, 0.03e6);
  EXPECT_NEAR(static_cast<double>(inspection.macs), 3.86e9, 0.01e9);
  EXPECT_EQ(inspection.subgraphs[0].problem, "");
  // Constants are views into the mapped file, not copies.
  for (const TensorInfo& tensor : (*model)->main().tensors) {
    const auto constant = (*model)->Constant(tensor);
    if (constant.empty()) continue;
    EXPECT_GE(constant.data(), bytes->view().data());
    EXPECT_LT(constant.data(), bytes->view().data() + bytes->size());
  }
}

TEST(InspectResNet50, Float) { InspectFile(DType::kFloat32); }
TEST(InspectResNet50, Int8) { InspectFile(DType::kInt8); }

}  // namespace
}  // namespace quantgate
