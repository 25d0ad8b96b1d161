#include "harness/calibration/observation.h"

#include <algorithm>

#include "harness/calibration/stats_collector.h"
#include "harness/execution/chunks.h"
#include "harness/execution/first_failure.h"
#include "harness/execution/settled_plan.h"
#include "reference/core/sha256.h"
#include "reference/interpreter/interpreter_group.h"

namespace quantgate {
namespace {

// Statistics stay with the thread until the end: merging them is exact, so it does not matter which
// thread saw which sample. Only the fingerprint is handed over in order.
class ObservationWorker : public ChunkWorker<SequenceFingerprint> {
 public:
  ObservationWorker(const std::shared_ptr<const Plan>& plan, InputFeed feed,
                    StatsCollector& collector, FirstFailure& failure)
      : interpreters_(plan, InterpreterGroup::BestSize(*plan)),
        feed_(std::move(feed)),
        collector_(collector),
        samples_(interpreters_.size(), SampleObserver(collector)),
        failure_(failure) {
    for (SampleObserver& sample : samples_) observers_.push_back(&sample);
  }

  SequenceFingerprint Process(const Chunk& chunk) override {
    SequenceFingerprint fingerprint;
    const auto step = static_cast<int64_t>(interpreters_.size());
    int64_t first = chunk.first;
    while (first < chunk.last && Run(first, std::min(first + step, chunk.last), fingerprint)) {
      first += step;
    }
    collector_.Finish();
    return fingerprint;
  }

 private:
  // Runs the samples first..last - 1 together.
  bool Run(int64_t first, int64_t last, SequenceFingerprint& fingerprint) {
    Status read;
    size_t count = 0;
    for (; first + static_cast<int64_t>(count) < last; ++count) {
      const int64_t index = first + static_cast<int64_t>(count);
      interpreters_[count].ResetState();  // samples are independent of each other
      read = feed_.Fill(index, interpreters_[count]);
      if (!read.ok()) break;
      fingerprint.Append(FingerprintOf(feed_.raws()));
      samples_[count].BeginSample(index);
    }
    const auto statuses = interpreters_.Run(std::span(observers_).first(count));
    for (size_t k = 0; k < count; ++k) {
      if (!failure_.Passed(first + static_cast<int64_t>(k), statuses[k])) return false;
    }
    return failure_.Passed(first + static_cast<int64_t>(count), read);
  }

