#include "tests/support/picture_files.h"

#include <spng.h>
#include <turbojpeg.h>

#include <cstdlib>

#include "reference/core/check.h"

namespace quantgate {

std::string Png(int width, int height, int channels, const Pixels& pixels) {
  spng_ctx* context = spng_ctx_new(SPNG_CTX_ENCODER);
  spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header{};
  header.width = static_cast<uint32_t>(width);
  header.height = static_cast<uint32_t>(height);
  header.bit_depth = 8;
  header.color_type = channels == 1 ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_TRUECOLOR;
  spng_set_ihdr(context, &header);
  QG_CHECK(spng_encode_image(context, pixels.data(), pixels.size(), SPNG_FMT_PNG,
                             SPNG_ENCODE_FINALIZE) == 0);
  size_t size = 0;
  int error = 0;
  void* bytes = spng_get_png_buffer(context, &size, &error);
  std::string file(static_cast<char*>(bytes), size);
  free(bytes);
  spng_ctx_free(context);
  return file;
}

std::string Jpeg(int width, int height, int channels, const Pixels& pixels, int quality) {
  const tjhandle handle = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  QG_CHECK(tjCompress2(handle, pixels.data(), width, 0, height,
                       channels == 1 ? TJPF_GRAY : TJPF_RGB, &bytes, &size,
                       channels == 1 ? TJSAMP_GRAY : TJSAMP_444, quality, 0) == 0);
  std::string file(reinterpret_cast<char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(handle);
  return file;
}

}  // namespace quantgate
