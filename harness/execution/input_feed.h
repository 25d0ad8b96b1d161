// From a sample of a dataset to the bytes of a model's inputs, by the one real-valued description
// that serves float and quantized models alike:
//
//   real = (raw - mean) / std          code = clamp(round(real / scale) + zero_point)
//
// Integers that are no codes (indices, int32, int64, bool, types without a scale) are fed the
// stored values. A model of several inputs is fed samples of several parts.
#pragma once

#include <string_view>
#include <vector>

#include "harness/execution/input_slots.h"
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
  // Fails when the model's inputs and the parts of a sample are not equally many, a part's name is
  // that of no input, an input's shape or type does not take its part, or there are tensors whose
  // shapes are not known (SettlePlan finds them).
  static Result<InputFeed> Make(const Plan& plan, const Dataset& dataset,
                                const Preprocessing& preprocessing, FeedMode mode);

  // The same for someone who relies on no shape but the inputs'.
  static Result<InputFeed> MakeForRun(const Plan& plan, const Dataset& dataset,
                                      const Preprocessing& preprocessing, FeedMode mode);

  // Fills the inputs of `runner` (an Interpreter, say) with sample `index`. kInput where the
  // dataset cannot read it.
  template <class Runner>
  [[nodiscard]] Status Fill(int64_t index, Runner& runner) {
    QG_RETURN_IF_ERROR(reader_.Read(index));
    Write(reader_, runner);
    return OkStatus();
  }
  // The stored and the real values of the sample filled last.
  [[nodiscard]] std::span<const float> raws() const { return reader_.raws(); }
  [[nodiscard]] std::span<const float> reals() const { return reader_.reals(); }

  // Fills the inputs with what someone else has read of the same dataset.
  template <class Runner>
  void Write(const SampleReader& sample, Runner& runner) const {
    for (size_t i = 0; i < slots_.size(); ++i) WriteInput(sample, slots_[i], runner.input(i));
  }

 private:
  InputFeed(SampleReader reader, FeedMode mode, std::vector<InputSlot> slots)
      : reader_(std::move(reader)), mode_(mode), slots_(std::move(slots)) {}
  void WriteInput(const SampleReader& sample, const InputSlot& slot,
                  std::span<std::byte> input) const;

  SampleReader reader_;
  FeedMode mode_;
  std::vector<InputSlot> slots_;  // of the model's inputs, in their order
};

}  // namespace quantgate
