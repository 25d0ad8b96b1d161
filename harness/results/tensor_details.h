// What a tensor looks like, summarised for a picture: plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quantgate {

// How often values of the reference and of the variant fall into the same bins. Bin i holds
// [low + i bin_width, low + (i + 1) bin_width); a bin is a whole number of codes where the variant
// has codes, its edges half way between two of them. Values that are not finite are left out.
struct TensorHistogram {
  int64_t samples = 0;  // counted: evenly spaced ones of the dataset
  double low = 0;
  double bin_width = 0;
  std::vector<int64_t> reference;  // exact counts
  std::vector<int64_t> variant;    // as many
};

// Extremes by channel. Where a tensor has many channels, entry i stands for `group` adjacent ones,
// the last entry for what is left.
struct ChannelRanges {
  std::string tensor;  // whose: of activations the reference's name, of weights the variant's
  int64_t channels = 0;
  int64_t group = 1;
  std::vector<double> min;
  std::vector<double> max;
  std::vector<double> scale;  // the largest of the group; empty with one scale for all channels
};

}  // namespace quantgate
