// In builds with AddressSanitizer, makes it see what one arena for all tensors hides from it: an
// operator that touches bytes of another tensor. In other builds nothing stands and nothing costs.
#pragma once

#include <cstddef>
#include <span>

#if defined(__SANITIZE_ADDRESS__)
#define QG_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define QG_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef QG_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace quantgate {

#ifdef QG_ADDRESS_SANITIZER

// As long as it lives, touching bytes of `arena` other than the opened ones is an error.
class ArenaFence {
 public:
  static constexpr bool kStands = true;
  explicit ArenaFence(std::span<const std::byte> arena) : arena_(arena) {
    __asan_poison_memory_region(arena_.data(), arena_.size());
  }
  ~ArenaFence() { Open(arena_); }
  ArenaFence(const ArenaFence&) = delete;
  ArenaFence& operator=(const ArenaFence&) = delete;
  // `bytes` begin at a multiple of 8: the sanitizer sees no finer there.
  void Open(std::span<const std::byte> bytes) {
    __asan_unpoison_memory_region(bytes.data(), bytes.size());
  }

 private:
  std::span<const std::byte> arena_;
};

#else

class ArenaFence {
 public:
  static constexpr bool kStands = false;
  explicit ArenaFence(std::span<const std::byte>) {}
  void Open(std::span<const std::byte>) {}
};

#endif

}  // namespace quantgate
