#include "harness/execution/sample_reader.h"

#include <algorithm>

namespace quantgate {

SampleReader::SampleReader(const Dataset& dataset, const Preprocessing& preprocessing)
    : dataset_(&dataset), raws_(static_cast<size_t>(dataset.sample_shape().num_elements())) {
  for (const SamplePart& part : dataset.parts()) {
    parts_.push_back({static_cast<size_t>(part.shape.num_elements()), part.channels(),
                      preprocessing.Of(part.name)});
  }
  identity_ = std::all_of(parts_.begin(), parts_.end(),
                          [](const Part& part) { return part.preprocessing.identity(); });
  if (!identity_) reals_.resize(raws_.size());
}

Status SampleReader::Read(int64_t index) {
  QG_RETURN_IF_ERROR(dataset_->ReadRaw(index, raws_));
  if (identity_) return OkStatus();
  size_t at = 0;
  for (const Part& part : parts_) {
    const auto raws = std::span(raws_).subspan(at, part.values);
    const auto reals = std::span(reals_).subspan(at, part.values);
    if (part.preprocessing.Fits(part.channels)) {
      part.preprocessing.Apply(raws, part.channels, reals);
    } else {
      std::copy(raws.begin(), raws.end(), reals.begin());
    }
    at += part.values;
  }
  return OkStatus();
}

}  // namespace quantgate
