#include "harness/execution/chunks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <new>
#include <string>
#include <thread>

#include "tests/support/random.h"

namespace quantgate {
namespace {

TEST(Chunks, EverySampleIsInExactlyOne) {
  for (int64_t samples = 0; samples < 4 * kChunkSamples + 3; ++samples) {
    int64_t next = 0;
    for (int64_t i = 0; i < NumChunks(samples); ++i) {
      const Chunk chunk = ChunkAt(i, samples);
      EXPECT_EQ(chunk.index, i);
      EXPECT_EQ(chunk.first, next);
      EXPECT_GT(chunk.last, chunk.first);
      EXPECT_LE(chunk.last - chunk.first, kChunkSamples);
      next = chunk.last;
    }
    EXPECT_EQ(next, samples);
  }
}

TEST(Chunks, NeverMoreThreadsThanChunksAndNeverNone) {
  EXPECT_EQ(ResolveThreads(8, 0), 1);
  EXPECT_EQ(ResolveThreads(8, 1), 1);
  EXPECT_EQ(ResolveThreads(8, 2 * kChunkSamples), 2);
  EXPECT_EQ(ResolveThreads(3, 1000000), 3);
  EXPECT_GE(ResolveThreads(0, 1000000), 1);
  EXPECT_GE(ResolveThreads(-5, 1000000), 1);
}

TEST(Chunks, WhatATaskThrowsReachesTheCaller) {
  for (const int threads : {1, 2, 5}) {
    for (const int64_t bad : {int64_t{0}, int64_t{7}, int64_t{39}}) {
      std::vector<int64_t> delivered;
      const auto run = [&] {
        ForEachChunk(
            40 * kChunkSamples, threads,
            [&](int, const Chunk& chunk) {
              if (chunk.index == bad) throw std::bad_alloc();
            },
            [&](int64_t index) { delivered.push_back(index); });
      };
      EXPECT_THROW(run(), std::bad_alloc) << threads << " threads, chunk " << bad;
      EXPECT_LE(delivered.size(), static_cast<size_t>(bad));  // in order, none behind the bad one
    }
  }
}

// Sums in float depend on the order they are taken in: only the same order gives the same bits.
class SumWorker : public ChunkWorker<float> {
 public:
  float Process(const Chunk& chunk) override {
    // Later chunks often finish first.
    if (chunk.index % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
    float sum = 0;
    for (int64_t i = chunk.first; i < chunk.last; ++i) {
      sum += std::sin(static_cast<float>(i)) * 1e3F;
    }
    return sum;
  }
};

struct Merged {
  float sum = 0;
  std::vector<int64_t> order;
};

Merged RunWith(int threads, int64_t samples) {
  Merged merged;
  ProcessChunks<float>(
      samples, threads, [] { return std::make_unique<SumWorker>(); },
      [&](const Chunk& chunk, float&& part) {
        merged.sum += part;
        merged.order.push_back(chunk.index);
      });
  return merged;
}

TEST(Chunks, TheNumberOfThreadsChangesNothing) {
  const int64_t samples = 40 * kChunkSamples + 7;
  const Merged one = RunWith(1, samples);
  for (int threads : {2, 3, 8, 64}) {
    const Merged many = RunWith(threads, samples);
    EXPECT_EQ(many.sum, one.sum) << threads;
    EXPECT_EQ(many.order, one.order) << threads;
  }
}

TEST(Chunks, ResultsAreMergedInOrderEachOnce) {
  const Merged merged = RunWith(4, 30 * kChunkSamples);
  ASSERT_EQ(merged.order.size(), 30U);
  for (size_t i = 0; i < 30; ++i) EXPECT_EQ(merged.order[i], static_cast<int64_t>(i));
}

TEST(Chunks, NoSamplesMergeNothing) { EXPECT_TRUE(RunWith(4, 0).order.empty()); }

TEST(Chunks, EachThreadHasAWorkerOfItsOwn) {
  class Checked : public ChunkWorker<int> {
   public:
    int Process(const Chunk&) override {
      EXPECT_FALSE(busy_.exchange(true));
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      busy_ = false;
      return 0;
    }

   private:
    std::atomic<bool> busy_ = false;
  };
  int made = 0;
  ProcessChunks<int>(
      20 * kChunkSamples, 4,
      [&] {
        ++made;
        return std::make_unique<Checked>();
      },
      [](const Chunk&, int&&) {});
  EXPECT_EQ(made, 4);
}

}  // namespace
}  // namespace quantgate
