#include "reference/model/foreign_file.h"

#include <gtest/gtest.h>

#include <string>

namespace quantgate {
namespace {

using namespace std::string_literals;

std::string WhatIs(const std::string& bytes) {
  const ForeignFile* file = RecognizeForeignFile(std::as_bytes(std::span(bytes)));
  return file == nullptr ? "" : std::string(file->what);
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ForeignFile, FormatsOfOtherToolsAreNamed) {
  EXPECT_TRUE(Has(WhatIs("\x89HDF\r\n\x1a\n and more"), "HDF5"));
  EXPECT_TRUE(Has(WhatIs("PK\x03\x04 and more"), "ZIP"));
  EXPECT_TRUE(Has(WhatIs("\x1f\x8b\x08"), "gzip"));
  EXPECT_TRUE(Has(WhatIs(std::string(257, '\0') + "ustar"), "tar"));
  EXPECT_TRUE(Has(WhatIs("version https://git-lfs.github.com/spec/v1\n"), "Git LFS"));
  EXPECT_TRUE(Has(WhatIs("<!DOCTYPE html>"), "HTML"));
  // Field 1: IR version 8; field 2: the producer's name.
  EXPECT_TRUE(Has(WhatIs("\x08\x08\x12\x07pytorch"s), "ONNX"));
  // Field 1: a node of 20 bytes, and of 200; its field 1: its name.
  EXPECT_TRUE(Has(WhatIs("\x0a\x14\x0a\x05image"s), "frozen"));
  EXPECT_TRUE(Has(WhatIs("\x0a\xc8\x01\x0a\x05image"s), "frozen"));
}

TEST(ForeignFile, WhatIsUnknownHasNoName) {
  for (const std::string& bytes : {""s, "\x1f"s, "\x08\x08"s, "PK"s, "some text"s,
                                   "\x1c\0\0\0TFL3\x14\0 "s, "\x08\xff\x12 "s}) {
    EXPECT_EQ(WhatIs(bytes), "") << bytes;
  }
}

}  // namespace
}  // namespace quantgate
