// What the quantizer writes, on the real TFLite library: every operator under every scheme, random
// graphs, the MNIST nets and, where they are, the MLPerf Tiny models. The library must load the
// file and give every output byte our interpreter gives; outputs computed in float may differ by
// the tolerance of the case, relative to the tensor's largest magnitude.
#include <gtest/gtest.h>

#include <set>

#include "harness/quantization/op_rules.h"
#include "harness/quantization/quantizer.h"
#include "reference/model/all_outputs.h"
#include "reference/model/tflite_reader.h"
#include "reference/model/tflite_writer.h"
#include "reference/numeric/affine.h"
#include "tests/conformance/arithmetic_models.h"
#include "tests/conformance/library_test.h"
#include "tests/conformance/movement_models.h"
#include "tests/support/bytes.h"
#include "tests/support/float_ranges.h"
#include "tests/support/golden_folder.h"
#include "tests/support/random_graph.h"

namespace quantgate {
namespace {

constexpr uint64_t kFirstSeed = 94000;

// What TFLite 2.9.0 does not load, and what it silently misreads: per-channel dense weights.
bool On29(const SchemeDef& scheme) {
  return scheme.weights != DType::kInt4 && !(scheme.integer() && scheme.per_axis_dense);
}

// Small layers too: the tests' are.
const SchemeDef& DynamicRange() {
  static const SchemeDef scheme = [] {
    SchemeDef copy = *FindScheme("dynamic-range");
    copy.min_weight_elements = 0;
    return copy;
  }();
  return scheme;
}

std::vector<const SchemeDef*> SchemesOn29() {
  std::vector<const SchemeDef*> schemes;
  for (const SchemeDef& scheme : AllSchemes()) {
    if (!On29(scheme)) continue;
    schemes.push_back(scheme.use == WeightUse::kHybrid ? &DynamicRange() : &scheme);
  }
  return schemes;
}

// Sums of products in other orders; the hybrid kernels sum exactly and then scale.
constexpr double kFloatTolerance = 2e-5;
// Where float results are coded again: a value on the edge between two codes falls to either side,
// one of 255 steps, and the layers behind see it.
constexpr double kCodedTolerance = 0.05;

using Values = std::vector<std::vector<std::byte>>;

// The values of a float model's inputs as a quantized twin takes them.
Values ForInputs(const Model& source, const Model& quantized, const Values& values) {
  Values result = values;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto at = static_cast<size_t>(quantized.main().inputs[i]);
    const TensorInfo& input = quantized.main().tensors[at];
    const auto was = static_cast<size_t>(source.main().inputs[i]);
    if (source.main().tensors[was].dtype != DType::kFloat32 || input.dtype == DType::kFloat32) {
      continue;
    }
    const auto reals = FromBytes<float>(values[i]);
    result[i].resize(ByteSize(input.dtype, input.shape));
    QuantizeTensor(reals, input.quant, input.dtype, result[i]);
  }
  return result;
}

// Compares every tensor of codes that no float arithmetic stands before, to the byte: the tolerance
// of codes of float results is not for them.
std::string CompareBeforeFloat(const Model& source, const Model& quantized,
                               const std::vector<Values>& samples, TfliteLibrary& library) {
  Model shown = quantized;
  Subgraph& graph = shown.subgraphs[0];
  std::set<int> behind_float;
  std::vector<int> exact;
  for (const OpNode& op : graph.ops) {
    const auto is_float = [&](int tensor) {
      return graph.tensors[static_cast<size_t>(tensor)].dtype == DType::kFloat32;
    };
    const bool converts = op.code == OpCode::kQUANTIZE || op.code == OpCode::kDEQUANTIZE;
    bool behind = !converts && std::any_of(op.outputs.begin(), op.outputs.end(), is_float);
    for (const int input : op.inputs) behind = behind || behind_float.contains(input);
    for (const int output : op.outputs) {
      if (behind) {
        behind_float.insert(output);
      } else if (!is_float(output)) {
        exact.push_back(output);
      }
    }
  }
  if (exact.empty()) return "";
  graph.outputs = exact;
  shown.signatures.clear();
  const auto read = ReadModel(ConstBytes(WriteModel(shown)), "written");
  if (!read.ok()) return read.error().ToString();
  for (const Values& values : samples) {
    std::string difference = Difference(**read, ForInputs(source, **read, values), 1, library, 0);
    if (!difference.empty()) return "in front of any float operator: " + difference;
  }
  return "";
}

struct Trial {
  const SchemeDef* scheme = nullptr;
  BorderTypes border;
  Recipe recipe;
  double tolerance = kFloatTolerance;
  bool show_all = false;
};

// Empty when the quantized model gives the same on the library as here.
std::string Check(const Model& model, const std::vector<Values>& samples, const Trial& trial,
                  TfliteLibrary& library, std::set<OpCode>* quantized = nullptr) {
  const auto ranges = FloatRanges(model, samples);
  if (!ranges) return "the float model does not run here";
  QuantizeOptions options;
  options.scheme = trial.scheme;
  options.recipe = trial.recipe;
  options.activations.types = trial.border;
  const auto made = QuantizeModel(model, &*ranges, options);
  if (!made.ok()) return made.error().ToString();
  for (size_t i = 0; quantized != nullptr && i < made->ops.size(); ++i) {
    if (made->ops[i].scheme != nullptr) quantized->insert(model.main().ops[i].code);
  }
  // What a float operator computes may differ in its last bits, and codes of it by a step.
  const bool float_too = std::any_of(made->ops.begin(), made->ops.end(),
                                     [](const QuantizedOp& op) { return !op.kept_float.empty(); });
  if (float_too && trial.scheme->integer() && trial.tolerance < kCodedTolerance) {
    Trial tolerant = trial;
    tolerant.border.output = DType::kFloat32;
    tolerant.tolerance = kCodedTolerance;
    return Check(model, samples, tolerant, library);
  }
  // With every computed tensor an output, nothing hides behind a pool or a softmax.
  const Model shown = trial.show_all ? WithAllOutputs(*made->model).model : *made->model;
  if (trial.tolerance >= kCodedTolerance) {
    const std::string difference = CompareBeforeFloat(model, *made->model, samples, library);
    if (!difference.empty()) return difference;
  }
  const auto read = ReadModel(ConstBytes(WriteModel(shown)), "written");
  if (!read.ok()) return read.error().ToString();
  for (const Values& values : samples) {
    std::string difference =
        Difference(**read, ForInputs(model, **read, values), 1, library, trial.tolerance);
    if (!difference.empty()) return difference;
  }
  return "";
}

using SchemeConformance = LibraryTest;

std::vector<OpCase> FloatOps() {
  std::vector<OpCase> ops =
      Joined({&WindowCases, &UnaryCases, &ActivationCases, &ConversionCases, &BinaryCases,
              &ReductionCases, &MovementCases, &RecurrentCases});
  std::erase_if(ops, [](const OpCase& op) {
    return op.dtype != DType::kFloat32 || std::string_view(op.name).ends_with("_HYBRID");
  });
  return ops;
}

// One operator at a time, random shapes and options, all schemes of TFLite 2.9. Operators without
// a generator of their own are met in the random graphs.
TEST_F(SchemeConformance, EveryOperator) {
  std::set<OpCode> integer;
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + 60; ++seed) {
    QG_SEED(static_cast<uint32_t>(seed));
    const RandomGraph graph = MakeRandomGraph(random, 1);
    Check(*graph.model, graph.samples, {FindScheme("int8"), {}, {}}, *library_, &integer);
  }
  std::map<std::string, int> failed;
  for (const SchemeDef* scheme : SchemesOn29()) {
    for (const OpCase& op : FloatOps()) {
      for (uint64_t seed = kFirstSeed; seed < kFirstSeed + ModelsPerCase(12); ++seed) {
        Choices choices(seed);
        const OneOpModel model = op.make(choices, DType::kFloat32);
        // A float operator that the library approximates; another test's business.
        if (op.name == std::string("LOCAL_RESPONSE_NORMALIZATION")) continue;
        const std::string difference = Check(model.model(), {model.values()}, {scheme, {}, {}},
                                             *library_, scheme->integer() ? &integer : nullptr);
        if (difference.empty()) continue;
        if (++failed[op.name + std::string(scheme->name)] > 1) continue;
        ADD_FAILURE() << op.name << " under " << scheme->name << ", seed " << seed << ": "
                      << difference;
      }
    }
  }
  for (const OpRule& rule : AllOpRules()) {
    EXPECT_TRUE(integer.count(rule.code)) << OpCodeName(rule.code) << " was never quantized";
  }
}

