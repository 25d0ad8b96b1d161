// The first sample, in the order of the dataset, on which a run failed, whichever thread ran it.
#pragma once

#include <cstdint>
#include <limits>
#include <mutex>
#include <string>

#include "reference/core/result.h"

namespace quantgate {

class FirstFailure {
 public:
  // Whether `status`, of a run on `sample`, is a success; if not, it is kept.
  bool Passed(int64_t sample, const Status& status) {
    if (status.ok()) return true;
    const std::lock_guard lock(mutex_);
    if (sample >= sample_) return false;
    sample_ = sample;
    Error error = status.error();
    error.message += " (sample " + std::to_string(sample) + ")";
    status_ = Status(std::move(error));
    return false;
  }
  // Once no thread is at work any more.
  [[nodiscard]] Status status() const { return status_; }

 private:
  std::mutex mutex_;
  int64_t sample_ = std::numeric_limits<int64_t>::max();
  Status status_;
};

}  // namespace quantgate