  InterpreterGroup interpreters_;
  InputFeed feed_;
  StatsCollector& collector_;
  std::vector<SampleObserver> samples_;
  std::vector<Observer*> observers_;  // the samples'
  FirstFailure& failure_;
};

// The same values in another shape: per-channel statistics hold only for as many channels.
TensorStats PassedOn(const TensorStats& source, int channels) {
  if (channels == source.moments.channels()) return source;
  TensorStats stats = source;
  stats.moments = ChannelObserver(1);
  stats.moments.Set(0, source.moments.Total());
  return stats;
}

Error Mismatch(const std::string& what, const std::string& first, const std::string& other) {
  return Error{.code = ErrorCode::kInput,
               .message = "these observations do not belong together: " + what + " '" + first +
                          "' and '" + other + "'",
               .hint = "merge parts of one model and one preprocessing"};
}

Status CheckTogether(const Observation& a, const Observation& b) {
  if (a.model_sha256 != b.model_sha256) return Mismatch("models", a.model_sha256, b.model_sha256);
  if (a.preprocessing_sha256 != b.preprocessing_sha256) {
    return Mismatch("preprocessing", a.preprocessing, b.preprocessing);
  }
  const auto count = [](const Observation& o) { return std::to_string(o.tensors.size()); };
  if (a.tensors.size() != b.tensors.size()) return Mismatch("tensors", count(a), count(b));
  for (size_t i = 0; i < a.tensors.size(); ++i) {
    const TensorObservation& x = a.tensors[i];
    const TensorObservation& y = b.tensors[i];
    if (x.tensor != y.tensor || x.name != y.name ||
        x.stats.moments.channels() != y.stats.moments.channels()) {
      return Mismatch("tensors", x.name, y.name);
    }
  }
  return OkStatus();
}

}  // namespace

std::string PreprocessingHash(const Preprocessing& preprocessing) {
  std::string bytes;
  const auto add = [&](const void* values, size_t count, size_t value_bytes) {
    const auto length = static_cast<uint64_t>(count);
    bytes.append(reinterpret_cast<const char*>(&length), sizeof(length));
    bytes.append(static_cast<const char*>(values), count * value_bytes);
  };
  const auto add_numbers = [&](const auto& numbers) {
    add(numbers.mean.data(), numbers.mean.size(), sizeof(double));
    add(numbers.std.data(), numbers.std.size(), sizeof(double));
  };
  add_numbers(preprocessing);
  for (const PartPreprocessing& part : preprocessing.parts) {
    add(part.name.data(), part.name.size(), 1);
    add_numbers(part);
  }
  return Sha256Hex(std::as_bytes(std::span(bytes)));
}

Result<Observation> Observe(const ObservationInput& given) {
  ObservationInput input = given;
  QG_ASSIGN_OR_RETURN(input.plan, SettlePlan(input.plan, *input.dataset, input.preprocessing));
  QG_ASSIGN_OR_RETURN(
      const InputFeed feed,
      InputFeed::Make(*input.plan, *input.dataset, input.preprocessing, FeedMode::kQuantize));
  const int64_t samples = input.dataset->size();
  if (samples == 0) {
    return Error{ErrorCode::kInput, "calibration needs at least one sample"};
  }
  const ObservedTensors observed = FindObserved(*input.plan);
  if (std::all_of(observed.channels.begin(), observed.channels.end(),
                  [](int channels) { return channels == 0; })) {
    return Error{.code = ErrorCode::kInput,
                 .message = "the model has no float32 activations to observe",
                 .hint = "ranges come from the float model, not from a quantized one"};
  }
  std::vector<std::unique_ptr<StatsCollector>> collectors;
  Observation observation;
  FirstFailure failure;
  ProcessChunks<SequenceFingerprint>(
      samples, input.threads,
      [&] {
        collectors.push_back(std::make_unique<StatsCollector>(observed));
        return std::make_unique<ObservationWorker>(input.plan, feed, *collectors.back(), failure);
      },
      [&](const Chunk& chunk, SequenceFingerprint&& part) {
        observation.dataset.Append(part);
        if (input.progress) input.progress(chunk.last, samples);
      });
  QG_RETURN_IF_ERROR(failure.status());
  std::vector<TensorStats> stats = std::move(collectors.front()->stats());
  for (size_t i = 1; i < collectors.size(); ++i) {
    for (size_t t = 0; t < stats.size(); ++t) stats[t].Merge(collectors[i]->stats()[t]);
  }
  observation.model_sha256 = input.model_sha256;
  observation.dataset_name = input.dataset_name;
  observation.preprocessing = input.preprocessing.ToString();
  observation.preprocessing_sha256 = PreprocessingHash(input.preprocessing);
  observation.samples = samples;
  for (size_t t = 0; t < stats.size(); ++t) {
    if (observed.source[t] < 0) continue;
    stats[t] = PassedOn(stats[static_cast<size_t>(observed.source[t])], observed.channels[t]);
  }
  for (size_t t = 0; t < stats.size(); ++t) {
    if (observed.channels[t] == 0) continue;
    observation.tensors.push_back({static_cast<int>(t), observed.producer[t],
                                   input.plan->subgraph().tensors[t].name, std::move(stats[t])});
  }
  return observation;
}

Result<Observation> MergeObservations(const std::vector<Observation>& parts) {
  if (parts.empty()) return Error{ErrorCode::kInput, "there is nothing to merge"};
  Observation merged = parts.front();
  for (size_t p = 1; p < parts.size(); ++p) {
    const Observation& part = parts[p];
    QG_RETURN_IF_ERROR(CheckTogether(merged, part));
    for (size_t t = 0; t < merged.tensors.size(); ++t) {
      merged.tensors[t].stats.Append(part.tensors[t].stats, merged.samples);
    }
    if (part.dataset_name != merged.dataset_name) merged.dataset_name += "+" + part.dataset_name;
    merged.dataset.Append(part.dataset);
    merged.samples += part.samples;
  }
  return merged;
}

}  // namespace quantgate
