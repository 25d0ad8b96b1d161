#include "harness/quantization/range_refinement.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "harness/execution/chunks.h"
#include "harness/execution/first_failure.h"
#include "harness/execution/input_feed.h"
#include "harness/quantization/activation_params.h"
#include "harness/quantization/range_probe.h"
#include "reference/interpreter/interpreter.h"
#include "reference/numeric/affine.h"
#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

std::span<const float> Floats(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

// Keeps the values of one sample.
class Recorder : public Observer {
 public:
  explicit Recorder(const std::set<int>& wanted) : wanted_(wanted) {}
  void OnTensor(int /*op_index*/, const TensorView& tensor) override {
    if (wanted_.contains(tensor.index)) {
      values_[tensor.index].assign(tensor.data.begin(), tensor.data.end());
    }
  }
  [[nodiscard]] const std::vector<std::byte>& Of(int tensor) const { return values_.at(tensor); }

 private:
  const std::set<int>& wanted_;
  std::map<int, std::vector<std::byte>> values_;
};

// By probe: of each of its outputs the sum of squares, and the sum of squared errors by candidate.
struct Sums {
  std::vector<double> power;
  std::vector<std::vector<double>> error;  // [candidate][output]
};
using Partial = std::vector<Sums>;
using Candidates = std::vector<std::vector<Shrink>>;  // by probe

class Worker : public ChunkWorker<Partial> {
 public:
  Worker(const std::shared_ptr<const Plan>& plan, InputFeed feed,
         const std::vector<RangeProbe>& probes, const Candidates& candidates,
         const std::set<int>& wanted, DType dtype, FirstFailure& failure)
      : whole_(plan),
        feed_(std::move(feed)),
        probes_(probes),
        candidates_(candidates),
        wanted_(wanted),
        dtype_(dtype),
        failure_(failure) {
    for (const RangeProbe& probe : probes) parts_.emplace_back(probe.plan);
  }

  Partial Process(const Chunk& chunk) override {
    Partial sums(probes_.size());
    for (int64_t i = chunk.first; i < chunk.last; ++i) {
      if (!failure_.Passed(i, Sample(i, sums))) break;
    }
    return sums;
  }

 private:
  Status Sample(int64_t sample, Partial& sums) {
    QG_RETURN_IF_ERROR(feed_.Fill(sample, whole_));
    whole_.ResetState();
    Recorder recorder(wanted_);
    QG_RETURN_IF_ERROR(whole_.Run(&recorder));
    for (size_t p = 0; p < probes_.size(); ++p) {
      QG_RETURN_IF_ERROR(Measure(p, recorder, sums[p]));
    }
    return OkStatus();
  }

  Status Measure(size_t p, const Recorder& recorder, Sums& sums) {
    const RangeProbe& probe = probes_[p];
    Interpreter& part = parts_[p];
    const std::vector<int>& inputs = probe.plan->subgraph().inputs;
    std::span<std::byte> codes;
    for (size_t k = 0; k < inputs.size(); ++k) {
      if (inputs[k] == probe.tensor) codes = part.input(k);
      const auto& value = recorder.Of(inputs[k]);
      std::copy(value.begin(), value.end(), part.input(k).begin());
    }
    sums.power.resize(probe.outputs.size());
    sums.error.resize(candidates_[p].size(), std::vector<double>(probe.outputs.size()));
    for (size_t o = 0; o < probe.outputs.size(); ++o) {
      for (const float value : Floats(recorder.Of(probe.outputs[o]))) {
        sums.power[o] += static_cast<double>(value) * static_cast<double>(value);
      }
    }
    const auto reals = Floats(recorder.Of(probe.tensor));
    for (size_t c = 0; c < candidates_[p].size(); ++c) {
      Round(reals, probe.Params(candidates_[p][c], dtype_), codes);
      QG_RETURN_IF_ERROR(part.Run());
      for (size_t o = 0; o < probe.outputs.size(); ++o) {
        sums.error[c][o] +=
            SquaredError(Floats(recorder.Of(probe.outputs[o])), Floats(part.output(o)));
      }
    }
    return OkStatus();
  }

  void Round(std::span<const float> reals, const QuantParams& quant, std::span<std::byte> rounded) {
    const float scale = quant.scale();
    const int32_t zero_point = quant.zero_point();
    const CodeRange range = CodeRangeOf(dtype_);
    for (size_t i = 0; i < reals.size(); ++i) {
      const float value =
          Dequantize(Quantize(reals[i], scale, zero_point, range), scale, zero_point);
      std::memcpy(rounded.data() + i * sizeof(float), &value, sizeof(float));
    }
  }

  static double SquaredError(std::span<const float> want, std::span<const float> got) {
    double sum = 0;
    for (size_t i = 0; i < want.size(); ++i) {
      const double error = static_cast<double>(got[i]) - static_cast<double>(want[i]);
      sum += error * error;
    }
    return sum;
  }

  Interpreter whole_;
  InputFeed feed_;
  const std::vector<RangeProbe>& probes_;
  const Candidates& candidates_;
  const std::set<int>& wanted_;
  DType dtype_;
  FirstFailure& failure_;
  std::vector<Interpreter> parts_;
};

class Refiner {
 public:
  Refiner(std::shared_ptr<const Plan> plan, std::vector<RangeProbe> probes, DType dtype,
          const CorrectionData& data)
      : plan_(std::move(plan)), probes_(std::move(probes)), dtype_(dtype), data_(data) {
    for (const RangeProbe& probe : probes_) {
      wanted_.insert(probe.outputs.begin(), probe.outputs.end());
      const auto& inputs = probe.plan->subgraph().inputs;
      wanted_.insert(inputs.begin(), inputs.end());
    }
  }

  Result<std::vector<RangeProbe>> Run() {
    QG_RETURN_IF_ERROR(Try([](const RangeProbe& probe) {
      std::vector<Shrink> tried;
      for (int high = 16; high >= kNarrowest && (high == 16 || probe.high > 0); high -= 2) {
        tried.push_back({probe.best.low, high});
      }
      return tried;
    }));
    QG_RETURN_IF_ERROR(Try([](const RangeProbe& probe) {
      std::vector<Shrink> tried;
      for (int low = 16; low >= kNarrowest && (low == 16 || probe.low < 0); low -= 2) {
        tried.push_back({low, probe.best.high});
      }
      return tried;
    }));
    QG_RETURN_IF_ERROR(Try([](const RangeProbe& probe) {
      std::vector<Shrink> tried;
      for (int low = 1; low >= -1; --low) {
        for (int high = 1; high >= -1; --high) {
          const Shrink near{probe.best.low + low, probe.best.high + high};
          const bool allowed =
              std::max(near.low, near.high) <= 16 && std::min(near.low, near.high) >= kNarrowest;
          if (allowed) tried.push_back(near);
        }
      }
      return tried;
    }));
    return std::move(probes_);
  }

 private:
  template <class Choose>
  Status Try(const Choose& choose) {
    Candidates candidates;
    for (const RangeProbe& probe : probes_) candidates.push_back(choose(probe));
    QG_ASSIGN_OR_RETURN(
        const InputFeed feed,
        InputFeed::Make(*plan_, *data_.dataset, data_.preprocessing, FeedMode::kQuantize));
    FirstFailure failure;
    Partial total(probes_.size());
    ProcessChunks<Partial>(
        std::min(kRefinementSamples, data_.dataset->size()), data_.threads,
        [&] {
          return std::make_unique<Worker>(plan_, feed, probes_, candidates, wanted_, dtype_,
                                          failure);
        },
        [&](const Chunk&, Partial&& part) {
          for (size_t p = 0; p < total.size(); ++p) Merge(total[p], part[p]);
        });
    QG_RETURN_IF_ERROR(failure.status());
    for (size_t p = 0; p < probes_.size(); ++p) {
      probes_[p].best = candidates[p][Best(total[p])];
    }
    return OkStatus();
  }

  static void Merge(Sums& into, const Sums& part) {
    if (into.error.empty()) {
      into = part;
      return;
    }
    for (size_t o = 0; o < part.power.size(); ++o) {
      into.power[o] += part.power[o];
      for (size_t c = 0; c < part.error.size(); ++c) into.error[c][o] += part.error[c][o];
    }
  }

  static size_t Best(const Sums& sums) {
    size_t best = 0;
    double least = 0;
    for (size_t c = 0; c < sums.error.size(); ++c) {
      double cost = 0;
      for (size_t o = 0; o < sums.power.size(); ++o) {
        if (sums.power[o] > 0) cost += sums.error[c][o] / sums.power[o];
      }
      if (c == 0 || cost < least) {
        best = c;
        least = cost;
      }
    }
    return best;
  }

  std::shared_ptr<const Plan> plan_;
  std::vector<RangeProbe> probes_;
  DType dtype_;
  const CorrectionData& data_;
  std::set<int> wanted_;
};

// What an operator moves has the union of its inputs' ranges, once all of them are known.
void PassOn(const Model& model, const OpNode& op, std::map<int, DefaultRange>& made) {
  DefaultRange all;
  const OpSpec& spec = *FindOpSpec(op.code);
  for (size_t k = 0; k < op.inputs.size(); ++k) {
    if (op.inputs[k] < 0 || !InMask(spec.data, k)) continue;
    if (!model.Constant(model.main().tensors[At(op.inputs[k])]).empty()) continue;
    const auto found = made.find(op.inputs[k]);
    if (found == made.end()) return;
    all.min = std::min(all.min, found->second.min);
    all.max = std::max(all.max, found->second.max);
  }
  for (const int output : op.outputs) made[output] = all;
}

}  // namespace

