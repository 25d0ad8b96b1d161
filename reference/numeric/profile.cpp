#include "reference/numeric/profile.h"

#include <array>

namespace quantgate {
namespace {

// The rules of `tflite` were found by recomputing every convolution, depthwise and dense output of
// real models run by TensorFlow Lite 2.9.0 on x86-64; tests/conformance repeats the check.
constexpr std::array kProfiles = {
    Profile{"tflite", "what TensorFlow Lite 2.9's built-in kernels compute on x86-64",
            RoundingMode::kDoubleTiesUp, RoundingMode::kDoubleTiesAway,
            RoundingMode::kDoubleTiesAway, SoftmaxForm::kFloatTable, false, true},
    Profile{"tflite-reference",
            "TFLite's plain reference kernels and TFLM: gemmlowp's double rounding everywhere, "
            "fixed-point softmax",
            RoundingMode::kDoubleTiesAway, RoundingMode::kDoubleTiesAway,
            RoundingMode::kDoubleTiesAway, SoftmaxForm::kFixedPoint, true, false,
            CodeKernels::kBuiltin, LstmForm::kTflm, true},
    Profile{"tflite-single-rounding",
            "the reference kernels built with TFLITE_SINGLE_ROUNDING: one rounding, ties upward",
            RoundingMode::kSingle, RoundingMode::kSingle, RoundingMode::kSingle,
            SoftmaxForm::kFixedPoint, true, false, CodeKernels::kBuiltin, LstmForm::kTflm, true},
    Profile{"xnnpack",
            "TensorFlow Lite 2.9 with the XNNPACK delegate on x86-64: float32 requantization, ties "
            "to even; what the delegate does not take follows `tflite`",
            RoundingMode::kDoubleTiesUp, RoundingMode::kDoubleTiesAway,
            RoundingMode::kDoubleTiesAway, SoftmaxForm::kFloatTable, false, true,
            CodeKernels::kXnnpack},
    Profile{"litert",
            "today's LiteRT (2.5) with its XNNPACK: as `xnnpack`, and dense layers with a scale a "
            "unit and hybrid layers too",
            RoundingMode::kDoubleTiesUp, RoundingMode::kDoubleTiesAway,
            RoundingMode::kDoubleTiesAway, SoftmaxForm::kFloatTable, false, false,
            CodeKernels::kLitert},
};

}  // namespace

std::span<const Profile> AllProfiles() { return kProfiles; }

const Profile* FindProfile(std::string_view name) {
  for (const Profile& profile : kProfiles) {
    if (profile.name == name) return &profile;
  }
  return nullptr;
}

const Profile& DefaultProfile() { return kProfiles.front(); }

}  // namespace quantgate
