#include "harness/driver/sample_runner.h"

#include <limits>

#include "harness/comparison/auc.h"
#include "reference/numeric/affine.h"

namespace quantgate {

SampleRunner::SampleRunner(std::unique_ptr<RuntimeSession> session, const Plan& plan,
                           const InputFeed& feed, Classifier classifier)
    : session_(std::move(session)), plan_(&plan), feed_(feed), classifier_(classifier) {
  scores_.resize(static_cast<size_t>(plan.shape(output()).num_elements()));
}

Status SampleRunner::Run(const SampleReader& sample, Observer* observer) {
  feed_.Write(sample, *session_);
  return session_->Run(observer);
}

Prediction SampleRunner::Answer() { return ReadOutput() ? classifier_(scores_) : Prediction{}; }

double SampleRunner::Reconstruction(const SampleReader& sample) {
  const bool fits = ReadOutput() && scores_.size() == sample.reals().size();
  return fits ? ReconstructionError(sample.reals(), scores_)
              : std::numeric_limits<double>::quiet_NaN();
}

bool SampleRunner::ReadOutput() {
  const TensorInfo& info = plan_->info(output());
  return DequantizeTensor(session_->output(0), info.dtype, plan_->shape(output()), info.quant,
                          scores_);
}

}  // namespace quantgate
