#include "harness/execution/sample_reader.h"

namespace quantgate {

SampleReader::SampleReader(const Dataset& dataset, Preprocessing preprocessing)
    : dataset_(&dataset),
      preprocessing_(std::move(preprocessing)),
      identity_(preprocessing_.identity()),
      channels_(dataset.sample_shape().rank() > 0 ? dataset.sample_shape().last_dim() : 1),
      raws_(static_cast<size_t>(dataset.sample_shape().num_elements())),
      reals_(identity_ ? 0 : raws_.size()) {}

void SampleReader::Read(int64_t index) {
  dataset_->ReadRaw(index, raws_);
  if (!identity_) preprocessing_.Apply(raws_, channels_, reals_);
}

}  // namespace quantgate
