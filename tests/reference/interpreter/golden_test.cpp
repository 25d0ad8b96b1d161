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
#include "reference/numeric/element.h"
#include "tests/support/golden_folder.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;

// What was compared of one operator and type.
struct Count {
  int64_t tensors = 0;
  int64_t equal = 0;  // to the bit; floats within the bound
  int64_t elements = 0;
  int64_t different = 0;
  double largest = 0;  // difference in codes; of floats, relative to the tensor's largest value

  void Add(const Count& other) {
    tensors += other.tensors;
    equal += other.equal;
    elements += other.elements;
    different += other.different;
    largest = std::max(largest, other.largest);
  }
};

// Float kernels sum in other orders and use other exponentials; a bound per element relative to the
// largest magnitude in the tensor covers the depth of the models here.
constexpr double kFloatBound = 2e-5;

// Tensors that follow from a FULLY_CONNECTED with per-channel weights: TensorFlow Lite 2.9 applies
// the first scale to every unit there, so what it computed from there on is wrong.
std::vector<bool> MisreadTensors(const Subgraph& graph) {
  std::vector<bool> misread(graph.tensors.size());
  for (const OpNode& op : graph.ops) {
    bool tainted = op.code == OpCode::kFULLY_CONNECTED &&
                   graph.tensors[static_cast<size_t>(op.inputs[1])].quant.per_axis();
    for (const int input : op.inputs)
      tainted = tainted || (input >= 0 && misread[static_cast<size_t>(input)]);
    for (const int output : op.outputs) misread[static_cast<size_t>(output)] = tainted;
  }
  return misread;
}

// Compares every computed tensor with the stored bytes, by operator and type.
class GoldenObserver : public Observer {
 public:
  // `reference`: compare with what the reference kernels said instead, integer tensors only.
  GoldenObserver(const Subgraph& graph, fs::path folder, int sample, bool reference)
      : graph_(graph),
        misread_(MisreadTensors(graph)),
        folder_(std::move(folder)),
        sample_(sample),
        reference_(reference) {}

  void OnTensor(int op_index, const TensorView& tensor) override {
    if (op_index < 0) return;
    const std::string name =
        "tensor_" + std::to_string(tensor.index) + "_sample" + std::to_string(sample_) + ".bin";
    if (reference_ && IsFloat(tensor.info->dtype)) return;
    // The reference's file stands beside the runtime's only where the two differ.
    const fs::path other = folder_ / "reference" / name;
    const fs::path file = reference_ && fs::exists(other) ? other : folder_ / name;
    const auto want = ReadFile(file.string());
    if (!want.ok()) return;
    const OpNode& op = graph_.ops[static_cast<size_t>(op_index)];
    const std::string type = op.type_name() + " " + std::string(DTypeName(tensor.info->dtype));
    ASSERT_EQ(want->size(), tensor.data.size()) << folder_ << " tensor " << tensor.index;
    const Count count = Compare(*want, tensor);
    if (!reference_ && misread_[static_cast<size_t>(tensor.index)]) {
      misread_counts_.Add(count);
    } else {
      counts_[type].Add(count);
    }
  }

  [[nodiscard]] const std::map<std::string, Count>& counts() const { return counts_; }
  [[nodiscard]] const Count& misread() const { return misread_counts_; }

 private:
  static Count Compare(std::span<const std::byte> want, const TensorView& tensor) {
    const DType dtype = tensor.info->dtype;
    const auto elements = static_cast<size_t>(tensor.shape->num_elements());
    const bool is_float = dtype == DType::kFloat32;
    double peak = 0;
    for (size_t i = 0; is_float && i < elements; ++i)
      peak = std::max(peak, std::abs(ReadElement(want, dtype, i)));
    Count count{.tensors = 1, .elements = static_cast<int64_t>(elements)};
    for (size_t i = 0; i < elements; ++i) {
      const double wanted = ReadElement(want, dtype, i);
      const double got = ReadElement(tensor.data, dtype, i);
      double difference =
          wanted == got || (std::isnan(wanted) && std::isnan(got)) ? 0 : std::abs(wanted - got);
      if (is_float && peak > 0) difference /= peak;
      count.different += difference > (is_float ? kFloatBound : 0) ? 1 : 0;
      count.largest = std::max(count.largest, difference);
    }
    count.equal = count.different == 0 ? 1 : 0;
    return count;
  }