TEST_F(SchemeConformance, RandomGraphs) {
  for (const SchemeDef* scheme : SchemesOn29()) {
    int failed = 0;
    for (uint64_t seed = kFirstSeed; seed < kFirstSeed + ModelsPerCase(40); ++seed) {
      QG_SEED(static_cast<uint32_t>(seed));
      const RandomGraph graph = MakeRandomGraph(random, 3);
      Trial trial{scheme, {}, {}};
      if (random.Chance(0.5)) trial.border = {DType::kFloat32, DType::kFloat32};
      const std::string difference = Check(*graph.model, graph.samples, trial, *library_);
      if (difference.empty()) continue;
      if (++failed < 3) ADD_FAILURE() << scheme->name << ": " << difference;
    }
  }
}

// Every operator takes one of several schemes by chance.
TEST_F(SchemeConformance, RandomGraphsOfMixedSchemes) {
  int failed = 0;
  const std::vector<const SchemeDef*> schemes = SchemesOn29();
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + ModelsPerCase(100); ++seed) {
    QG_SEED(static_cast<uint32_t>(seed));
    const RandomGraph graph = MakeRandomGraph(random, 2);
    const auto pick = [&]() -> const SchemeDef* {
      const int choice = random.Int(-1, static_cast<int>(schemes.size()) - 1);
      return choice < 0 ? nullptr : schemes[static_cast<size_t>(choice)];
    };
    Trial trial{schemes[0], {}, {}};
    trial.tolerance = kCodedTolerance;
    trial.border.output = DType::kFloat32;
    for (const OpNode& op : graph.model->main().ops) {
      const auto output = static_cast<size_t>(op.outputs[0]);
      trial.recipe.push_back({"", "^" + graph.model->main().tensors[output].name + "$", pick()});
    }
    const std::string difference = Check(*graph.model, graph.samples, trial, *library_);
    if (difference.empty()) continue;
    if (++failed < 4) ADD_FAILURE() << difference;
  }
}

