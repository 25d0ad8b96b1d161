// From a sample of a dataset to the bytes of a model's input, by the one real-valued description
// that serves float and quantized models alike:
//
//   real = (raw - mean) / std          code = clamp(round(real / scale) + zero_point)
#pragma once

#include <string_view>

#include "harness/execution/sample_reader.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

enum class FeedMode {
  kQuantize,  // as above: what the model's input contract asks for
  kCast,      // code = (integer) real: the classic mistake, to show what it costs
  kRaw,       // code = (integer) raw: stored values as codes, whatever scale and zero point say
  kTruncate,  // code = (integer) (real / scale + zero_point): not rounded
};
// "quantize", "cast", "raw", "truncate".
std::string_view FeedModeName(FeedMode mode);
const FeedMode* FindFeedMode(std::string_view name);

class InputFeed {
 public:
  // Fails when the model has not exactly one input, or one whose shape or type does not take a
  // sample of the dataset, or tensors whose shapes are not known (SettlePlan finds them).
  static Result<InputFeed> Make(const Plan& plan, const Dataset& dataset,
                                const Preprocessing& preprocessing, FeedMode mode);

  // The same for someone who relies on no shape but the input's.
  static Result<InputFeed> MakeForRun(const Plan& plan, const Dataset& dataset,
                                      const Preprocessing& preprocessing, FeedMode mode);

  // Fills `input`, the bytes of the model's input, with sample `index`.
  void Fill(int64_t index, std::span<std::byte> input);
  // The stored and the real values of the sample filled last.
  [[nodiscard]] std::span<const float> raws() const { return reader_.raws(); }
  [[nodiscard]] std::span<const float> reals() const { return reader_.reals(); }

  // Fills `input` with what someone else has read of the same dataset.
  void Write(const SampleReader& sample, std::span<std::byte> input) const;

 private:
  InputFeed(SampleReader reader, FeedMode mode, DType dtype, QuantParams quant);
  SampleReader reader_;
  FeedMode mode_;
  DType dtype_;
  QuantParams quant_;
};

}  // namespace quantgate
