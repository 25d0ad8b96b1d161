#include "harness/quantization/range_refinement.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "harness/execution/chunks.h"
#include "harness/execution/input_feed.h"
#include "harness/quantization/activation_params.h"
#include "harness/quantization/range_to_params.h"
#include "reference/interpreter/interpreter.h"
#include "reference/numeric/affine.h"
#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

std::span<const float> Floats(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

// Both ends in sixteenths of what calibration says.
struct Shrink {
  int low = 16;
  int high = 16;
};
constexpr int kNarrowest = 4;

// A tensor, and the part of the graph that its codes act on.
struct Probe {
  int tensor = -1;
  double low = 0;
  double high = 0;
  std::shared_ptr<const Plan> plan;  // its inputs: `tensor` and whatever else is read
  std::vector<int> outputs;          // tensors of the whole graph, as in the plan's outputs
  Shrink best;
  [[nodiscard]] QuantParams Params(Shrink shrink, DType dtype) const {
    return ActivationRangeParams(low * shrink.low / 16, high * shrink.high / 16, dtype);
  }
};

bool Moves(const OpNode& op) {
  const OpSpec* spec = FindOpSpec(op.code);
  return spec != nullptr && spec->same_scale;
}

bool HasFixedOutput(const OpNode& op) {
  return FixedOutputOf(op.code, DType::kInt8, DType::kInt8).has_value();
}

class ProbeMaker {
 public:
  ProbeMaker(const Plan& plan, const Ranges& ranges)
      : plan_(plan), model_(plan.model()), graph_(model_.main()), ranges_(ranges) {}

  // Skipped tensors are named in `skipped`.
  std::vector<Probe> Run(std::vector<std::string>& skipped) {
    std::set<int> made_by_moves;
    for (const OpNode& op : graph_.ops) {
      if (Moves(op) || HasFixedOutput(op))
        made_by_moves.insert(op.outputs.begin(), op.outputs.end());
    }
    std::vector<Probe> probes;
    for (const TensorRange& range : ranges_.tensors) {
      if (made_by_moves.contains(range.tensor) || !IsPlainFloat(range.tensor)) continue;
      Probe probe;
      probe.tensor = range.tensor;
      probe.low = std::min(range.min, 0.0);
      probe.high = std::max(range.max, 0.0);
      const std::string why = Complete(probe);
      if (why.empty()) {
        probes.push_back(std::move(probe));
      } else {
        skipped.push_back(range.name + ": " + why);
      }
    }
    return probes;
  }

 private:
  [[nodiscard]] bool IsPlainFloat(int tensor) const {
    const TensorInfo& info = graph_.tensors[At(tensor)];
    return info.dtype == DType::kFloat32 && !info.is_variable && model_.Constant(info).empty();
  }

  // Finds what reads the tensor; says why that is nothing to measure, if so.
  std::string Complete(Probe& probe) {
    std::set<int> moved = {probe.tensor};  // tensors that hold the same values
    // Outputs of SOFTMAX and the like: they hide what clipping does to the order of large logits.
    std::set<int> squashed;
    std::set<int> inputs = {probe.tensor};
    Model part = model_;
    part.signatures.clear();
    Subgraph& rest = part.subgraphs[0];
    rest.ops.clear();
    for (const OpNode& op : graph_.ops) {
      const bool reads = std::any_of(op.inputs.begin(), op.inputs.end(),
                                     [&](int input) { return moved.contains(input); });
      if (!reads) continue;
      for (const int input : op.inputs) {
        if (input < 0 || moved.contains(input)) continue;
        const TensorInfo& info = graph_.tensors[At(input)];
        if (info.is_variable) return "its reader has a memory";
        if (model_.Constant(info).empty()) inputs.insert(input);
      }
      if (Moves(op)) {
        moved.insert(op.outputs.begin(), op.outputs.end());
      } else if (IsPlainFloat(op.outputs[0])) {
        probe.outputs.push_back(op.outputs[0]);
        if (HasFixedOutput(op)) squashed.insert(op.outputs[0]);
      }
      rest.ops.push_back(op);
    }
    if (probe.outputs.empty()) return "no operator computes with it";
    for (const int output : graph_.outputs) {
      if (moved.contains(output)) return "it is an answer of the graph";
      if (squashed.contains(output)) return "an answer of the graph is nothing but it, squashed";
    }
    rest.inputs.assign(inputs.begin(), inputs.end());
    rest.outputs = probe.outputs;
    for (const int input : inputs) rest.tensors[At(input)].shape = plan_.shape(input);
    auto plan = Plan::Make(std::make_shared<const Model>(std::move(part)));
    if (!plan.ok()) return plan.error().message;
    probe.plan = std::move(*plan);
    return {};
  }

  const Plan& plan_;
  const Model& model_;
  const Subgraph& graph_;
  const Ranges& ranges_;
};

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
  Worker(const std::shared_ptr<const Plan>& plan, InputFeed feed, const std::vector<Probe>& probes,
         const Candidates& candidates, const std::set<int>& wanted, DType dtype)
      : whole_(plan),
        feed_(std::move(feed)),
        probes_(probes),
        candidates_(candidates),
        wanted_(wanted),
        dtype_(dtype) {
    for (const Probe& probe : probes) parts_.emplace_back(probe.plan);
  }

  Partial Process(const Chunk& chunk) override {
    Partial sums(probes_.size());
    for (int64_t i = chunk.first; i < chunk.last; ++i) {
      feed_.Fill(i, whole_.input(0));
      whole_.ResetState();
      Recorder recorder(wanted_);
      whole_.Run(&recorder);
      for (size_t p = 0; p < probes_.size(); ++p) Measure(p, recorder, sums[p]);
    }
    return sums;
  }

 private:
  void Measure(size_t p, const Recorder& recorder, Sums& sums) {
    const Probe& probe = probes_[p];
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
      part.Run();
      for (size_t o = 0; o < probe.outputs.size(); ++o) {
        sums.error[c][o] +=
            SquaredError(Floats(recorder.Of(probe.outputs[o])), Floats(part.output(o)));
      }
    }
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
  const std::vector<Probe>& probes_;
  const Candidates& candidates_;
  const std::set<int>& wanted_;
  DType dtype_;
  std::vector<Interpreter> parts_;
};

