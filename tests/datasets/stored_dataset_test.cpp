// Samples that stay in their files are those that are read into memory.
#include "datasets/stored_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "datasets/npy.h"
#include "reference/core/file.h"
#include "tests/support/picture_files.h"
#include "tests/support/random.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int kSamples = 40;
constexpr int kSide = 5;
constexpr size_t kPixelsEach = size_t{kSide} * kSide;

Pixels AnyPixels(Random& random) {
  Pixels pixels;
  for (size_t i = 0; i < kSamples * kPixelsEach; ++i) {
    pixels.push_back(static_cast<unsigned char>(random.Int(0, 255)));
  }
  return pixels;
}

class StoredDatasetTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& bytes) const {
    const std::string path = folder_.File(name);
    fs::create_directories(fs::path(path).parent_path());
    EXPECT_TRUE(WriteFile(path, bytes).ok());
    return path;
  }
  // The same samples as each kind of dataset.
  [[nodiscard]] std::vector<DatasetSpec> Specs(const Pixels& pixels) const {
    const std::string bytes(pixels.begin(), pixels.end());
    DatasetSpec idx;
    idx.kind = "idx";
    const std::string header("\0\0\x08\x03\0\0\0\x28\0\0\0\x05\0\0\0\x05", 16);
    idx.images = {Write("images.idx", header + bytes)};
    DatasetSpec raw;
    raw.kind = "raw";
    raw.images = {Write("images.raw", bytes)};
    raw.dtype = "uint8";
    raw.shape = {kSide, kSide, 1};
    DatasetSpec npy;
    npy.kind = "npy";
    npy.images = {Write("images.npy", NpyBytes(DType::kUInt8, Shape{kSamples, kSide, kSide, 1},
                                               std::as_bytes(std::span(pixels))))};
    return {idx, raw, npy, Pictures(pixels)};
  }
  [[nodiscard]] DatasetSpec Pictures(const Pixels& pixels) const {
    DatasetSpec spec;
    spec.kind = "pictures";
    spec.images = {folder_.File("pictures")};
    std::string classes;
    for (int i = 0; i < kSamples; ++i) {
      const auto first = pixels.begin() + static_cast<std::ptrdiff_t>(i * kPixelsEach);
      const Pixels one(first, first + kPixelsEach);
      Write("pictures/" + std::to_string(100 + i) + ".png", Png(kSide, kSide, 1, one));
      classes += std::to_string(i % 7) + "\n";
    }
    spec.labels = Write("labels.txt", classes);
    return spec;
  }
  TempFolder folder_;
};

std::unique_ptr<Dataset> Open(DatasetSpec spec, uint64_t most_bytes_in_memory) {
  spec.most_bytes_in_memory = most_bytes_in_memory;
  auto dataset = OpenDataset(spec);
  EXPECT_TRUE(dataset.ok()) << dataset.error().ToString();
  return dataset.ok() ? std::move(*dataset) : nullptr;
}

std::vector<std::vector<float>> SamplesOf(const Dataset& dataset) {
  std::vector<std::vector<float>> samples;
  for (int64_t i = 0; i < dataset.size(); ++i) {
    samples.emplace_back(static_cast<size_t>(dataset.sample_shape().num_elements()));
    EXPECT_TRUE(dataset.ReadRaw(i, samples.back()).ok());
  }
  return samples;
}

TEST_F(StoredDatasetTest, SamplesInFilesAreThoseInMemory) {
  QG_SEED(20261124U);
  const Pixels pixels = AnyPixels(random);
  for (DatasetSpec spec : Specs(pixels)) {
    SCOPED_TRACE(spec.kind);
    for (const auto& [first, limit] : {std::pair{0, kSamples}, {3, 10}, {30, 1000}}) {
      spec.first = first;
      spec.limit = limit;
      const auto memory = Open(spec, kMostBytesInMemory);
      const auto files = Open(spec, 0);
      ASSERT_NE(memory, nullptr);
      ASSERT_NE(files, nullptr);
      const auto samples = SamplesOf(*files);
      EXPECT_EQ(samples, SamplesOf(*memory));
      ASSERT_EQ(samples.size(), static_cast<size_t>(std::min(limit, kSamples - first)));
      EXPECT_EQ(samples[0][1], static_cast<float>(pixels[first * kPixelsEach + 1]));
      EXPECT_EQ(files->labels(), memory->labels());
      EXPECT_EQ(*files->ContentHash(), *memory->ContentHash());
    }
  }
}

// The limit decides, not the file: a few samples of a large file are read once.
TEST_F(StoredDatasetTest, WhatFitsIsReadOnce) {
  QG_SEED(20261125U);
  for (DatasetSpec spec : Specs(AnyPixels(random))) {
    SCOPED_TRACE(spec.kind);
    spec.limit = 4;
    spec.labels.clear();
    const auto kept = Open(spec, 4 * kPixelsEach);
    const auto read = Open(spec, 4 * kPixelsEach - 1);
    ASSERT_NE(kept, nullptr);
    ASSERT_NE(read, nullptr);
    fs::resize_file(spec.kind == "pictures" ? folder_.File("pictures/102.png") : spec.images[0], 5);
    EXPECT_EQ(SamplesOf(*kept).size(), 4U);
    std::vector<float> sample(kPixelsEach);
    const Status status = read->ReadRaw(2, sample);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kInput);
    EXPECT_THAT(status.error().file, HasSubstr(folder_.path().string()));
    EXPECT_FALSE(read->ContentHash().ok());
  }
}

TEST_F(StoredDatasetTest, ThreadsReadAtOnce) {
  QG_SEED(20261126U);
  for (const DatasetSpec& spec : Specs(AnyPixels(random))) {
    SCOPED_TRACE(spec.kind);
    const auto dataset = Open(spec, 0);
    ASSERT_NE(dataset, nullptr);
    const auto expected = SamplesOf(*dataset);
    std::vector<std::vector<std::vector<float>>> seen(4);
    std::vector<std::thread> threads;
    for (auto& samples : seen) threads.emplace_back([&] { samples = SamplesOf(*dataset); });
    for (std::thread& thread : threads) thread.join();
    for (const auto& samples : seen) EXPECT_EQ(samples, expected);
  }
}

// Those that float32 does not hold are found before anything runs, in memory or not.
TEST_F(StoredDatasetTest, IntegersTooLargeAreFoundInFiles) {
  std::vector<int64_t> values(30, 5);
  values[17] = (int64_t{1} << 24) + 1;
  DatasetSpec spec;
  spec.kind = "npy";
  spec.images = {
      Write("ids.npy", NpyBytes(DType::kInt64, Shape{10, 3}, std::as_bytes(std::span(values))))};
  spec.most_bytes_in_memory = 0;
  EXPECT_THAT(OpenDataset(spec).error().ToString(), HasSubstr("ids.npy: holds 16777217"));
  spec.limit = 5;
  EXPECT_TRUE(OpenDataset(spec).ok());
}

}  // namespace
}  // namespace quantgate
