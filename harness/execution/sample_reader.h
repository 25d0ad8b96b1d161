// One sample of a dataset at a time, as stored and as the real values it means. The values of
// samples of several parts lie one part after the other.
#pragma once

#include <span>
#include <vector>

#include "datasets/dataset.h"

namespace quantgate {

class SampleReader {
 public:
  // `preprocessing` names one value for all channels of a part, or one for each; parts that it does
  // not fit mean no reals (input_slots.h) and keep their stored values.
  SampleReader(const Dataset& dataset, const Preprocessing& preprocessing);

  // kInput where the dataset cannot read it; raws and reals then hold nothing of use.
  [[nodiscard]] Status Read(int64_t index);
  // Of the sample read last.
  [[nodiscard]] std::span<const float> raws() const { return raws_; }
  [[nodiscard]] std::span<const float> reals() const { return identity_ ? raws_ : reals_; }

 private:
  struct Part {
    size_t values;
    int channels;
    Preprocessing preprocessing;
  };

  const Dataset* dataset_;
  std::vector<Part> parts_;
  bool identity_;
  std::vector<float> raws_;
  std::vector<float> reals_;  // empty where they are the raw ones
};

}  // namespace quantgate
