#include "harness/driver/oracle_check.h"

#include <algorithm>

#include "harness/execution/chunks.h"
#include "harness/execution/first_failure.h"
#include "reference/interpreter/interpreter.h"
#include "reference/oracle/oracle_observer.h"

namespace quantgate {
namespace {

using Distances = std::vector<OracleDistance>;

class Worker : public ChunkWorker<Distances> {
 public:
  Worker(const std::shared_ptr<const Plan>& plan, const InputFeed& feed, FirstFailure& failure)
      : plan_(plan), interpreter_(plan), feed_(feed), failure_(failure) {}

  Distances Process(const Chunk& chunk) override {
    OracleObserver observer(*plan_);
    for (int64_t sample = chunk.first; sample < chunk.last; ++sample) {
      if (!failure_.Passed(sample, Run(sample, observer))) break;
    }
    return observer.distances();
  }

 private:
  Status Run(int64_t sample, OracleObserver& observer) {
    QG_RETURN_IF_ERROR(feed_.Fill(sample, interpreter_));
    interpreter_.ResetState();
    return interpreter_.Run(&observer);
  }

  std::shared_ptr<const Plan> plan_;
  Interpreter interpreter_;
  InputFeed feed_;
  FirstFailure& failure_;
};

}  // namespace

Result<Distances> MeasureOracle(const OracleCheckInput& input) {
  QG_ASSIGN_OR_RETURN(const InputFeed feed, InputFeed::Make(*input.plan, *input.dataset,
                                                            input.preprocessing, input.feed));
  const int64_t samples = std::min(input.dataset->size(), kOracleSamples);
  Distances distances(input.plan->subgraph().tensors.size());
  FirstFailure failure;
  ProcessChunks<Distances>(
      samples, input.threads, [&] { return std::make_unique<Worker>(input.plan, feed, failure); },
      [&](const Chunk& chunk, Distances&& part) {
        for (size_t i = 0; i < distances.size(); ++i) distances[i].Merge(part[i]);
        if (input.progress) input.progress(chunk.last, samples);
      });
  QG_RETURN_IF_ERROR(failure.status());
  return distances;
}

}  // namespace quantgate
