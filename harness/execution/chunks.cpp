#include "harness/execution/chunks.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace quantgate {
namespace {

// Hands out chunk numbers and delivers finished ones in order.
class ChunkLine {
 public:
  ChunkLine(int64_t samples, int threads, const std::function<void(int64_t)>& deliver)
      : total_(NumChunks(samples)),
        window_(4 * static_cast<int64_t>(threads)),
        done_(static_cast<size_t>(total_), false),
        deliver_(deliver) {}

  // The next chunk to work on, or -1. Waits while too many finished chunks are undelivered.
  int64_t Take() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return next_ >= total_ || next_ < delivered_ + window_; });
    return next_ < total_ ? next_++ : -1;
  }

  void Finish(int64_t chunk) {
    const std::lock_guard lock(mutex_);
    done_[static_cast<size_t>(chunk)] = true;
    while (delivered_ < total_ && done_[static_cast<size_t>(delivered_)]) deliver_(delivered_++);
    room_.notify_all();
  }

  // Hands out no more; the first failure is kept.
  void Stop(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    next_ = total_;
    room_.notify_all();
  }
  // Once no thread is at work any more.
  void RethrowFailure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const int64_t total_;
  const int64_t window_;
  int64_t next_ = 0;
  int64_t delivered_ = 0;
  std::vector<bool> done_;
  const std::function<void(int64_t)>& deliver_;
  std::exception_ptr failure_;
  std::mutex mutex_;
  std::condition_variable room_;
};

}  // namespace

int64_t NumChunks(int64_t samples) { return (samples + kChunkSamples - 1) / kChunkSamples; }

Chunk ChunkAt(int64_t index, int64_t samples) {
  return {index, index * kChunkSamples, std::min(samples, (index + 1) * kChunkSamples)};
}

int ResolveThreads(int requested, int64_t samples) {
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const int wanted = requested > 0 ? requested : cores;
  return static_cast<int>(std::clamp<int64_t>(wanted, 1, std::max<int64_t>(1, NumChunks(samples))));
}

void ForEachChunk(int64_t samples, int threads, const std::function<void(int, const Chunk&)>& task,
                  const std::function<void(int64_t)>& deliver) {
  ChunkLine line(samples, threads, deliver);
  const auto work = [&](int thread) {
    try {
      for (int64_t chunk = line.Take(); chunk >= 0; chunk = line.Take()) {
        task(thread, ChunkAt(chunk, samples));
        line.Finish(chunk);
      }
    } catch (...) {
      line.Stop(std::current_exception());
    }
  };
  std::vector<std::thread> helpers;
  helpers.reserve(static_cast<size_t>(std::max(threads, 1)));
  try {
    for (int i = 1; i < threads; ++i) helpers.emplace_back(work, i);
  } catch (const std::system_error&) {
    // The system gives no more threads: those there are do the work.
  }
  work(0);
  for (std::thread& helper : helpers) helper.join();
  line.RethrowFailure();
}

}  // namespace quantgate
