// Every tensor the real runtime computed on real models, recomputed. The folder with the models and
// tensors lies beside the repository and is not part of it; without it these tests say so.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "reference/core/file.h"
#include "reference/interpreter/interpreter.h"
#include "reference/model/tflite_reader.h"
#include "tests/support/golden_folder.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;

struct Count {
  int64_t tensors = 0;
  int64_t equal = 0;
  int64_t elements = 0;
  int64_t different = 0;
  int largest_lsb = 0;
};

// Compares integer tensors with the stored bytes, by operator type.
class GoldenObserver : public Observer {
 public:
  GoldenObserver(const Subgraph& graph, fs::path folder, int sample)
      : graph_(graph), folder_(std::move(folder)), sample_(sample) {}

  void OnTensor(int op_index, const TensorView& tensor) override {
    if (op_index < 0 || DTypeBits(tensor.info->dtype) != 8) return;
    const fs::path file = folder_ / ("tensor_" + std::to_string(tensor.index) + "_sample" +
                                     std::to_string(sample_) + ".bin");
    const auto want = ReadFile(file.string());
    if (!want.ok() || want->size() != tensor.data.size()) return;
    Count& count = counts_[graph_.ops[static_cast<size_t>(op_index)].type_name()];
    ++count.tensors;
    count.elements += static_cast<int64_t>(want->size());
    int64_t different = 0;
    for (size_t i = 0; i < want->size(); ++i) {
      const int delta = tensor.info->dtype == DType::kInt8
                            ? static_cast<int8_t>((*want)[i]) - static_cast<int8_t>(tensor.data[i])
                            : static_cast<int>((*want)[i]) - static_cast<int>(tensor.data[i]);
      different += delta != 0 ? 1 : 0;
      count.largest_lsb = std::max(count.largest_lsb, std::abs(delta));
    }
    count.different += different;
    count.equal += different == 0 ? 1 : 0;
  }

  [[nodiscard]] const std::map<std::string, Count>& counts() const { return counts_; }

 private:
  const Subgraph& graph_;
  fs::path folder_;
  int sample_;
  std::map<std::string, Count> counts_;
};

// Null when the interpreter does not run the model.
std::shared_ptr<const Plan> PlanOf(const fs::path& folder) {
  const auto model = ReadModelFile((folder / "model.tflite").string());
  EXPECT_TRUE(model.ok()) << model.error().ToString();
  if (!model.ok()) return nullptr;
  const auto plan = Plan::Make(*model);
  if (!plan.ok()) {
    EXPECT_EQ(plan.error().code, ErrorCode::kUnsupported) << plan.error().ToString();
    return nullptr;
  }
  return *plan;
}

std::map<std::string, Count> CompareModel(const fs::path& folder,
                                          const std::shared_ptr<const Plan>& plan) {
  std::map<std::string, Count> totals;
  Interpreter interpreter(plan);
  for (int sample = 0;; ++sample) {
    const auto input = ReadFile((folder / ("input_" + std::to_string(sample) + ".bin")).string());
    if (!input.ok()) break;
    size_t at = 0;
    for (size_t i = 0; i < plan->subgraph().inputs.size(); ++i) {
      const auto to = interpreter.input(i);
      if (at + to.size() > input->size()) break;
      std::memcpy(to.data(), input->data() + at, to.size());
      at += to.size();
    }
    GoldenObserver observer(plan->subgraph(), folder, sample);
    interpreter.Run(&observer);
    for (const auto& [op, count] : observer.counts()) {
      Count& total = totals[op];
      total.tensors += count.tensors;
      total.equal += count.equal;
      total.elements += count.elements;
      total.different += count.different;
      total.largest_lsb = std::max(total.largest_lsb, count.largest_lsb);
    }
  }
  return totals;
}

TEST(Golden, IntegerTensorsEqualTheRealRuntimes) {
  if (!fs::is_directory(GoldenFolder())) GTEST_SKIP() << "no golden tensors beside the repository";
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(GoldenFolder())) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  std::map<std::string, Count> totals;
  int run = 0;
  for (const fs::path& folder : folders) {
    const auto plan = PlanOf(folder);
    if (!plan) continue;
    ++run;
    // TensorFlow Lite 2.9 applies the first scale of a per-channel FULLY_CONNECTED to every unit:
    // what it computed from there on is wrong, and so must differ from what is right.
    const bool misread = folder.filename() == "aeq_conv_fc_mnist_srq_a8w8";
    for (const auto& [op, count] : CompareModel(folder, plan)) {
      if (misread && (op == "FULLY_CONNECTED" || op == "SOFTMAX")) {
        EXPECT_GT(count.different, 0) << op;
        continue;
      }
      Count& total = totals[op];
      total.tensors += count.tensors;
      total.equal += count.equal;
      total.elements += count.elements;
      total.different += count.different;
      total.largest_lsb = std::max(total.largest_lsb, count.largest_lsb);
      if (count.different > 0) {
        std::printf("%-40s %-20s %lld of %lld elements differ, by up to %d codes\n",
                    folder.filename().c_str(), op.c_str(), static_cast<long long>(count.different),
                    static_cast<long long>(count.elements), count.largest_lsb);
      }
    }
  }
  std::printf("%d of %zu models run\n", run, folders.size());
  for (const auto& [op, count] : totals) {
    std::printf("%-20s tensors %5lld  equal %5lld  elements %9lld  different %lld\n", op.c_str(),
                static_cast<long long>(count.tensors), static_cast<long long>(count.equal),
                static_cast<long long>(count.elements), static_cast<long long>(count.different));
    EXPECT_EQ(count.different, 0) << op;
  }
}

}  // namespace
}  // namespace quantgate
