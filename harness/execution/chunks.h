// Work over samples, cut into chunks of a fixed size. The cut never depends on the number of
// threads, and partial results are handed over in the order of the chunks, so that whatever is
// computed from them is the same bytes on one core and on forty.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace quantgate {

struct Chunk {
  int64_t index = 0;
  int64_t first = 0;  // samples [first, last)
  int64_t last = 0;
};

inline constexpr int64_t kChunkSamples = 32;

// What one thread does: owns its interpreters and buffers.
template <class Partial>
class ChunkWorker {
 public:
  virtual ~ChunkWorker() = default;
  virtual Partial Process(const Chunk& chunk) = 0;
};

// Number of chunks that `samples` samples make.
int64_t NumChunks(int64_t samples);
Chunk ChunkAt(int64_t index, int64_t samples);

// The number of threads to use: `requested`, or all cores for 0; at least one, and no more than
// there are chunks.
int ResolveThreads(int requested, int64_t samples);

// Calls task(thread, chunk) for every chunk, from `threads` threads, and deliver(chunk index) for
// every chunk in order, from one thread at a time. At most a small number of chunks that are done
// wait to be delivered. What a task throws (std::bad_alloc) ends the work and is thrown from here,
// after every thread has ended.
void ForEachChunk(int64_t samples, int threads, const std::function<void(int, const Chunk&)>& task,
                  const std::function<void(int64_t)>& deliver);

// Runs workers made by `make_worker` (one a thread) over all chunks and merges what they return in
// chunk order. `merge` is never called concurrently.
template <class Partial>
void ProcessChunks(int64_t samples, int threads,
                   const std::function<std::unique_ptr<ChunkWorker<Partial>>()>& make_worker,
                   const std::function<void(const Chunk&, Partial&&)>& merge) {
  const int count = ResolveThreads(threads, samples);
  std::vector<std::unique_ptr<ChunkWorker<Partial>>> workers;
  workers.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) workers.push_back(make_worker());
  std::vector<std::unique_ptr<Partial>> partials(static_cast<size_t>(NumChunks(samples)));
  ForEachChunk(
      samples, count,
      [&](int thread, const Chunk& chunk) {
        partials[static_cast<size_t>(chunk.index)] =
            std::make_unique<Partial>(workers[static_cast<size_t>(thread)]->Process(chunk));
      },
      [&](int64_t index) {
        std::unique_ptr<Partial>& partial = partials[static_cast<size_t>(index)];
        merge(ChunkAt(index, samples), std::move(*partial));
        partial.reset();
      });
}

}  // namespace quantgate
