// Defects planted one at a time: the operator they sit in must be ranked first and the cause named
// first. What is found is printed as a table.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "tests/faults/judge.h"
#include "tests/faults/plant.h"

namespace quantgate {
namespace {

struct Fault {
  std::string name;
  Suspect suspect;
  int op = -1;                      // -1: the data, its labels or the feed
  std::vector<std::string> causes;  // any of these
};

using Plant = void (*)(Model&, int);

struct PlantedWeights {
  const char* name;
  Plant plant;
  const char* cause;
};

constexpr PlantedWeights kWeightFaults[] = {
    {"one weight scale x 4", [](Model& m, int op) { ScaleChannel(m, op, 0, 4.0F); }, "QG034"},
    {"weight scales shifted by one bit", [](Model& m, int op) { ScaleAllChannels(m, op, 2.0F); },
     "QG034"},
    {"weight scales swapped", [](Model& m, int op) { SwapScales(m, op); }, "QG035"},
    {"weights transposed", [](Model& m, int op) { TransposeWeights(m, op); }, "QG036"},
    {"weight channels rotated", [](Model& m, int op) { RotateChannels(m, op); }, "QG036"},
    {"weight channel negated", [](Model& m, int op) { NegateChannel(m, op); }, "QG037"},
    {"weight channel zeroed", [](Model& m, int op) { ZeroChannel(m, op); }, "QG023"},
    {"weights of another model", [](Model& m, int op) { RandomizeWeights(m, op); }, "QG037"},
    {"bias times 30", [](Model& m, int op) { ScaleBias(m, op, 30.0); }, "QG024"},
    {"bias at the end of int32", [](Model& m, int op) { SaturateBias(m, op); }, "QG025"},
    {"bias in the wrong order", [](Model& m, int op) { ReverseBias(m, op); }, "QG024"},
};

bool Applies(const PlantedWeights& planted, const Model& model, int op) {
  const Subgraph& graph = model.main();
  const OpNode& node = graph.ops[static_cast<size_t>(op)];
  const TensorInfo& weights = graph.tensors[static_cast<size_t>(node.inputs[1])];
  const std::string name = planted.name;
  if (name == "weight scales swapped" || name == "one weight scale x 4") {
    return weights.quant.per_axis();
  }
  // Square kernels and matrices have another order; 1x1 kernels have not.
  if (name == "weights transposed" && weights.shape.rank() == 4) return weights.shape.dim(1) > 1;
  return true;
}

class Suite {
 public:
  void AddWeightFaults(const FaultNet& net) {
    const Model sound = Quantized(net);
    const std::vector<int> ops = WeightedOps(sound);
    size_t turn = 0;
    for (const PlantedWeights& planted : kWeightFaults) {
      // Every fault once or twice a net, at different layers.
      for (size_t k = 0; k < 2; ++k) {
        for (size_t tries = 0; tries < ops.size(); ++tries) {
          const int op = ops[turn++ % ops.size()];
          if (!Applies(planted, sound, op)) continue;
          Suspect suspect;
          suspect.model = sound;
          planted.plant(suspect.model, op);
          Add({planted.name, suspect, op, {planted.cause}}, net);
          break;
        }
      }
    }
    Suspect moved;
    moved.model = Quantized(net, "uint8");
    MoveWeightZeroPoint(moved.model, ops[1], 12);
    Add({"weight zero point off by 12", moved, ops[1], {"QG038"}}, net);
  }

  void AddRangeFaults(const FaultNet& net, const std::vector<int>& ops) {
    for (const int op : ops) {
      Add({"range clipped to a quarter",
           {"variant", WithRange(net, op, 0.25), {}, {}, {}},
           op,
           {"QG004"}},
          net);
      Add({"range 16 times too wide",
           {"variant", WithRange(net, op, 16), {}, {}, {}},
           op,
           {"QG020"}},
          net);
      Add({"zero point off by half the range",
           {"variant", WithRange(net, op, 1, 0.5), {}, {}, {}},
           op,
           {"QG022"}},
          net);
    }
  }

  void AddFeedFaults(const FaultNet& net) {
    const Model sound = Quantized(net);
    Add({"reals cast to codes", {"variant", sound, FeedMode::kCast, {}, {}}, -1, {"QG001"}}, net);
    Add({"raw values as codes", {"variant", sound, FeedMode::kRaw, {}, {}}, -1, {"QG001"}}, net);
    Add({"codes truncated",
         {"variant", Quantized(net, "uint8"), FeedMode::kTruncate, {}, {}},
         -1,
         {"QG015"}},
        net);
    Add({"not normalised",
         {"variant", sound, {}, {}, Preprocessing{{0.0}, {1.0}}},
         -1,
         {"QG013", "QG014"}},
        net);
    Add({"normalised twice",
         {"variant", sound, {}, {}, Preprocessing{{0.0}, {65025.0}}},
         -1,
         {"QG013", "QG014"}},
        net);
    Add({"mean and std of another model",
         {"variant", sound, {}, {}, Preprocessing{{127.5}, {127.5}}},
         -1,
         {"QG003", "QG013"}},
        net);
    ActivationOptions contract;
    contract.input = InputContract{128, 64};
    Add({"input parameters of another model",
         {"variant", Quantized(net, "uint8", contract), {}, {}, {}},
         -1,
         {"QG003"}},
        net);
    Add({"a float model named int8", {"net_int8", *net.reference.model, {}, {}, {}}, -1, {"QG033"}},
        net);
  }

