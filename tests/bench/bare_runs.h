// Inference with nobody watching, which watched runs are measured against.
#pragma once

#include <algorithm>
#include <ctime>
#include <vector>

#include "harness/execution/input_feed.h"
#include "reference/core/check.h"
#include "reference/interpreter/interpreter_group.h"

namespace quantgate {

// Of this thread: other programs on the machine do not count.
inline double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// CPU seconds that `plan` takes for all samples, `batch` at a time.
inline double RunBare(const std::shared_ptr<const Plan>& plan, const Dataset& dataset,
                      const Preprocessing& preprocessing, size_t batch) {
  auto feed = InputFeed::Make(*plan, dataset, preprocessing, FeedMode::kQuantize);
  InterpreterGroup group(plan, batch);
  const double start = CpuSeconds();
  for (int64_t i = 0; i < dataset.size(); i += static_cast<int64_t>(batch)) {
    const auto count = std::min(batch, static_cast<size_t>(dataset.size() - i));
    for (size_t k = 0; k < count; ++k) {
      QG_CHECK(feed->Fill(i + static_cast<int64_t>(k), group[k]).ok());
      group[k].ResetState();
    }
    for (const Status& status : group.Run(count)) QG_CHECK(status.ok());
  }
  return CpuSeconds() - start;
}

// What rounds say of watched runs beside bare ones.
class BareRatios {
 public:
  // Seconds of a round: bare a sample at a time, bare as many at a time as the engine would, and
  // watched.
  void Add(double bare, double bare_together, double watched) {
    bare_ += bare;
    ratios_.push_back(watched / bare);
    together_.push_back(watched / bare_together);
  }
  // `samples`: of a round.
  template <class Counters>
  void Tell(double samples, Counters& counters) {
    std::sort(ratios_.begin(), ratios_.end());
    std::sort(together_.begin(), together_.end());
    counters["ratio"] = ratios_[ratios_.size() / 2];
    counters["least_ratio"] = ratios_.front();
    counters["ratio_together"] = together_[together_.size() / 2];
    counters["bare_us"] = bare_ / static_cast<double>(ratios_.size()) / samples * 1e6;
  }

 private:
  std::vector<double> ratios_;
  std::vector<double> together_;
  double bare_ = 0;
};

}  // namespace quantgate