class Refiner {
 public:
  Refiner(std::shared_ptr<const Plan> plan, std::vector<Probe> probes, DType dtype,
          const CorrectionData& data)
      : plan_(std::move(plan)), probes_(std::move(probes)), dtype_(dtype), data_(data) {
    for (const Probe& probe : probes_) {
      wanted_.insert(probe.outputs.begin(), probe.outputs.end());
      const auto& inputs = probe.plan->subgraph().inputs;
      wanted_.insert(inputs.begin(), inputs.end());
    }
  }

  Result<std::vector<Probe>> Run() {
    QG_RETURN_IF_ERROR(Try([](const Probe& probe) {
      std::vector<Shrink> tried;
      for (int high = 16; high >= kNarrowest && (high == 16 || probe.high > 0); high -= 2) {
        tried.push_back({probe.best.low, high});
      }
      return tried;
    }));
    QG_RETURN_IF_ERROR(Try([](const Probe& probe) {
      std::vector<Shrink> tried;
      for (int low = 16; low >= kNarrowest && (low == 16 || probe.low < 0); low -= 2) {
        tried.push_back({low, probe.best.high});
      }
      return tried;
    }));
    QG_RETURN_IF_ERROR(Try([](const Probe& probe) {
      std::vector<Shrink> tried;
      for (int low = 1; low >= -1; --low) {
        for (int high = 1; high >= -1; --high) {
          const Shrink near{probe.best.low + low, probe.best.high + high};
          if (std::max(near.low, near.high) <= 16) tried.push_back(near);
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
    for (const Probe& probe : probes_) candidates.push_back(choose(probe));
    QG_ASSIGN_OR_RETURN(
        const InputFeed feed,
        InputFeed::Make(*plan_, *data_.dataset, data_.preprocessing, FeedMode::kQuantize));
    Partial total(probes_.size());
    ProcessChunks<Partial>(
        std::min(kRefinementSamples, data_.dataset->size()), data_.threads,
        [&] { return std::make_unique<Worker>(plan_, feed, probes_, candidates, wanted_, dtype_); },
        [&](const Chunk&, Partial&& part) {
          for (size_t p = 0; p < total.size(); ++p) Merge(total[p], part[p]);
        });
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
  std::vector<Probe> probes_;
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
  std::vector<Probe> probes = ProbeMaker(*plan, ranges).Run(refined.skipped);
  refined.looked_at = static_cast<int>(probes.size());
  QG_ASSIGN_OR_RETURN(probes, Refiner(plan, std::move(probes), activation, data).Run());
  std::map<int, DefaultRange> made;
  for (const Probe& probe : probes) {
    refined.narrowed += probe.best.low < 16 || probe.best.high < 16 ? 1 : 0;
    made[probe.tensor] = {probe.low * probe.best.low / 16, probe.high * probe.best.high / 16};
  }
  for (const OpNode& op : model->main().ops) {
    if (Moves(op)) PassOn(*model, op, made);
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
