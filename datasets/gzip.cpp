#include "datasets/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace quantgate {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // zlib: the largest window, with a gzip header

// A zlib stream that is always closed again.
struct Inflater {
  Inflater() { ready = inflateInit2(&stream, kGzipWindowBits) == Z_OK; }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream stream{};
  bool ready = false;
};

Error Damaged(const std::string& path, const std::string& what) {
  return Error{.code = ErrorCode::kInput, .message = "gzip data " + what, .file = path};
}

Result<std::vector<std::byte>> Unpack(std::span<const std::byte> packed, const std::string& path) {
  Inflater inflater;
  QG_CHECK(inflater.ready);
  z_stream& stream = inflater.stream;
  size_t taken = 0;
  std::vector<std::byte> out;
  std::vector<std::byte> block(size_t{1} << 18);
  while (true) {
    if (stream.avail_in == 0 && taken < packed.size()) {
      const size_t step = std::min<size_t>(packed.size() - taken, 1U << 30);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data() + taken));
      stream.avail_in = static_cast<uInt>(step);
      taken += step;
    }
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.insert(out.end(), block.begin(),
               block.end() - static_cast<std::ptrdiff_t>(stream.avail_out));
    if (out.size() > kMaxUnpackedBytes) return Damaged(path, "unpacks to more than 4 GiB");
    const bool input_left = stream.avail_in > 0 || taken < packed.size();
    if (status == Z_STREAM_END) {
      if (!input_left) return out;
      inflateReset(&stream);  // the next member
    } else if (status == Z_BUF_ERROR || (status == Z_OK && !input_left && stream.avail_out > 0)) {
      return Damaged(path, "ends too early");
    } else if (status != Z_OK) {
      return Damaged(
          path, std::string("is damaged: ") + (stream.msg != nullptr ? stream.msg : "bad stream"));
    }
  }
}

}  // namespace

Result<ByteSource> OpenMaybeGzip(const std::string& path) {
  QG_ASSIGN_OR_RETURN(ByteSource source, ByteSource::Open(path));
  if (source.size() < 2) return source;
  std::vector<std::byte> buffer;
  QG_ASSIGN_OR_RETURN(const std::span<const std::byte> magic, source.Read(0, 2, buffer));
  if (magic[0] != std::byte{0x1f} || magic[1] != std::byte{0x8b}) return source;
  QG_ASSIGN_OR_RETURN(const std::span<const std::byte> packed,
                      source.Read(0, static_cast<size_t>(source.size()), buffer));
  QG_ASSIGN_OR_RETURN(std::vector<std::byte> bytes, Unpack(packed, path));
  return ByteSource(std::move(bytes));
}

}  // namespace quantgate