// Inputs of random values; `count` of them.
std::vector<Values> RandomSamples(const Model& model, int count, Random& random, double low,
                                  double high) {
  std::vector<Values> samples;
  for (int s = 0; s < count; ++s) {
    Values values;
    for (const int input : model.main().inputs) {
      const Shape& shape = model.main().tensors[static_cast<size_t>(input)].shape;
      values.push_back(ToBytes(random.Floats(shape.num_elements(), low, high)));
    }
    samples.push_back(std::move(values));
  }
  return samples;
}

// Every computed tensor an output, so that nothing hides behind a softmax.
TEST_F(SchemeConformance, WholeModels) {
  std::vector<std::string> paths = {"configs/mnist/mnist_conv.tflite",
                                    "configs/mnist/mnist_depthwise.tflite",
                                    "configs/mnist/mnist_conv_qat.tflite"};
  for (const char* name : {"mlperf_pretrainedResnet", "mlperf_vww_96_float", "mlperf_ad01_fp32"}) {
    const auto path = GoldenFolder() / name / "model.tflite";
    if (std::filesystem::exists(path)) paths.push_back(path.string());
  }
  if (paths.size() == 3) std::cout << "MLPerf Tiny models are absent\n";
  for (const std::string& path : paths) {
    const auto model = ReadModelFile(path);
    ASSERT_TRUE(model.ok()) << model.error().ToString();
    for (const SchemeDef* scheme : SchemesOn29()) {
      QG_SEED(24000U);
      const auto samples = RandomSamples(**model, 3, random, 0, 1);
      std::set<OpCode> quantized;
      Trial trial{scheme, {}, {}};
      trial.show_all = scheme->integer();
      if (scheme->use == WeightUse::kHybrid) trial.tolerance = kCodedTolerance;
      const std::string difference = Check(**model, samples, trial, *library_, &quantized);
      EXPECT_EQ(difference, "") << path << " under " << scheme->name;
      EXPECT_TRUE(quantized.count(OpCode::kFULLY_CONNECTED)) << path << " under " << scheme->name;
    }
  }
}

}  // namespace
}  // namespace quantgate