  void AddLabelFaults(const FaultNet& net) {
    const Model sound = Quantized(net);
    const auto relabelled = [&](ChangedDataset::ChangeLabel change) {
      return std::make_shared<ChangedDataset>(net.data, nullptr, std::move(change));
    };
    Add({"labels count a background class",
         {"variant", sound, {}, relabelled([](int l) { return l + 1; }), {}},
         -1,
         {"QG018"}},
        net);
    // 0 1 2 3 4 5 ... in pairs: 1 0 3 2 5 4 ...
    Add({"labels in another order",
         {"variant", sound, {}, relabelled([](int l) { return l ^ 1; }), {}},
         -1,
         {"QG019"}},
        net);
  }

  void AddOrderFault(const FaultNet& net, const std::string& name,
                     ChangedDataset::ChangeSample change, const std::string& cause) {
    Add({name,
         {"variant",
          Quantized(net),
          {},
          std::make_shared<ChangedDataset>(net.data, std::move(change), nullptr),
          {}},
         -1,
         {cause}},
        net);
  }

  void Report() const {
    EXPECT_GE(planted_, 40);
    EXPECT_GE(kinds_.size(), 20U);
    std::printf("%d planted, %d found\n", planted_, found_);
    EXPECT_GE(found_, 0.95 * planted_);
  }

 private:
  void Add(const Fault& fault, const FaultNet& net) {
    const Verdicts verdicts = Judge(net, fault.suspect);
    const Finding* cause = verdicts.Cause();
    const bool named =
        cause != nullptr && cause->severity != Severity::kNote && cause->op_index == fault.op &&
        std::find(fault.causes.begin(), fault.causes.end(), cause->id) != fault.causes.end();
    const bool ranked =
        fault.op < 0 || (!verdicts.guilty.empty() && verdicts.guilty.front().op_index == fault.op);
    ++planted_;
    kinds_.insert(fault.name);
    found_ += named && ranked ? 1 : 0;
    std::printf("%-5s %-10s %-38s op %2d  first %2d (%5.1f dB)  %s %s op %d  drop %.1f\n",
                named && ranked ? "ok" : "MISS", net.name.c_str(), fault.name.c_str(), fault.op,
                verdicts.guilty.empty() ? -9 : verdicts.guilty.front().op_index,
                verdicts.guilty.empty() ? 0 : verdicts.guilty.front().excess_db,
                cause == nullptr ? "-" : cause->id.c_str(),
                cause == nullptr ? "-" : SeverityName(cause->severity),
                cause == nullptr ? -9 : cause->op_index, 100 * verdicts.drop);
    if (named && ranked) return;
    for (const Finding& finding : verdicts.findings) {
      std::printf("      %s %s op %d: %s\n", finding.id.c_str(), SeverityName(finding.severity),
                  finding.op_index, finding.message.c_str());
    }
  }

  int planted_ = 0;
  int found_ = 0;
  std::set<std::string> kinds_;
};

void ReverseChannels(std::span<float> values) {
  for (size_t i = 0; i + 2 < values.size(); i += 3) std::swap(values[i], values[i + 2]);
}

// [height, width, 3] as [3, height, width].
void StorePlanes(std::span<float> values) {
  const std::vector<float> before(values.begin(), values.end());
  const size_t pixels = values.size() / 3;
  for (size_t i = 0; i < values.size(); ++i) values[i % 3 * pixels + i / 3] = before[i];
}

void SwapSides(std::span<float> values) {
  constexpr size_t kSide = 28;
  const std::vector<float> before(values.begin(), values.end());
  for (size_t y = 0; y < kSide; ++y) {
    for (size_t x = 0; x < kSide; ++x) values[x * kSide + y] = before[y * kSide + x];
  }
}

TEST(FaultSuite, TheGuiltyOperatorIsRankedFirstAndTheCauseNamed) {
  Suite suite;
  const FaultNet conv = MakeFaultNet("conv");
  suite.AddWeightFaults(conv);
  suite.AddRangeFaults(conv, {WeightedOps(Quantized(conv))[0], WeightedOps(Quantized(conv))[1]});
  suite.AddFeedFaults(conv);
  suite.AddLabelFaults(conv);
  suite.AddOrderFault(conv, "height and width swapped", SwapSides, "QG017");
  const FaultNet depthwise = MakeFaultNet("depthwise");
  suite.AddWeightFaults(depthwise);
  suite.AddRangeFaults(depthwise, {WeightedOps(Quantized(depthwise))[1]});
  suite.AddFeedFaults(depthwise);
  const FaultNet residual = MakeFaultNet("residual");
  suite.AddWeightFaults(residual);
  suite.AddRangeFaults(residual, {1, 3});  // a convolution and the addition
  suite.AddFeedFaults(residual);
  suite.AddLabelFaults(residual);
  suite.AddOrderFault(residual, "channels reversed", ReverseChannels, "QG016");
  suite.AddOrderFault(residual, "planes instead of pixels", StorePlanes, "QG017");
  suite.Report();
}

}  // namespace
}  // namespace quantgate
