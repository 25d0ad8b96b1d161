// Collects what a report draws of a tensor: its values and the reference's in one histogram, and
// extremes by channel. On evenly spaced samples, so many that about 260,000 values of a
// tensor are counted, and at least 32 samples, of which large tensors show one part after the other
// until about 2 million values are counted: the cost does not grow with the dataset, nor beyond
// that with the tensor.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/comparison/grid_histogram.h"
#include "harness/comparison/layer_errors.h"

namespace quantgate {

// Of one matched tensor. Parts of different samples merge to the same, in whatever order.
struct TensorDetails {
  GridHistogram reference;
  GridHistogram variant;
  std::vector<float> channel_min;  // of the reference, by channel of its last axis
  std::vector<float> channel_max;
  int64_t samples = 0;
};

using TensorDetailStats = std::vector<TensorDetails>;  // one a match, in Matching's order

TensorDetailStats MakeTensorDetails(const Plan& reference, const Plan& variant,
                                    const Matching& matching);
void MergeTensorDetails(TensorDetailStats& into, const TensorDetailStats& part);

// What is looked at of a tensor: every `stride`-th sample, and of those in turn one of as many
// `parts`, which are runs of rows (last axes).
struct DetailChoice {
  int64_t stride = 1;
  int64_t parts = 1;
  friend bool operator==(const DetailChoice&, const DetailChoice&) = default;
};
// For a tensor of `elements` when there are `samples`.
DetailChoice ChooseDetails(int64_t elements, int64_t samples);

// Watches the variant while `record` holds the same sample's reference values.
class TensorDetailObserver : public Observer {
 public:
  // For a dataset of `samples`.
  TensorDetailObserver(const Plan& reference, const Plan& variant, const Matching& matching,
                       int64_t samples);
  // Said before each run; `record` holds the sample.
  void StartSample(int64_t sample, const ReferenceRecord& record) {
    sample_ = sample;
    record_ = &record;
  }
  void OnTensor(int op_index, const TensorView& tensor) override;
  // What was seen since the last call.
  TensorDetailStats TakeStats();

 private:
  struct Run {
    size_t first = 0;
    size_t count = 0;
  };
  // The elements of this sample that are looked at, of rows with `columns` each.
  [[nodiscard]] Run RunOf(const DetailChoice& choice, size_t elements, size_t columns) const;

  const Plan& reference_;
  const Plan& variant_;
  const Matching& matching_;
  const ReferenceRecord* record_ = nullptr;
  std::vector<int> match_of_tensor_;   // -1: not matched
  std::vector<DetailChoice> choices_;  // by match
  std::vector<float> reals_;
  // By match: how often each byte of an 8-bit code was seen since the last call of TakeStats.
  std::vector<std::array<int64_t, 256>> codes_;
  int64_t sample_ = 0;
  TensorDetailStats stats_;
};

// sum p ln(p / q) over the bins, in nats, p and q the shares of reference and variant with half a
// count added to each bin, so that an empty bin of one side alone is no infinity. None without
// counts.
std::optional<double> KlDivergence(const TensorHistogram& histogram);

// Fills the details of FinishLayerErrors' rows, and the ranges of the weights behind them.
void FinishTensorDetails(const Plan& reference, const Plan& variant, const Matching& matching,
                         const TensorDetailStats& stats, std::vector<TensorError>& rows);

}  // namespace quantgate
