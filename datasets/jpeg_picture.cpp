#include <turbojpeg.h>

#include <memory>

#include "datasets/picture.h"

namespace quantgate {
namespace {

struct Destroyed {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, Destroyed>;

Error Failed(const Handle& handle) {
  return Error{.code = ErrorCode::kInput, .message = tjGetErrorStr2(handle.get())};
}

const unsigned char* Bytes(std::span<const std::byte> file) {
  return reinterpret_cast<const unsigned char*>(file.data());
}

Result<PictureHeader> ReadHeader(std::span<const std::byte> file) {
  const Handle handle(tjInitDecompress());
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colour_space = 0;
  if (tjDecompressHeader3(handle.get(), Bytes(file), file.size(), &width, &height, &subsampling,
                          &colour_space) != 0) {
    return Failed(handle);
  }
  if (colour_space == TJCS_CMYK || colour_space == TJCS_YCCK) {
    return Error{.code = ErrorCode::kInput,
                 .message = "four colours (CMYK) are not read",
                 .hint = "convert it to PNG"};
  }
  return PictureHeader{width, height, colour_space == TJCS_GRAY};
}

// What the library only warns of, such as an early end, is damage too.
Status Decode(std::span<const std::byte> file, const PictureHeader& header, int channels,
              std::span<std::byte> pixels) {
  const Handle handle(tjInitDecompress());
  const int failed = tjDecompress2(
      handle.get(), Bytes(file), file.size(), reinterpret_cast<unsigned char*>(pixels.data()),
      header.width, 0, header.height, channels == 1 ? TJPF_GRAY : TJPF_RGB, TJFLAG_ACCURATEDCT);
  return failed != 0 ? Status(Failed(handle)) : OkStatus();
}

}  // namespace

const PictureFormat kJpegFormat = {"JPEG", "\xff\xd8\xff", &ReadHeader, &Decode};

}  // namespace quantgate
