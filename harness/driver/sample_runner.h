// A session that runs samples and reads its first output.
#pragma once

#include <memory>
#include <vector>

#include "harness/comparison/classifier.h"
#include "harness/execution/input_feed.h"
#include "harness/runtimes/runtime.h"

namespace quantgate {

class SampleRunner {
 public:
  // `plan` is that of the session, and outlives the runner.
  SampleRunner(std::unique_ptr<RuntimeSession> session, const Plan& plan, const InputFeed& feed,
               Classifier classifier);

  Status Run(const SampleReader& sample, Observer* observer);
  Prediction Answer();
  // Of the input before it was quantized; NaN where the output is no number for each of its values.
  double Reconstruction(const SampleReader& sample);

 private:
  [[nodiscard]] int output() const { return plan_->subgraph().outputs.front(); }
  bool ReadOutput();

  std::unique_ptr<RuntimeSession> session_;
  const Plan* plan_;
  InputFeed feed_;
  Classifier classifier_;
  std::vector<float> scores_;
};

}  // namespace quantgate
