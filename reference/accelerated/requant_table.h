// Constants of an output stage laid out for vectors of lanes (RequantView).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "reference/accelerated/simd.h"

namespace quantgate::accelerated {

// A block of memory that vectors can be loaded from aligned, zeroed.
class AlignedBytes {
 public:
  AlignedBytes() = default;
  explicit AlignedBytes(size_t bytes);
  [[nodiscard]] std::byte* data() const { return data_; }
  template <class T>
  [[nodiscard]] T* as() const {
    return reinterpret_cast<T*>(data_);
  }

 private:
  std::shared_ptr<std::byte[]> owner_;
  std::byte* data_ = nullptr;
};

class RequantTable {
 public:
  // `channels[lane]`: the output channel of every lane of every vector, -1 for padding; a multiple
  // of 64 bytes of lanes. `bias[channel]`: where its accumulator starts, corrections included.
  // `bound[channel]`: no accumulator's magnitude exceeds it.
  RequantTable(const OutputStage& stage, DType output, const std::vector<int32_t>& channels,
               const std::vector<int32_t>& bias, const std::vector<int64_t>& bound);

  // Valid as long as the table stays where it is.
  [[nodiscard]] RequantView View() const;

 private:
  void SetLane(size_t lane, const FixedMultiplier& multiplier, int64_t bound);

  OutputStage stage_;
  bool is_signed_;
  bool fast_ = true;
  bool has_left_ = false;
  bool has_sign_ = false;
  AlignedBytes bias_, multiplier_, multiplier_odd_, shift_, left_, channel_;
  AlignedBytes add_even_, add_odd_, sign_even_, sign_odd_, float_scale_;
};

// The form of RequantView for one multiplier and |x| <= bound; `exact` is false when it does not
// cover them.
struct HighForm {
  bool exact = false;
  int32_t multiplier = 0;
  int32_t left = 0;
  int32_t shift = 0;
  int64_t add = 0;
  int64_t sign = 0;
};
HighForm MakeHighForm(FixedMultiplier multiplier, RoundingMode rounding, int64_t bound);

}  // namespace quantgate::accelerated
