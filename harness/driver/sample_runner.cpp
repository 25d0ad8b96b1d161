#include "harness/driver/sample_runner.h"

#include <limits>

#include "harness/comparison/auc.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

struct InputsOfSlot {
  RuntimeSession& session;
  size_t slot;
  std::span<std::byte> input(size_t i) { return session.input(slot, i); }
};

}  // namespace

SampleRunner::SampleRunner(std::unique_ptr<RuntimeSession> session, const Plan& plan,
                           const InputFeed& feed, Classifier classifier)
    : session_(std::move(session)), plan_(&plan), feed_(feed), classifier_(classifier) {
  scores_.resize(static_cast<size_t>(plan.shape(output()).num_elements()));
}

void SampleRunner::Feed(size_t slot, const SampleReader& sample) {
  InputsOfSlot inputs{*session_, slot};
  feed_.Write(sample, inputs);
}

Status SampleRunner::RunOne(const SampleReader& sample, Observer* observer) {
  Feed(0, sample);
  return Run({&observer, 1}).front();
}

Prediction SampleRunner::Answer(size_t slot) {
  return ReadOutput(slot) ? classifier_(scores_) : Prediction{};
}

double SampleRunner::Reconstruction(size_t slot, const SampleReader& sample) {
  const bool fits = ReadOutput(slot) && scores_.size() == sample.reals().size();
  return fits ? ReconstructionError(sample.reals(), scores_)
              : std::numeric_limits<double>::quiet_NaN();
}

bool SampleRunner::ReadOutput(size_t slot) {
  const TensorInfo& info = plan_->info(output());
  return DequantizeTensor(session_->output(slot, 0), info.dtype, plan_->shape(output()), info.quant,
                          scores_);
}

}  // namespace quantgate
