#include "reference/core/sha256.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/bytes.h"

namespace quantgate {
namespace {

std::string HashOf(const std::string& text) {
  return Sha256Hex(ToBytes(std::vector<char>(text.begin(), text.end())));
}

// The example messages of FIPS 180-2, appendix B, and the empty message.
TEST(Sha256, PublishedVectors) {
  EXPECT_EQ(HashOf(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HashOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HashOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(HashOf(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PartsGiveTheHashOfTheWhole) {
  const std::vector<std::byte> bytes = ToBytes(std::vector<char>(1000, 'q'));
  for (const size_t step : {size_t{1}, size_t{63}, size_t{64}, size_t{999}}) {
    Sha256 hash;
    for (size_t at = 0; at < bytes.size(); at += step) {
      hash.Add(std::span(bytes).subspan(at, std::min(step, bytes.size() - at)));
    }
    EXPECT_EQ(hash.Hex(), Sha256Hex(bytes)) << step;
  }
}

}  // namespace
}  // namespace quantgate
