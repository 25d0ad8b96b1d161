#include <spng.h>

#include <cstring>
#include <memory>
#include <vector>

#include "datasets/picture.h"

namespace quantgate {
namespace {

struct Freed {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, Freed>;

Error Failed(int code) { return Error{.code = ErrorCode::kInput, .message = spng_strerror(code)}; }

// With limits on what a file may ask for, and the header read.
Result<Context> Open(std::span<const std::byte> file, spng_ihdr& header) {
  Context context(spng_ctx_new(0));
  if (context == nullptr) return Failed(SPNG_EMEM);
  constexpr uint32_t kMostSide = 1U << 20;
  constexpr size_t kMostChunkBytes = size_t{1} << 26;
  int code = spng_set_image_limits(context.get(), kMostSide, kMostSide);
  if (code == 0) code = spng_set_chunk_limits(context.get(), kMostChunkBytes, kMostChunkBytes);
  if (code == 0) code = spng_set_png_buffer(context.get(), file.data(), file.size());
  if (code == 0) code = spng_get_ihdr(context.get(), &header);
  if (code != 0) return Failed(code);
  if (header.bit_depth > 8) {
    return Error{.code = ErrorCode::kInput,
                 .message = "16 bits a channel are not read",
                 .hint = "store the samples as .npy"};
  }
  return context;
}

Result<PictureHeader> ReadHeader(std::span<const std::byte> file) {
  spng_ihdr header{};
  QG_ASSIGN_OR_RETURN(const Context context, Open(file, header));
  const bool gray = header.color_type == SPNG_COLOR_TYPE_GRAYSCALE ||
                    header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
  return PictureHeader{static_cast<int32_t>(header.width), static_cast<int32_t>(header.height),
                       gray};
}

Status Decode(std::span<const std::byte> file, const PictureHeader& /*header*/, int channels,
              std::span<std::byte> pixels) {
  spng_ihdr header{};
  QG_ASSIGN_OR_RETURN(const Context context, Open(file, header));
  std::vector<std::byte> colours(size_t{3} * header.width * header.height);
  const int code =
      spng_decode_image(context.get(), colours.data(), colours.size(), SPNG_FMT_RGB8, 0);
  if (code != 0) return Failed(code);
  const size_t step = channels == 1 ? 3 : 1;
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = colours[i * step];
  return OkStatus();
}

}  // namespace

const PictureFormat kPngFormat = {"PNG", "\x89PNG\r\n\x1a\n", &ReadHeader, &Decode};

}  // namespace quantgate
