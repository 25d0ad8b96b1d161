#include "reference/interpreter/arena_fence.h"

#include <gtest/gtest.h>

#include <vector>

namespace quantgate {
namespace {

class ArenaFenceTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!ArenaFence::kStands) GTEST_SKIP() << "a build without AddressSanitizer";
  }
  void Touch(size_t at) { static_cast<volatile std::byte*>(arena_.data())[at] = std::byte{1}; }
  std::vector<std::byte> arena_ = std::vector<std::byte>(64);
};

TEST_F(ArenaFenceTest, WhatIsNotOpenMayNotBeTouched) {
  ArenaFence fence(arena_);
  fence.Open({&arena_[8], 12});
  for (size_t i = 8; i < 20; ++i) Touch(i);
  EXPECT_DEATH(Touch(7), "use-after-poison");
  EXPECT_DEATH(Touch(20), "use-after-poison");
}

TEST_F(ArenaFenceTest, IsGoneAtItsEnd) {
  { const ArenaFence fence(arena_); }
  for (size_t i = 0; i < arena_.size(); ++i) Touch(i);
}

}  // namespace
}  // namespace quantgate
