#include "reference/core/file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace quantgate {
namespace {

namespace fs = std::filesystem;

Error FileError(const std::string& path, const std::string& what) {
  return Error{ErrorCode::kInput, what, path};
}

using FilePtr = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

}  // namespace

Result<std::vector<std::byte>> ReadFile(const std::string& path) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (!fs::exists(status)) return FileError(path, "no such file");
  if (fs::is_directory(status)) return FileError(path, "is a directory, a file is needed");
  FilePtr file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return FileError(path, std::string("cannot be opened: ") + std::strerror(errno));
  std::vector<std::byte> bytes;
  const uintmax_t size = fs::is_regular_file(status) ? fs::file_size(path, code) : 0;
  if (!code) bytes.reserve(static_cast<size_t>(size));
  std::byte block[1 << 16];
  while (const size_t got = std::fread(block, 1, sizeof(block), file.get())) {
    bytes.insert(bytes.end(), block, block + got);
  }
  if (std::ferror(file.get()) != 0) return FileError(path, "cannot be read to its end");
  return bytes;
}

Status WriteFile(const std::string& path, std::span<const std::byte> bytes) {
  std::error_code code;
  const fs::path parent = fs::path(path).parent_path();
  if (!parent.empty()) fs::create_directories(parent, code);
  if (code) return FileError(path, "its directory cannot be made: " + code.message());
  const std::string temporary = path + ".tmp" + std::to_string(getpid());
  FilePtr file(std::fopen(temporary.c_str(), "wb"), &std::fclose);
  if (!file) return FileError(path, std::string("cannot be written: ") + std::strerror(errno));
  const bool written =
      bytes.empty() || std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  const bool closed = std::fclose(file.release()) == 0;
  if (written && closed) fs::rename(temporary, path, code);
  if (!written || !closed || code) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    return FileError(path, "cannot be written: the disk may be full or the path not writable");
  }
  return OkStatus();
}

Status WriteFile(const std::string& path, std::string_view text) {
  return WriteFile(path, std::as_bytes(std::span<const char>(text.data(), text.size())));
}

}  // namespace quantgate
