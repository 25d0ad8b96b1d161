#include "tests/support/float_ranges.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "reference/core/check.h"
#include "reference/interpreter/interpreter.h"
#include "tests/support/bytes.h"

namespace quantgate {
namespace {

class RangeObserver : public Observer {
 public:
  void OnTensor(int /*op_index*/, const TensorView& tensor) override {
    if (tensor.info->dtype != DType::kFloat32) return;
    for (const float value : FromBytes<float>(tensor.data)) {
      if (!std::isfinite(value)) continue;
      const auto [found, inserted] = ranges.try_emplace(tensor.index);
      TensorRange& range = found->second;
      if (inserted) range = {tensor.index, tensor.info->name, value, value, 0, 0};
      range.min = std::min(range.min, static_cast<double>(value));
      range.max = std::max(range.max, static_cast<double>(value));
      ++range.values;
    }
  }
  void OnState(int op_index, const TensorView& tensor) override { OnTensor(op_index, tensor); }
  std::map<int, TensorRange> ranges;
};

}  // namespace

std::optional<Ranges> FloatRanges(const Model& model,
                                  const std::vector<std::vector<std::vector<std::byte>>>& samples) {
  auto plan = Plan::Make(std::make_shared<const Model>(model));
  if (!plan.ok()) return std::nullopt;
  Interpreter interpreter(*plan);
  RangeObserver observer;
  for (const auto& values : samples) {
    for (size_t i = 0; i < values.size(); ++i) {
      if (interpreter.input(i).size() != values[i].size()) return std::nullopt;
      if (!values[i].empty()) {
        std::memcpy(interpreter.input(i).data(), values[i].data(), values[i].size());
      }
    }
    interpreter.ResetState();
    QG_CHECK(interpreter.Run(&observer).ok());
  }
  Ranges ranges;
  ranges.estimator = "minmax";
  for (const auto& [tensor, range] : observer.ranges) ranges.tensors.push_back(range);
  // Folded tensors are computed once, before any observer.
  for (size_t t = 0; t < model.main().tensors.size(); ++t) {
    const TensorInfo& info = model.main().tensors[t];
    if (observer.ranges.count(static_cast<int>(t)) == 0 && info.dtype == DType::kFloat32 &&
        model.Constant(info).empty()) {
      ranges.tensors.push_back({static_cast<int>(t), info.name, -1, 1, 0, 0});
    }
  }
  return ranges;
}

}  // namespace quantgate
