#include "reference/accelerated/requant_table.h"

#include <algorithm>

namespace quantgate::accelerated {

AlignedBytes::AlignedBytes(size_t bytes) {
  constexpr size_t kAlignment = 64;
  owner_ = std::make_shared<std::byte[]>(bytes + kAlignment);
  const size_t misaligned = reinterpret_cast<uintptr_t>(owner_.get()) % kAlignment;
  data_ = owner_.get() + (misaligned == 0 ? 0 : kAlignment - misaligned);
}

HighForm MakeHighForm(FixedMultiplier multiplier, RoundingMode rounding, int64_t bound) {
  HighForm form;
  form.multiplier = multiplier.multiplier_q31;
  if (form.multiplier == 0) {
    form.exact = true;
    return form;
  }
  // The upper half of a 64-bit product is a shift by 32; the whole shift must be at least that.
  const int left = std::max(multiplier.shift, 0);
  const int right = std::max(-multiplier.shift, 0);
  form.left = right > 0 ? 0 : left + 1;
  form.shift = right > 0 ? right - 1 : 0;
  form.exact = form.left == 0 || (form.left < 31 && bound < (int64_t{1} << (31 - form.left)));
  const int total = 31 + std::max(right, 1);  // of the product of x 2^left
  if (rounding == RoundingMode::kSingle) {
    form.add = int64_t{1} << (total - 1);
    return form;
  }
  // The first rounding adds a half at bit 30 (31 when x carries one more bit), the second one at
  // bit 30 + right; ties away from zero take one unit of the first result from negative numbers.
  form.add = right > 0 ? (int64_t{1} << 30) + (int64_t{1} << (30 + right)) : int64_t{1} << 31;
  if (rounding == RoundingMode::kDoubleTiesAway && right > 0) form.sign = int64_t{1} << 31;
  return form;
}

RequantTable::RequantTable(const OutputStage& stage, DType output,
                           const std::vector<int32_t>& channels, const std::vector<int32_t>& bias,
                           const std::vector<int64_t>& bound)
    : stage_(stage), is_signed_(output == DType::kInt8) {
  const size_t lanes = channels.size();
  for (AlignedBytes* numbers : {&bias_, &multiplier_, &multiplier_odd_, &shift_, &left_, &channel_,
                                &add_even_, &add_odd_, &sign_even_, &sign_odd_, &float_scale_}) {
    *numbers = AlignedBytes(lanes * sizeof(int32_t));
  }
  for (size_t lane = 0; lane < lanes; ++lane) {
    channel_.as<int32_t>()[lane] = channels[lane];
    if (channels[lane] < 0) continue;
    const auto channel = static_cast<size_t>(channels[lane]);
    bias_.as<int32_t>()[lane] = bias[channel];
    if (!stage.float_scales.empty()) {
      float_scale_.as<float>()[lane] =
          stage.float_scales[stage.float_scales.size() == 1 ? 0 : channel];
      continue;
    }
    SetLane(lane, stage.multipliers[stage.multipliers.size() == 1 ? 0 : channel], bound[channel]);
  }
}

void RequantTable::SetLane(size_t lane, const FixedMultiplier& multiplier, int64_t bound) {
  HighForm form = MakeHighForm(multiplier, stage_.rounding, bound);
  // Codes of negative accumulators lie at or below the zero point, whichever way ties go.
  if (stage_.clamp.min >= stage_.output_zero_point) form.sign = 0;
  fast_ = fast_ && form.exact;
  has_left_ = has_left_ || form.left != 0;
  has_sign_ = has_sign_ || form.sign != 0;
  multiplier_.as<int32_t>()[lane] = form.multiplier;
  shift_.as<int32_t>()[lane] = form.shift;
  left_.as<int32_t>()[lane] = form.left;
  const bool odd = lane % 2 == 1;
  if (odd) multiplier_odd_.as<int32_t>()[lane - 1] = form.multiplier;
  (odd ? add_odd_ : add_even_).as<int64_t>()[lane / 2] = form.add;
  (odd ? sign_odd_ : sign_even_).as<int64_t>()[lane / 2] = form.sign;
}

RequantView RequantTable::View() const {
  RequantView view;
  view.bias = bias_.as<int32_t>();
  view.multiplier = multiplier_.as<int32_t>();
  view.multiplier_odd = multiplier_odd_.as<int32_t>();
  view.shift = shift_.as<int32_t>();
  view.left = left_.as<int32_t>();
  view.add_even = add_even_.as<int64_t>();
  view.add_odd = add_odd_.as<int64_t>();
  view.sign_even = sign_even_.as<int64_t>();
  view.sign_odd = sign_odd_.as<int64_t>();
  view.float_scale = stage_.float_scales.empty() ? nullptr : float_scale_.as<float>();
  view.channel = channel_.as<int32_t>();
  view.stage = &stage_;
  view.fast = fast_;
  view.has_left = has_left_;
  view.has_sign = has_sign_;
  view.is_signed = is_signed_;
  return view;
}

}  // namespace quantgate::accelerated
