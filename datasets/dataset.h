// An ordered source of labelled samples. Reading is random access and const, so that workers may
// share one dataset; what a sample's stored values mean as real numbers is told by Preprocessing,
// which belongs to the dataset's description and serves float and quantized variants alike.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reference/core/result.h"
#include "reference/core/shape.h"

namespace quantgate {

// That of one part of the samples (SamplePart::name).
struct PartPreprocessing {
  std::string name;
  std::vector<double> mean = {0.0};
  std::vector<double> std = {1.0};
};

// real = (raw - mean) / std, channel by channel. One entry serves all channels.
struct Preprocessing {
  std::vector<double> mean = {0.0};
  std::vector<double> std = {1.0};  // no zeros
  // Parts that have their own, by name.
  std::vector<PartPreprocessing> parts = {};

  // "real = (raw - 0) / 255", and behind it "; picture: (raw - 127.5) / 127.5" for each part.
  [[nodiscard]] std::string ToString() const;
  // What holds for a part, without `parts`; what follows is about such a one.
  [[nodiscard]] Preprocessing Of(const std::string& part) const;
  // Whether every raw value is its real value.
  [[nodiscard]] bool identity() const;
  // Whether there is one value for all channels, or one for each.
  [[nodiscard]] bool Fits(int channels) const;
  // Maps `raws` [.., channels] to as many `reals`; computes in double, rounds once to float. Fits.
  void Apply(std::span<const float> raws, int channels, std::span<float> reals) const;
};

// What of a sample one input of a model takes.
struct SamplePart {
  std::string name;  // of the input; empty: the inputs are taken in their order
  Shape shape;       // without a batch axis
  // The last axis; 1 for a single value.
  [[nodiscard]] int channels() const { return shape.rank() > 0 ? shape.last_dim() : 1; }
};

class Dataset {
 public:
  virtual ~Dataset() = default;

  [[nodiscard]] virtual int64_t size() const = 0;
  // Of one sample, without a batch axis: [height, width, channels] for pictures; [values] for
  // samples of several parts.
  [[nodiscard]] virtual const Shape& sample_shape() const = 0;
  // What a sample consists of, its values one part after the other.
  [[nodiscard]] virtual std::vector<SamplePart> parts() const { return {{"", sample_shape()}}; }
  // Class of sample `index`, or -1 when the dataset has no labels.
  [[nodiscard]] virtual int label(int64_t index) const = 0;
  // Of all samples.
  [[nodiscard]] std::vector<int> labels() const {
    std::vector<int> all;
    for (int64_t i = 0; i < size(); ++i) all.push_back(label(i));
    return all;
  }
  // Of class 0, 1, ...; empty where the files do not name them.
  [[nodiscard]] virtual std::vector<std::string> class_names() const { return {}; }
  // The stored values of sample `index`, unchanged; `out` has sample_shape().num_elements().
  // kInput, naming the file, where they are still to be read and cannot be.
  [[nodiscard]] virtual Status ReadRaw(int64_t index, std::span<float> out) const = 0;
  // Changes with any stored value or label of samples [0, size()): the SHA-256 of the text
  // "<SHA-256 of the values> <SHA-256 of the labels as int32>". Reads everything; kInput as above.
  [[nodiscard]] virtual Result<std::string> ContentHash() const = 0;
  // Name of the reader that made it, as in the table: "idx", ...
  [[nodiscard]] virtual std::string_view kind() const = 0;
};

}  // namespace quantgate