  const Subgraph& graph_;
  std::vector<bool> misread_;
  fs::path folder_;
  int sample_;
  bool reference_;
  std::map<std::string, Count> counts_;
  Count misread_counts_;
};

// Positions of the graph inputs whose values decide an output's shape: a plan is for one value.
std::vector<size_t> ShapeInputs(const Subgraph& graph) {
  std::vector<size_t> positions;
  for (const OpNode& op : graph.ops) {
    const size_t operand = op.code == OpCode::kTOPK_V2 || op.code == OpCode::kRESHAPE ? 1 : 0;
    const bool decides = op.code == OpCode::kTOPK_V2 || op.code == OpCode::kRESHAPE ||
                         op.code == OpCode::kTRANSPOSE_CONV;
    for (size_t i = 0; decides && operand < op.inputs.size() && i < graph.inputs.size(); ++i) {
      if (graph.inputs[i] == op.inputs[operand]) positions.push_back(i);
    }
  }
  return positions;
}

struct Comparison {
  std::map<std::string, Count> counts;
  Count misread;
  int impossible_shapes = 0;  // samples
};

// Compares one sample; `input` holds the bytes of all graph inputs.
void CompareSample(const fs::path& folder, Interpreter& interpreter,
                   std::span<const std::byte> input, int sample, bool reference,
                   Comparison& totals) {
  const Subgraph& graph = interpreter.plan().subgraph();
  size_t at = 0;
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    const auto to = interpreter.input(i);
    ASSERT_LE(at + to.size(), input.size()) << folder;
    std::memcpy(to.data(), input.data() + at, to.size());
    at += to.size();
  }
  GoldenObserver observer(graph, folder, sample, reference);
  interpreter.ResetState();  // the stored samples are independent
  EXPECT_TRUE(interpreter.Run(&observer).ok());
  for (const auto& [op, count] : observer.counts()) totals.counts[op].Add(count);
  totals.misread.Add(observer.misread());
}

Result<ConstBytes> ReadSample(const fs::path& folder, int sample) {
  QG_ASSIGN_OR_RETURN(std::vector<std::byte> bytes,
                      ReadFile((folder / ("input_" + std::to_string(sample) + ".bin")).string()));
  return ConstBytes(std::move(bytes));
}

// The plan for one sample, whose values decide shapes.
Result<std::shared_ptr<const Plan>> PlanForSample(const std::shared_ptr<const Model>& model,
                                                  const Profile& profile,
                                                  std::span<const std::byte> input) {
  PlanOptions options;
  options.profile = &profile;
  const Subgraph& graph = model->main();
  const std::vector<size_t> shapes = ShapeInputs(graph);
  size_t at = 0;
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    const TensorInfo& info = graph.tensors[static_cast<size_t>(graph.inputs[i])];
    const size_t size = ByteSize(info.dtype, info.shape);
    if (std::find(shapes.begin(), shapes.end(), i) != shapes.end() && at + size <= input.size()) {
      const auto value = input.subspan(at, size);
      options.input_values[i].assign(value.begin(), value.end());
    }
    at += size;
  }
  return Plan::Make(model, options);
}

