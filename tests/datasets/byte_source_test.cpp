#include "datasets/byte_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "reference/core/file.h"
#include "tests/support/bytes.h"
#include "tests/support/random.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

class ByteSourceTest : public testing::Test {
 protected:
  [[nodiscard]] std::string Write(std::span<const std::byte> bytes) const {
    const std::string path = folder_.File("bytes");
    EXPECT_TRUE(WriteFile(path, bytes).ok());
    return path;
  }
  TempFolder folder_;
};

std::vector<std::byte> AnyBytes(Random& random, int count) {
  std::vector<std::byte> bytes;
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::byte>(random.Int(0, 255)));
  return bytes;
}

TEST_F(ByteSourceTest, FilesAndMemoryGiveTheSameBytes) {
  QG_SEED(20261123U);
  const std::vector<std::byte> bytes = AnyBytes(random, 5000);
  const ByteSource memory(bytes);
  const auto file = ByteSource::Open(Write(bytes));
  ASSERT_TRUE(file.ok()) << file.error().ToString();
  EXPECT_TRUE(memory.in_memory());
  EXPECT_FALSE(file->in_memory());
  EXPECT_EQ(file->size(), bytes.size());
  std::vector<std::byte> buffer;
  for (int i = 0; i < 200; ++i) {
    const auto offset = static_cast<size_t>(random.Int(0, 5000));
    const auto count = static_cast<size_t>(random.Int(0, 5000 - static_cast<int>(offset)));
    const std::vector<std::byte> expected(
        bytes.begin() + static_cast<std::ptrdiff_t>(offset),
        bytes.begin() + static_cast<std::ptrdiff_t>(offset + count));
    for (const ByteSource* source : {&memory, &*file}) {
      const auto read = source->Read(offset, count, buffer);
      ASSERT_TRUE(read.ok()) << read.error().ToString();
      EXPECT_EQ(std::vector<std::byte>(read->begin(), read->end()), expected);
    }
  }
}

TEST_F(ByteSourceTest, BeyondTheEndIsAnError) {
  const std::vector<std::byte> bytes(10);
  const auto file = ByteSource::Open(Write(bytes));
  ASSERT_TRUE(file.ok());
  std::vector<std::byte> buffer;
  for (const ByteSource& source : {ByteSource(bytes), *file}) {
    EXPECT_TRUE(source.Read(10, 0, buffer).ok());
    EXPECT_FALSE(source.Read(10, 1, buffer).ok());
    EXPECT_FALSE(source.Read(11, 0, buffer).ok());
    EXPECT_FALSE(source.Read(1, SIZE_MAX, buffer).ok());
  }
}

TEST_F(ByteSourceTest, AFileThatBecameShorterIsNamed) {
  const std::string path = Write(std::vector<std::byte>(100));
  const auto file = ByteSource::Open(path);
  ASSERT_TRUE(file.ok());
  std::filesystem::resize_file(path, 50);
  std::vector<std::byte> buffer;
  EXPECT_TRUE(file->Read(40, 10, buffer).ok());
  const auto read = file->Read(45, 10, buffer);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kInput);
  EXPECT_EQ(read.error().file, path);
  EXPECT_THAT(read.error().message, HasSubstr("became shorter"));
}

// A pipe has no size and is read once, to its end.
TEST_F(ByteSourceTest, PipesAreReadIntoMemory) {
  const std::string path = folder_.File("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] {
    std::FILE* pipe = std::fopen(path.c_str(), "wb");
    std::fputs("what flows by", pipe);
    std::fclose(pipe);
  });
  const auto source = ByteSource::Open(path);
  writer.join();
  ASSERT_TRUE(source.ok()) << source.error().ToString();
  EXPECT_TRUE(source->in_memory());
  EXPECT_EQ(source->size(), 13U);
}

TEST_F(ByteSourceTest, WhatIsMissingOrAFolderIsAnError) {
  EXPECT_THAT(ByteSource::Open(folder_.File("none")).error().message, HasSubstr("no such file"));
  EXPECT_THAT(ByteSource::Open(folder_.File("")).error().message, HasSubstr("directory"));
}

}  // namespace
}  // namespace quantgate
