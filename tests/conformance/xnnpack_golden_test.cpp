// Whole real models on the TFLite library with the XNNPACK delegate, every integer tensor against
// our interpreter under profile `xnnpack`, on random inputs.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>

#include "harness/runtimes/runtime_table.h"
#include "reference/core/file.h"
#include "reference/model/tflite_reader.h"
#include "reference/numeric/element.h"
#include "tests/conformance/one_op_model.h"
#include "tests/conformance/xnnpack_defects.h"
#include "tests/support/golden_folder.h"

namespace quantgate {
namespace {

constexpr uint64_t kSeed = 61000;

bool IsComparable(DType dtype) {
  return dtype == DType::kInt8 || dtype == DType::kUInt8 || dtype == DType::kInt16;
}

// By tensor: it follows from floats, which no profile fixes to the bit, or from a defect of the
// library: padding that wraps, or per-channel weights of FULLY_CONNECTED, of which it reads one.
std::vector<bool> NotComparable(const Subgraph& graph) {
  std::vector<bool> out(graph.tensors.size());
  for (const OpNode& op : graph.ops) {
    bool tainted = PaddingWraps(graph, op) ||
                   (op.code == OpCode::kFULLY_CONNECTED &&
                    graph.tensors[static_cast<size_t>(op.inputs[1])].quant.per_axis());
    for (const int input : op.inputs) {
      if (input >= 0) tainted = tainted || out[static_cast<size_t>(input)];
    }
    for (const int output : op.outputs) {
      const DType dtype = graph.tensors[static_cast<size_t>(output)].dtype;
      out[static_cast<size_t>(output)] = tainted || IsFloat(dtype);
    }
  }
  return out;
}

// Plain integers are indices and the like: not any number will do.
bool TakesAnyValues(const Subgraph& graph) {
  return std::all_of(graph.inputs.begin(), graph.inputs.end(), [&](int input) {
    const DType dtype = graph.tensors[static_cast<size_t>(input)].dtype;
    return IsComparable(dtype) || dtype == DType::kFloat32;
  });
}

class Record : public Observer {
 public:
  explicit Record(size_t tensors) : bytes(tensors) {}
  void OnTensor(int op, const TensorView& tensor) override {
    if (op < 0) return;
    bytes[static_cast<size_t>(tensor.index)].assign(tensor.data.begin(), tensor.data.end());
  }
  std::vector<std::vector<std::byte>> bytes;
};

struct Counts {
  int models = 0;
  int tensors = 0;
  int different = 0;
};

void CompareModel(const std::string& path, Counts& counts) {
  SCOPED_TRACE(path);
  const auto bytes = MapFile(path);
  ASSERT_TRUE(bytes.ok());
  const auto model = ReadModel(*bytes, path);
  if (!model.ok()) return;
  const auto plan = Plan::Make(*model, {.profile = FindProfile("xnnpack")});
  if (!plan.ok() || !TakesAnyValues((*plan)->subgraph())) return;
  const auto library =
      OpenTfliteRuntime(*plan, {.library = "", .delegate = TfliteDelegate::kXnnpack});
  if (!library.ok()) return;  // the delegate refuses the model
  auto theirs = (*library)->NewSession(1, TensorLife::kUntilLastUse);
  auto ours = BuiltinRuntime(*plan)->NewSession(1, TensorLife::kUntilLastUse);
  ASSERT_TRUE(theirs.ok() && ours.ok());
  const Subgraph& graph = (*plan)->subgraph();
  Choices choices(kSeed);
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    const int tensor = graph.inputs[i];
    const auto value =
        choices.Values((*plan)->info(tensor).dtype, (*plan)->shape(tensor).num_elements());
    ASSERT_EQ(value.size(), (*ours)->input(0, i).size());
    std::copy(value.begin(), value.end(), (*ours)->input(0, i).begin());
    std::copy(value.begin(), value.end(), (*theirs)->input(0, i).begin());
  }
  Record mine(graph.tensors.size());
  Record real(graph.tensors.size());
  const std::array<Observer*, 1> mine_only = {&mine};
  const std::array<Observer*, 1> real_only = {&real};
  ASSERT_TRUE((*ours)->Run(mine_only)[0].ok() && (*theirs)->Run(real_only)[0].ok());
  const std::vector<bool> skip = NotComparable(graph);
  ++counts.models;
  for (size_t t = 0; t < graph.tensors.size(); ++t) {
    if (skip[t] || !IsComparable(graph.tensors[t].dtype) || real.bytes[t].empty()) continue;
    ++counts.tensors;
    if (mine.bytes[t] == real.bytes[t]) continue;
    if (++counts.different <= 5)
      ADD_FAILURE() << "tensor " << t << " '" << graph.tensors[t].name << "'";
  }
}

TEST(XnnpackGolden, IntegerTensorsOfRealModelsAreEqual) {
  const auto models = GoldenModels();
  if (models.empty()) GTEST_SKIP() << "no folder of real models at " << GoldenFolder();
  if (FindTfliteLibrary().empty()) {
    GTEST_SKIP() << "no TFLite library; scripts/fetch_tflite_runtime.sh gets it";
  }
  Counts counts;
  for (const auto& model : models) CompareModel(model.string(), counts);
  std::cout << counts.models << " of " << models.size() << " models taken, " << counts.tensors
            << " integer tensors compared, " << counts.different << " different\n";
  EXPECT_EQ(counts.different, 0);
}

}  // namespace
}  // namespace quantgate