// `reference`: against the reference kernels' tensors, integer ones only.
Result<Comparison> CompareModel(const fs::path& folder, const Profile& profile = DefaultProfile(),
                                bool reference = false) {
  QG_ASSIGN_OR_RETURN(const auto model, ReadModelFile((folder / "model.tflite").string()));
  const bool values_decide = !ShapeInputs(model->main()).empty();
  std::shared_ptr<const Plan> plan;
  if (!values_decide) {
    PlanOptions options;
    options.profile = &profile;
    QG_ASSIGN_OR_RETURN(plan, Plan::Make(model, options));
  }
  Comparison totals;
  std::optional<Interpreter> interpreter;
  if (plan) interpreter.emplace(plan);
  for (int sample = 0;; ++sample) {
    const auto input = ReadSample(folder, sample);
    if (!input.ok()) break;
    if (values_decide) {
      const auto own_plan = PlanForSample(model, profile, input->view());
      // Random values ask for shapes that the layer cannot make; the real library makes them.
      if (!own_plan.ok()) {
        ++totals.impossible_shapes;
        continue;
      }
      interpreter.emplace(*own_plan);
    }
    CompareSample(folder, *interpreter, input->view(), sample, reference, totals);
  }
  return totals;
}

void PrintTable(const std::map<std::string, Count>& totals) {
  for (const auto& [op, count] : totals) {
    std::printf("%-28s tensors %5lld  equal %5lld  elements %9lld  different %5lld  largest %g\n",
                op.c_str(), static_cast<long long>(count.tensors),
                static_cast<long long>(count.equal), static_cast<long long>(count.elements),
                static_cast<long long>(count.different), count.largest);
  }
}

TEST(Golden, EveryTensorEqualsTheRealRuntimes) {
  if (!fs::is_directory(GoldenFolder())) GTEST_SKIP() << "no golden tensors beside the repository";
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(GoldenFolder())) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  std::map<std::string, Count> totals;
  Count misread;
  int run = 0;
  int impossible_shapes = 0;
  for (const fs::path& folder : folders) {
    const Result<Comparison> compared = CompareModel(folder);
    if (!compared.ok()) {
      EXPECT_EQ(compared.error().code, ErrorCode::kUnsupported) << compared.error().ToString();
      std::printf("unsupported: %s: %s\n", folder.filename().c_str(),
                  compared.error().ToString().c_str());
      continue;
    }
    ++run;
    const Comparison& comparison = *compared;
    impossible_shapes += comparison.impossible_shapes;
    for (const auto& [op, count] : comparison.counts) {
      totals[op].Add(count);
      EXPECT_EQ(count.different, 0)
          << folder.filename() << ", " << op << ": " << count.different << " of " << count.elements
          << " elements, by up to " << count.largest;
    }
    // A runtime that reads the scales right must disagree with what 2.9 stored.
    if (comparison.misread.tensors > 0) {
      EXPECT_GT(comparison.misread.different, 0) << folder;
    }
    misread.Add(comparison.misread);
  }
  PrintTable(totals);
  std::printf(
      "%d of %zu models run; %lld tensors follow from a misread dense layer; %d samples ask "
      "for a shape no layer makes\n",
      run, folders.size(), static_cast<long long>(misread.tensors), impossible_shapes);
}

// The same under the profile of the reference kernels, against what those kernels said.
TEST(Golden, IntegerTensorsEqualTheReferenceKernelsUnderTheirProfile) {
  if (!fs::is_directory(GoldenFolder())) GTEST_SKIP() << "no golden tensors beside the repository";
  const Profile* profile = FindProfile("tflite-reference");
  ASSERT_NE(profile, nullptr);
  std::map<std::string, Count> totals;
  int run = 0;
  for (const fs::path& model : GoldenModels()) {
    const fs::path folder = model.parent_path();
    if (!fs::exists(folder / "reference.json")) continue;
    const auto comparison = CompareModel(folder, *profile, true);
    if (!comparison.ok()) continue;
    ++run;
    for (const auto& [op, count] : comparison->counts) {
      totals[op].Add(count);
      EXPECT_EQ(count.different, 0)
          << folder.filename() << ", " << op << ": " << count.different << " of " << count.elements
          << " elements, by up to " << count.largest;
    }
  }
  PrintTable(totals);
  std::printf("%d models run\n", run);
}

}  // namespace
}  // namespace quantgate
