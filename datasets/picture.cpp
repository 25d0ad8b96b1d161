#include "datasets/picture.h"

#include <array>

namespace quantgate {
namespace {

Error BadPicture(const std::string& path, std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::kInput,
               .message = std::move(message),
               .file = path,
               .hint = std::move(hint)};
}

Result<const PictureFormat*> FormatOf(std::span<const std::byte> file, const std::string& path) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  for (const PictureFormat* format : {&kPngFormat, &kJpegFormat}) {
    if (text.starts_with(format->magic)) return format;
  }
  return BadPicture(path, "neither PNG nor JPEG", "convert it to PNG");
}

Error In(const std::string& path, const PictureFormat& format, const Error& error) {
  return BadPicture(path, std::string(format.name) + ": " + error.message, error.hint);
}

}  // namespace

Result<PictureHeader> ReadPictureHeader(std::span<const std::byte> file, const std::string& path) {
  QG_ASSIGN_OR_RETURN(const PictureFormat* format, FormatOf(file, path));
  const auto header = format->read_header(file);
  if (!header.ok()) return In(path, *format, header.error());
  const int64_t pixels = int64_t{header->width} * header->height;
  if (header->width < 1 || header->height < 1 || pixels > kMostPixels) {
    return BadPicture(path, std::to_string(header->width) + " x " + std::to_string(header->height) +
                                " pixels are not read");
  }
  return *header;
}

Status DecodePicture(std::span<const std::byte> file, const std::string& path, int channels,
                     std::span<std::byte> pixels) {
  QG_ASSIGN_OR_RETURN(const PictureHeader header, ReadPictureHeader(file, path));
  const int64_t values = int64_t{header.width} * header.height * channels;
  if (values != static_cast<int64_t>(pixels.size()) || (channels == 1 && !header.gray)) {
    return BadPicture(path, "not the picture it was a moment ago");
  }
  QG_ASSIGN_OR_RETURN(const PictureFormat* format, FormatOf(file, path));
  const Status status = format->decode(file, header, channels, pixels);
  return status.ok() ? OkStatus() : Status(In(path, *format, status.error()));
}

}  // namespace quantgate
