// The profile `xnnpack` on the real TFLite library with the XNNPACK delegate: random models of one
// operator on 8-bit codes, every output byte against our interpreter. What the delegate leaves to
// the built-in kernels must come out as they compute it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "reference/model/op_options.h"
#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

constexpr uint64_t kFirstSeed = 83000;

// Random models an operator and type; QUANTGATE_CONFORMANCE_CASES asks for more.
uint64_t Cases() {
  const char* asked = std::getenv("QUANTGATE_CONFORMANCE_CASES");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : 100;
}

struct Case {
  std::string name;
  DType dtype;
  OneOpModel (*make)(Choices& choices, DType dtype);
  double float_tolerance;
};

std::ostream& operator<<(std::ostream& out, const Case& of) {
  return out << of.name << " of " << DTypeName(of.dtype);
}

std::vector<Case> CodeCases() {
  std::vector<Case> all;
  const auto add = [&](std::string_view name, const auto& of, double float_tolerance) {
    if (of.dtype != DType::kInt8 && of.dtype != DType::kUInt8) return;
    all.push_back({std::string(name), of.dtype, of.make, float_tolerance});
  };
  for (const ArithmeticCase& of : ArithmeticCases()) add(of.name, of, of.float_tolerance);
  for (const MovementCase& of : MovementCases()) add(of.name, of, 0);
  return all;
}

// A defect of 2.9.0: with SAME padding and a stride that leaves input over behind the last window,
// the padding wraps around below zero, no window sees the image, and the output is the bias.
bool PaddingWraps(const Model& model) {
  const OpNode& op = model.main().ops[0];
  const auto wraps = [&](const auto& options) {
    if (options.padding != schema::Padding::SAME) return false;
    const Shape& in = model.main().tensors[static_cast<size_t>(op.inputs[0])].shape;
    const Shape& filter = model.main().tensors[static_cast<size_t>(op.inputs[1])].shape;
    if (filter.dim(1) == 1 && filter.dim(2) == 1) return false;
    const auto leaves_over = [&](int axis, int32_t stride, int32_t dilation) {
      const int32_t last = (in.dim(axis) - 1) / stride * stride;
      return last + (filter.dim(axis) - 1) * dilation + 1 < in.dim(axis);
    };
    return leaves_over(1, options.stride_h, options.dilation_h_factor) ||
           leaves_over(2, options.stride_w, options.dilation_w_factor);
  };
  if (op.code == OpCode::kCONV_2D) return wraps(OptionsOrDefault<schema::Conv2DOptionsT>(op));
  if (op.code != OpCode::kDEPTHWISE_CONV_2D) return false;
  return wraps(OptionsOrDefault<schema::DepthwiseConv2DOptionsT>(op));
}

class XnnpackConformance : public testing::TestWithParam<Case> {};

TEST_P(XnnpackConformance, CodesAreEqual) {
  const std::string path = FindTfliteLibrary();
  if (path.empty()) GTEST_SKIP() << "no TFLite library; scripts/fetch_tflite_runtime.sh gets it";
  const auto library = TfliteLibrary::Open(path);
  ASSERT_TRUE(library.ok()) << library.error().ToString();
  const Case& of = GetParam();
  uint64_t refused = 0;
  uint64_t wrapped = 0;
  uint64_t delegated = 0;
  uint64_t different = 0;
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + Cases(); ++seed) {
    Choices choices(seed);
    const OneOpModel model = of.make(choices, of.dtype);
    if (PaddingWraps(model.model())) {
      ++wrapped;
      continue;
    }
    bool is_delegated = false;
    const auto difference =
        Difference(model, **library, of.float_tolerance,
                   {FindProfile("xnnpack"), TfliteDelegate::kXnnpack, &is_delegated});
    if (difference == kRefused) {
      ++refused;
      continue;
    }
    delegated += is_delegated ? 1 : 0;
    if (difference.empty()) continue;
    if (++different <= 2) {
      ADD_FAILURE() << "seed " << seed << (is_delegated ? ", delegated: " : ": ") << difference;
    }
  }
  EXPECT_EQ(different, 0U) << "of " << Cases() << " models";
  RecordProperty("delegated", static_cast<int>(delegated));
  std::cout << of.name << " of " << DTypeName(of.dtype) << ": " << Cases() << " models, "
            << delegated << " delegated, " << refused << " refused by the library, " << wrapped
            << " left out (padding wraps)\n";
}

std::string NameOf(const testing::TestParamInfo<Case>& info) {
  return info.param.name + "_" + std::string(DTypeName(info.param.dtype));
}

INSTANTIATE_TEST_SUITE_P(Ops, XnnpackConformance, testing::ValuesIn(CodeCases()), NameOf);

}  // namespace
}  // namespace quantgate
