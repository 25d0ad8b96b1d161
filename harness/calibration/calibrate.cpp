#include "harness/calibration/calibrate.h"

#include "harness/execution/chunks.h"
#include "harness/execution/input_feed.h"
#include "reference/interpreter/interpreter.h"

namespace quantgate {
namespace {

using Stats = std::vector<TensorStats>;

class StatsWorker : public ChunkWorker<Stats> {
 public:
  StatsWorker(const std::shared_ptr<const Plan>& plan, InputFeed feed)
      : interpreter_(plan), feed_(std::move(feed)) {}

  Stats Process(const Chunk& chunk) override {
    StatsObserver observer(interpreter_.plan().subgraph().tensors.size());
    for (int64_t i = chunk.first; i < chunk.last; ++i) {
      feed_.Fill(i, interpreter_.input(0));
      interpreter_.ResetState();  // samples are independent of each other
      interpreter_.Run(&observer);
    }
    return observer.stats();
  }

 private:
  Interpreter interpreter_;
  InputFeed feed_;
};

Stats CollectStats(const CalibrationInput& input, const InputFeed& feed) {
  Stats total(input.plan->subgraph().tensors.size());
  ProcessChunks<Stats>(
      input.dataset->size(), input.threads,
      [&] { return std::make_unique<StatsWorker>(input.plan, feed); },
      [&](const Chunk& chunk, Stats&& part) {
        for (size_t i = 0; i < total.size(); ++i) total[i].Merge(part[i]);
        if (input.progress) input.progress(chunk.last, input.dataset->size());
      });
  return total;
}

}  // namespace

Result<Ranges> Calibrate(const CalibrationInput& input) {
  QG_ASSIGN_OR_RETURN(
      const InputFeed feed,
      InputFeed::Make(*input.plan, *input.dataset, input.preprocessing, FeedMode::kQuantize));
  if (input.dataset->size() == 0) {
    return Error{ErrorCode::kInput, "calibration needs at least one sample"};
  }
  const Stats stats = CollectStats(input, feed);
  Ranges ranges;
  ranges.estimator = input.estimator->name;
  ranges.model_sha256 = input.model_sha256;
  ranges.dataset_name = input.dataset_name;
  ranges.dataset_sha256 = input.dataset->ContentHash();
  ranges.preprocessing = input.preprocessing.ToString();
  ranges.samples = input.dataset->size();
  for (size_t i = 0; i < stats.size(); ++i) {
    if (stats[i].values == 0 && stats[i].non_finite == 0) continue;  // not a computed float tensor
    const std::string& name = input.plan->subgraph().tensors[i].name;
    if (stats[i].values == 0) {
      return Error{ErrorCode::kInput,
                   "every observed value is NaN or infinite",
                   {},
                   {},
                   name,
                   "check the model and the preprocessing"};
    }
    const EstimatedRange range = input.estimator->estimate(stats[i]);
    ranges.tensors.push_back(
        {static_cast<int>(i), name, range.min, range.max, stats[i].values, stats[i].non_finite});
  }
  return ranges;
}

}  // namespace quantgate
