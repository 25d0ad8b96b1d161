#include "harness/execution/sample_reader.h"

#include <algorithm>

namespace quantgate {

SampleReader::SampleReader(const Dataset& dataset, Preprocessing preprocessing)
    : dataset_(&dataset),
      preprocessing_(std::move(preprocessing)),
      identity_(preprocessing_.identity()),
      parts_(dataset.parts()),
      raws_(static_cast<size_t>(dataset.sample_shape().num_elements())),
      reals_(identity_ ? 0 : raws_.size()) {}

void SampleReader::Read(int64_t index) {
  dataset_->ReadRaw(index, raws_);
  if (identity_) return;
  size_t at = 0;
  for (const SamplePart& part : parts_) {
    const auto values = static_cast<size_t>(part.shape.num_elements());
    const auto raws = std::span(raws_).subspan(at, values);
    const auto reals = std::span(reals_).subspan(at, values);
    if (preprocessing_.Fits(part.channels())) {
      preprocessing_.Apply(raws, part.channels(), reals);
    } else {
      std::copy(raws.begin(), raws.end(), reals.begin());
    }
    at += values;
  }
}

}  // namespace quantgate
