// Bytes read here and there, in memory or in a file that may be larger than it. Files are not
// mapped: one that is cut short meanwhile would end the program instead of being an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reference/core/result.h"

namespace quantgate {

class ByteSource {
 public:
  explicit ByteSource(std::vector<std::byte> bytes);
  // A file, read when its bytes are asked for; at once where it is no regular file, such as a pipe.
  // kInput with the path and the system's reason.
  static Result<ByteSource> Open(const std::string& path);

  [[nodiscard]] uint64_t size() const { return size_; }
  [[nodiscard]] bool in_memory() const { return file_ == nullptr; }
  // `count` bytes from `offset`: where they lie, or read into `buffer`. Threads with buffers of
  // their own may read at once. kInput where the source, or by now the file, ends before.
  Result<std::span<const std::byte>> Read(uint64_t offset, size_t count,
                                          std::vector<std::byte>& buffer) const;

 private:
  struct File;
  explicit ByteSource(std::shared_ptr<const File> file);

  std::vector<std::byte> bytes_;
  std::shared_ptr<const File> file_;
  uint64_t size_;
};

}  // namespace quantgate
