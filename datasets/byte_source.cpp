#include "datasets/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "reference/core/file.h"

namespace quantgate {

// An open file.
struct ByteSource::File {
  File(std::string file_path, int file_descriptor)
      : path(std::move(file_path)), descriptor(file_descriptor) {}
  ~File() { close(descriptor); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] Error Failed(const std::string& what) const {
    return Error{.code = ErrorCode::kInput, .message = what, .file = path};
  }
  // Fills `out` from `offset`.
  [[nodiscard]] Status Read(uint64_t offset, std::span<std::byte> out) const {
    while (!out.empty()) {
      const ssize_t got = pread(descriptor, out.data(), out.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return Failed(std::string("cannot be read: ") + std::strerror(errno));
      if (got == 0) return Failed("became shorter while it was read");
      out = out.subspan(static_cast<size_t>(got));
      offset += static_cast<uint64_t>(got);
    }
    return OkStatus();
  }

  std::string path;
  int descriptor;
  uint64_t size = 0;
};

ByteSource::ByteSource(std::vector<std::byte> bytes)
    : bytes_(std::move(bytes)), size_(bytes_.size()) {}

ByteSource::ByteSource(std::shared_ptr<const File> file)
    : file_(std::move(file)), size_(file_->size) {}

Result<ByteSource> ByteSource::Open(const std::string& path) {
  struct stat facts {};
  const bool regular = stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
  const int descriptor = regular ? open(path.c_str(), O_RDONLY | O_CLOEXEC) : -1;
  if (descriptor < 0) {  // or to say why not
    QG_ASSIGN_OR_RETURN(std::vector<std::byte> bytes, ReadFile(path));
    return ByteSource(std::move(bytes));
  }
  const auto file = std::make_shared<File>(path, descriptor);
  if (fstat(descriptor, &facts) != 0) return file->Failed("cannot be read");
  file->size = static_cast<uint64_t>(facts.st_size);
  return ByteSource(file);
}

Result<std::span<const std::byte>> ByteSource::Read(uint64_t offset, size_t count,
                                                    std::vector<std::byte>& buffer) const {
  if (offset > size_ || count > size_ - offset) {
    return Error{.code = ErrorCode::kInput,
                 .message = "ends before byte " + std::to_string(offset + count),
                 .file = in_memory() ? "" : file_->path};
  }
  if (in_memory()) return std::span(bytes_).subspan(static_cast<size_t>(offset), count);
  buffer.resize(count);
  QG_RETURN_IF_ERROR(file_->Read(offset, buffer));
  return std::span<const std::byte>(buffer);
}

}  // namespace quantgate