Result<RangeRefinement> RefineRanges(const std::shared_ptr<const Model>& model,
                                     const Ranges& ranges, DType activation,
                                     const CorrectionData& data) {
  RangeRefinement refined;
  refined.ranges = ranges;
  QG_ASSIGN_OR_RETURN(const auto plan, Plan::Make(model));
  std::vector<RangeProbe> probes = MakeRangeProbes(*plan, ranges, refined.skipped);
  refined.looked_at = static_cast<int>(probes.size());
  QG_ASSIGN_OR_RETURN(probes, Refiner(plan, std::move(probes), activation, data).Run());
  std::map<int, DefaultRange> made;
  for (const RangeProbe& probe : probes) {
    refined.narrowed += probe.best.low < 16 || probe.best.high < 16 ? 1 : 0;
    made[probe.tensor] = {probe.low * probe.best.low / 16, probe.high * probe.best.high / 16};
  }
  for (const OpNode& op : model->main().ops) {
    if (MovesValues(op)) PassOn(*model, op, made);
  }
  for (TensorRange& range : refined.ranges.tensors) {
    const auto found = made.find(range.tensor);
    if (found == made.end()) continue;
    range.min = std::max(range.min, found->second.min);
    range.max = std::min(range.max, found->second.max);
  }
  return refined;
}

}  // namespace quantgate
