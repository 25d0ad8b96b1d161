#include "reports/base64.h"

#include <gtest/gtest.h>

#include <random>

namespace quantgate {
namespace {

std::string Encode(std::string_view text) {
  return EncodeBase64({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// RFC 4648, section 10.
TEST(Base64, WritesTheVectorsOfTheRfc) {
  EXPECT_EQ(Encode(""), "");
  EXPECT_EQ(Encode("f"), "Zg==");
  EXPECT_EQ(Encode("fo"), "Zm8=");
  EXPECT_EQ(Encode("foo"), "Zm9v");
  EXPECT_EQ(Encode("foob"), "Zm9vYg==");
  EXPECT_EQ(Encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(Encode("foobar"), "Zm9vYmFy");
}

TEST(Base64, ReadsBackWhatItWrote) {
  constexpr uint32_t kSeed = 20240501;
  SCOPED_TRACE(kSeed);
  std::mt19937 engine(kSeed);
  for (size_t length = 0; length < 300; ++length) {
    std::vector<uint8_t> bytes(length);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(engine());
    const std::string text = EncodeBase64(bytes);
    EXPECT_EQ(text.size(), (length + 2) / 3 * 4);
    EXPECT_EQ(DecodeBase64(text), bytes) << text;
  }
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const char* text : {"A", "AB", "ABC", "AB=C", "====", "A===", "AB C", "AB-_", "Zg==Zg=="}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace quantgate
