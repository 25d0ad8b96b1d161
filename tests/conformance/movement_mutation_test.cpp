// The random models of the moving operators, made wrong: constants, extents and values of the run
// (indices among them) replaced by anything. A model must be refused or run; a build with
// sanitizers shows what reads or writes out of bounds.
#include <gtest/gtest.h>

#include "reference/interpreter/interpreter.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

constexpr int kCases = 60;  // mutated models an operator and type
constexpr uint64_t kFirstSeed = 77000;
constexpr size_t kArenaLimit = size_t{1} << 22;  // larger ones are not run

int32_t AnyInteger(Choices& choices) {
  constexpr int32_t kEdges[] = {INT32_MIN, -65536, -1, 0, 1, 2, 65536, INT32_MAX};
  if (choices.Integer(0, 3) == 0) return kEdges[choices.Integer(0, 7)];
  return static_cast<int32_t>(choices.Integer(-6, 9));
}

void MutateBytes(Choices& choices, std::vector<std::byte>& bytes) {
  if (bytes.size() < sizeof(int32_t)) return;
  const int32_t value = AnyInteger(choices);
  const auto last = static_cast<int64_t>(bytes.size() / sizeof(int32_t)) - 1;
  std::memcpy(&bytes[static_cast<size_t>(choices.Integer(0, last)) * sizeof(int32_t)], &value,
              sizeof(value));
}

// One change to a constant or to the extents of a graph input.
void MutateModel(Choices& choices, Model& model) {
  Subgraph& graph = model.subgraphs[0];
  const auto pick = [&](size_t count) {
    return static_cast<size_t>(choices.Integer(0, static_cast<int64_t>(count) - 1));
  };
  if (model.buffers.size() > 1 && choices.Integer(0, 2) > 0) {
    ConstBytes& buffer = model.buffers[1 + pick(model.buffers.size() - 1)];
    std::vector<std::byte> bytes(buffer.view().begin(), buffer.view().end());
    MutateBytes(choices, bytes);
    buffer = ConstBytes(std::move(bytes));
  } else if (!graph.inputs.empty()) {
    const auto dims = choices.Extents(static_cast<int>(choices.Integer(0, 6)), 0, 6);
    graph.tensors[static_cast<size_t>(graph.inputs[pick(graph.inputs.size())])].shape =
        *Shape::Make(dims);
  }
}

// True when the model runs.
bool RunsMutated(Choices& choices, const OneOpModel& valid) {
  auto model = std::make_shared<Model>(valid.model());
  for (int64_t i = choices.Integer(0, 2); i > 0; --i) MutateModel(choices, *model);
  const auto plan = Plan::Make(model);
  if (!plan.ok()) {
    EXPECT_FALSE(plan.error().message.empty());
    return false;
  }
  if ((*plan)->arena_bytes() > kArenaLimit) return false;
  Interpreter interpreter(*plan);
  for (size_t i = 0; i < model->main().inputs.size(); ++i) {
    std::vector<std::byte> bytes =
        choices.Values(DType::kUInt8, static_cast<int64_t>(interpreter.input(i).size()));
    for (int k = 0; k < 8; ++k) MutateBytes(choices, bytes);
    if (!bytes.empty()) std::memcpy(interpreter.input(i).data(), bytes.data(), bytes.size());
  }
  EXPECT_TRUE(interpreter.Run().ok());
  return true;
}

class MovementMutation : public testing::TestWithParam<OpCase> {};

TEST_P(MovementMutation, IsRefusedOrRuns) {
  int run = 0;
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + kCases; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Choices choices(seed);
    const OneOpModel model = GetParam().make(choices, GetParam().dtype);
    run += RunsMutated(choices, model) ? 1 : 0;
  }
  EXPECT_GT(run, 0);  // or nothing was tried
}

INSTANTIATE_TEST_SUITE_P(Ops, MovementMutation, testing::ValuesIn(MovementCases()), CaseName());

}  // namespace
}  // namespace quantgate
