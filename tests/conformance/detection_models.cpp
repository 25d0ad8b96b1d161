// TFLite_Detection_PostProcess. With suppression of the best class only, the real kernel leaves
// rows that no detection fills as memory happens to be; those models keep every box, so that every
// row is filled.
#include <flatbuffers/flexbuffers.h>

#include <algorithm>

#include "tests/conformance/arithmetic_models.h"

namespace quantgate {
namespace {

struct Sizes {
  int32_t boxes, classes, columns, detections, classes_each;
  bool regular;
};

std::vector<uint8_t> Options(Choices& choices, const Sizes& sizes) {
  flexbuffers::Builder builder;
  builder.Map([&] {
    builder.Int("max_detections", sizes.detections);
    builder.Int("max_classes_per_detection", sizes.classes_each);
    builder.Int("num_classes", sizes.classes);
    builder.Bool("use_regular_nms", sizes.regular);
    if (choices.Coin()) builder.Int("detections_per_class", Between(choices, 1, 6));
    const double threshold = static_cast<double>(choices.Integer(0, 50)) / 100;
    builder.Float("nms_score_threshold", static_cast<float>(sizes.regular ? threshold : -1e30));
    const double overlap = static_cast<double>(choices.Integer(1, 100)) / 100;
    builder.Float("nms_iou_threshold", static_cast<float>(sizes.regular ? overlap : 1));
    for (const char* scale : {"y_scale", "x_scale"}) builder.Float(scale, 10);
    for (const char* scale : {"h_scale", "w_scale"}) builder.Float(scale, 5);
  });
  builder.Finish();
  return builder.GetBuffer();
}

// Distinct scores: among equal ones the real kernel's order is that of its sort.
std::vector<std::byte> Scores(Choices& choices, DType dtype, int32_t count) {
  std::vector<int32_t> order;
  for (int32_t i = 0; i < count; ++i) order.push_back(i);
  for (int32_t i = count - 1; i > 0; --i) {
    std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(Between(choices, 0, i))]);
  }
  if (dtype == DType::kFloat32) {
    std::vector<float> values;
    for (const int32_t k : order)
      values.push_back(static_cast<float>(k) / static_cast<float>(count));
    return BytesOf(values);
  }
  return BytesOf(std::vector<uint8_t>(order.begin(), order.end()));
}

OneOpModel PostProcess(Choices& choices, DType dtype) {
  Sizes sizes;
  sizes.regular = choices.Coin();
  sizes.boxes = Between(choices, 3, 20);
  sizes.classes = Between(choices, 1, 5);
  sizes.columns = sizes.classes + Between(choices, 0, 1);
  sizes.detections = Between(choices, 1, sizes.regular ? 25 : sizes.boxes);
  sizes.classes_each = sizes.regular ? 1 : Between(choices, 1, sizes.classes);
  OneOpModel op(OpCode::kCUSTOM, nullptr);
  op.SetCustom("TFLite_Detection_PostProcess", Options(choices, sizes));
  const auto quant = [&](float scale, int32_t zero_point) -> QuantParams {
    if (dtype == DType::kFloat32) return {};
    return {{scale}, {zero_point}, 0};
  };
  const std::vector<int32_t> encodings = {1, sizes.boxes, Between(choices, 4, 6)};
  const int32_t values = encodings[1] * encodings[2];
  const auto reals = [&](int32_t count, int64_t low, int64_t high) {
    std::vector<float> list;
    for (int32_t i = 0; i < count; ++i) {
      list.push_back(static_cast<float>(choices.Integer(low, high)) / 1024);
    }
    return BytesOf(list);
  };
  const bool real = dtype == DType::kFloat32;
  op.AddInput(dtype, encodings, quant(0.07F, Between(choices, 0, 255)),
              real ? reals(values, -8192, 8192) : choices.Values(dtype, values));
  op.AddInput(dtype, {1, sizes.boxes, sizes.columns}, quant(1.0F / 256, 0),
              Scores(choices, dtype, sizes.boxes * sizes.columns));
  op.AddConstant(dtype, {sizes.boxes, 4},
                 real ? reals(sizes.boxes * 4, 1, 1024) : choices.Values(dtype, sizes.boxes * 4),
                 quant(1.0F / 256, 0));
  for (int i = 0; i < 4; ++i) op.AddOutput(DType::kFloat32, {});
  return op;
}

}  // namespace

std::vector<OpCase> DetectionCases() {
  constexpr double kExponential = 1e-6;
  return {{"DETECTION_POSTPROCESS", DType::kFloat32, &PostProcess, kExponential},
          {"DETECTION_POSTPROCESS", DType::kUInt8, &PostProcess, kExponential}};
}

}  // namespace quantgate
