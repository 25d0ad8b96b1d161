#include "reference/core/file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/bytes.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;

std::string TextOf(const std::string& path) {
  const auto bytes = ReadFile(path);
  if (!bytes.ok()) return "error: " + bytes.error().message;
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

size_t FilesIn(const fs::path& folder) {
  return static_cast<size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(File, EveryByteComesBack) {
  const TempFolder folder;
  std::vector<uint8_t> values(200000);  // more than one read block
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<uint8_t>(i * 31 + i / 256);
  const auto bytes = ToBytes(values);
  ASSERT_TRUE(WriteFile(folder.File("a.bin"), bytes).ok());
  const auto read = ReadFile(folder.File("a.bin"));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, bytes);
}

TEST(File, AnEmptyFileIsNoError) {
  const TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("empty"), std::string_view()).ok());
  EXPECT_EQ(TextOf(folder.File("empty")), "");
}

TEST(File, WritingReplacesAndLeavesNothingElseBehind) {
  const TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("a"), "a long first text").ok());
  ASSERT_TRUE(WriteFile(folder.File("a"), "short").ok());
  EXPECT_EQ(TextOf(folder.File("a")), "short");
  EXPECT_EQ(FilesIn(folder.path()), 1U);  // no temporary file stays
}

TEST(File, MissingFoldersAreMade) {
  const TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("x/y/z.txt"), "deep").ok());
  EXPECT_EQ(TextOf(folder.File("x/y/z.txt")), "deep");
}

TEST(File, AFailedWriteLeavesWhatWasThere) {
  const TempFolder folder;
  // The target is a folder with something in it: the final rename must fail.
  ASSERT_TRUE(WriteFile(folder.File("taken/inside"), "old").ok());
  const Status status = WriteFile(folder.File("taken"), "new");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kInput);
  EXPECT_EQ(status.error().file, folder.File("taken"));
  EXPECT_EQ(TextOf(folder.File("taken/inside")), "old");
  EXPECT_EQ(FilesIn(folder.path()), 1U);  // nor does a failure leave its temporary file
}

TEST(File, APathThroughAFileCannotBeWritten) {
  const TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("plain"), "x").ok());
  EXPECT_FALSE(WriteFile(folder.File("plain/below"), "y").ok());
  EXPECT_EQ(TextOf(folder.File("plain")), "x");
}

TEST(File, AMissingFileIsNamed) {
  const TempFolder folder;
  const auto read = ReadFile(folder.File("none"));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kInput);
  EXPECT_EQ(read.error().message, "no such file");
  EXPECT_EQ(read.error().file, folder.File("none"));
}

TEST(File, AFolderIsNotAFile) {
  const TempFolder folder;
  EXPECT_EQ(ReadFile(folder.path().string()).error().message, "is a directory, a file is needed");
}

}  // namespace
}  // namespace quantgate
