// A session that runs samples and reads their first outputs.
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

  // As many samples run at a time.
  [[nodiscard]] size_t size() const { return session_->size(); }
  [[nodiscard]] bool views_last() const { return session_->views_last(); }
  // What `slot` (below size()) runs next.
  void Feed(size_t slot, const SampleReader& sample);
  // As RuntimeSession::Run.
  std::span<const Status> Run(std::span<Observer* const> observers) {
    return session_->Run(observers);
  }
  // Of one sample.
  Status RunOne(const SampleReader& sample, Observer* observer);

  // After Run:
  Prediction Answer(size_t slot);
  // Of the input before it was quantized; NaN where the output is no number for each of its values.
  double Reconstruction(size_t slot, const SampleReader& sample);

 private:
  [[nodiscard]] int output() const { return plan_->subgraph().outputs.front(); }
  bool ReadOutput(size_t slot);

  std::unique_ptr<RuntimeSession> session_;
  const Plan* plan_;
  InputFeed feed_;
  Classifier classifier_;
  std::vector<float> scores_;
};

}  // namespace quantgate
