// Pixels of picture files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "reference/core/result.h"

namespace quantgate {

struct PictureHeader {
  int32_t width = 0;
  int32_t height = 0;
  bool gray = false;  // the file holds no colours
};

// One row a file format.
struct PictureFormat {
  std::string_view name;
  std::string_view magic;  // what its files begin with
  // Errors are messages: the callers below add the file.
  Result<PictureHeader> (*read_header)(std::span<const std::byte> file);
  // 8-bit pixels [height, width, channels], `channels` being 3 (red, green, blue; a gray picture
  // has three equal ones), or 1 for a gray picture.
  Status (*decode)(std::span<const std::byte> file, const PictureHeader& header, int channels,
                   std::span<std::byte> pixels);
};

// kInput, naming `path`: no known format, damaged, larger than kMostPixels, or no picture that
// fills `pixels`.
inline constexpr int64_t kMostPixels = int64_t{1} << 26;
Result<PictureHeader> ReadPictureHeader(std::span<const std::byte> file, const std::string& path);
Status DecodePicture(std::span<const std::byte> file, const std::string& path, int channels,
                     std::span<std::byte> pixels);

// The rows. PNG of 8 bits and fewer, transparency left out (libspng). JPEG with the accurate
// integer transform and smooth chroma upsampling, the defaults of libjpeg-turbo.
extern const PictureFormat kPngFormat;   // png_picture.cpp
extern const PictureFormat kJpegFormat;  // jpeg_picture.cpp

}  // namespace quantgate
