// Encoded pictures, by the libraries' own encoders.
#pragma once

#include <string>
#include <vector>

namespace quantgate {

using Pixels = std::vector<unsigned char>;  // [height, width, channels]; 1 or 3 channels

std::string Png(int width, int height, int channels, const Pixels& pixels);
// Colours are not subsampled; `quality` from 1 to 100.
std::string Jpeg(int width, int height, int channels, const Pixels& pixels, int quality = 100);

}  // namespace quantgate
