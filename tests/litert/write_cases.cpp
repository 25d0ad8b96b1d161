// Writes models of every scheme with samples and the answers of the built-in interpreter (where
// activations are codes or become codes a block, under the profile `litert`), for the test that
// loads them in LiteRT: write_cases FOLDER. The border is float32 throughout, because LiteRT in a
// browser takes nothing else.
//
// FOLDER/cases.json: [{"name", "scheme", "inputs": [[extents]], "samples", "exact"}], and for each
// case NAME.tflite, NAME.in (all inputs of a sample, then the next sample) and NAME.out (the first
// output of each sample), float32.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "datasets/dataset_table.h"
#include "harness/quantization/quantizer.h"
#include "reference/interpreter/interpreter.h"
#include "reference/model/op_options.h"
#include "reference/model/tflite_reader.h"
#include "reference/model/tflite_writer.h"
#include "tests/support/bytes.h"
#include "tests/support/float_ranges.h"
#include "tests/support/golden_folder.h"
#include "tests/support/mnist.h"
#include "tests/support/model_builder.h"
#include "tests/support/random_graph.h"

namespace quantgate {
namespace {

using Values = std::vector<std::vector<std::byte>>;

class CaseWriter {
 public:
  explicit CaseWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Every scheme of a float model.
  void AddAll(const std::string& name, const std::shared_ptr<const Model>& model,
              const std::vector<Values>& samples) {
    Add(name, "float32", model, samples);
    const auto ranges = FloatRanges(*model, samples);
    if (!ranges) return Fail(name, "does not run here");
    for (const SchemeDef& scheme : AllSchemes()) {
      QuantizeOptions options;
      options.scheme = &scheme;
      options.activations.types = {DType::kFloat32, DType::kFloat32};
      const auto made = QuantizeModel(*model, &*ranges, options);
      if (!made.ok()) return Fail(name, made.error().ToString());
      Add(name, std::string(scheme.name), made->model, samples);
    }
  }

  // Dense layers alone under the schemes of blocks: nothing here sums floats in an order of its
  // own, so answers are equal to the bit. The second model of each has scales that XNNPACK rounds.
  void AddBlocks(const std::string& name, const Model& model, const std::vector<Values>& samples,
                 Random& random) {
    for (const SchemeDef& scheme : AllSchemes()) {
      if (scheme.block_size == 0) continue;
      QuantizeOptions options;
      options.scheme = &scheme;
      const auto made = QuantizeModel(model, nullptr, options);
      if (!made.ok()) return Fail(name, made.error().ToString());
      Add(name, std::string(scheme.name), made->model, samples, true);
      Add(name + "_halves", std::string(scheme.name), WithAnyScales(*made->model, random), samples,
          true);
    }
  }

  // A layer alone under `dynamic-range`: equal to the bit likewise. `one_scale`: for all weights.
  void AddDynamic(const std::string& name, const Model& model, const std::vector<Values>& samples,
                  bool one_scale) {
    QuantizeOptions options;
    options.scheme = FindScheme("dynamic-range");
    const auto made = QuantizeModel(model, nullptr, options);
    if (!made.ok()) return Fail(name, made.error().ToString());
    Model quantized = *made->model;
    for (TensorInfo& tensor : quantized.main().tensors) {
      if (!one_scale || tensor.dtype != DType::kInt8) continue;
      tensor.quant = {{tensor.quant.scales[0]}, {0}, 0};
    }
    Add(name, "dynamic-range", std::make_shared<const Model>(std::move(quantized)), samples, true);
  }

  void Finish() { std::ofstream(folder_ / "cases.json") << cases_.dump(1) << "\n"; }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  void Fail(const std::string& name, const std::string& why) {
    std::cerr << name << ": " << why << "\n";
    ok_ = false;
  }

  // The same with other scales of blocks: halves of 11 bits, some of them subnormal.
  static std::shared_ptr<const Model> WithAnyScales(Model model, Random& random) {
    for (const TensorInfo& tensor : model.main().tensors) {
      if (tensor.dtype != DType::kFloat16) continue;
      std::vector<uint16_t> halves(static_cast<size_t>(tensor.shape.num_elements()));
      const bool tiny = random.Chance(0.2);
      for (uint16_t& half : halves) {
        half = static_cast<uint16_t>(tiny ? random.Int(1, 0x3FF) : random.Int(0x2000, 0x2FFF));
      }
      model.buffers[static_cast<size_t>(tensor.buffer)] = ConstBytes(ToBytes(halves));
    }
    return std::make_shared<const Model>(std::move(model));
  }

  void Add(const std::string& net, const std::string& scheme,
           const std::shared_ptr<const Model>& model, const std::vector<Values>& samples,
           bool exact = false) {
    const std::string name = net + "." + scheme;
    const std::vector<std::byte> file = WriteModel(*model);
    const auto read = ReadModel(ConstBytes(file), name);
    if (!read.ok()) return Fail(name, read.error().ToString());
    std::ofstream(folder_ / (name + ".tflite"), std::ios::binary)
        .write(reinterpret_cast<const char*>(file.data()),
               static_cast<std::streamsize>(file.size()));
    std::ofstream in(folder_ / (name + ".in"), std::ios::binary);
    std::ofstream out(folder_ / (name + ".out"), std::ios::binary);
    const auto put = [](std::ofstream& stream, const std::vector<std::byte>& bytes) {
      stream.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    };
    const SchemeDef* def = FindScheme(scheme);
    const bool codes =
        def != nullptr && (def->integer() || def->block_size > 0 || def->name == "dynamic-range");
    const PlanOptions options{.profile = codes ? FindProfile("litert") : &DefaultProfile()};
    const auto plan = Plan::Make(*read, options);
    if (!plan.ok()) return Fail(name, plan.error().ToString());
    for (const Values& values : samples) {
      for (const auto& value : values) put(in, value);
      put(out, Answer(*plan, values));
    }
    nlohmann::ordered_json entry;
    entry["name"] = name;
    entry["scheme"] = scheme;
    for (const int input : model->main().inputs) {
      const Shape& shape = model->main().tensors[static_cast<size_t>(input)].shape;
      nlohmann::ordered_json extents = nlohmann::ordered_json::array();
      for (int i = 0; i < shape.rank(); ++i) extents.push_back(shape.dim(i));
      entry["inputs"].push_back(extents);
    }
    entry["samples"] = samples.size();
    entry["exact"] = exact;
    cases_.push_back(std::move(entry));
  }

  static std::vector<std::byte> Answer(const std::shared_ptr<const Plan>& plan,
                                       const Values& values) {
    Interpreter interpreter(plan);
    for (size_t i = 0; i < values.size(); ++i) {
      std::copy(values[i].begin(), values[i].end(), interpreter.input(i).begin());
    }
    if (const Status ran = interpreter.Run(); !ran.ok()) {
      std::cerr << ran.error().ToString() << "\n";
      return {};
    }
    const auto output = interpreter.output(0);
    return {output.begin(), output.end()};
  }

  std::filesystem::path folder_;
  nlohmann::ordered_json cases_ = nlohmann::ordered_json::array();
  bool ok_ = true;
};

std::vector<Values> Digits(int count) {
  const auto images = OpenMnist("t10k", count);
  std::vector<Values> samples;
  for (int i = 0; i < count; ++i) {
    std::vector<float> pixels(784);
    QG_CHECK(images->ReadRaw(i, pixels).ok());
    for (float& pixel : pixels) pixel /= 255;
    samples.push_back({ToBytes(pixels)});
  }
  return samples;
}

std::vector<Values> Noise(const Model& model, int count, Random& random) {
  std::vector<Values> samples;
  const auto at = static_cast<size_t>(model.main().inputs[0]);
  for (int i = 0; i < count; ++i) {
    samples.push_back(
        {ToBytes(random.Floats(model.main().tensors[at].shape.num_elements(), 0, 1))});
  }
  return samples;
}

// Two or three dense layers over rows of a multiple of 256.
std::shared_ptr<const Model> DenseNet(Random& random) {
  ModelBuilder builder;
  int32_t depth = 256 * random.Int(1, 3);
  const int32_t rows = random.Int(1, 5);
  int from = builder.AddInput("in", DType::kFloat32, Shape{rows, depth});
  const int layers = random.Int(2, 3);
  for (int i = 0; i < layers; ++i) {
    const int32_t units = i + 1 < layers ? 256 * random.Int(1, 2) : random.Int(4, 40);
    const std::string name = "dense" + std::to_string(i);
    const int weights = builder.AddConstant(name + "/w", Shape{units, depth},
                                            random.Floats(int64_t{units} * depth, -0.1, 0.1));
    const int bias = random.Chance(0.3) ? -1
                                        : builder.AddConstant(name + "/b", Shape{units},
                                                              random.Floats(units, -1, 1));
    const int to = builder.AddTensor(name, DType::kFloat32, Shape{rows, units});
    schema::FullyConnectedOptionsT options;
    if (i + 1 < layers) {
      options.fused_activation_function = random.Chance(0.5)
                                              ? schema::ActivationFunctionType::RELU
                                              : schema::ActivationFunctionType::RELU6;
    }
    builder.AddOp(OpCode::kFULLY_CONNECTED, {from, weights, bias}, {to}, MakeOptions(options));
    from = to;
    depth = units;
  }
  return builder.Finish({from});
}

// One convolution of at least 1,024 weights; often of single pixels, sometimes of two groups. The
// kernel wants a bias.
std::shared_ptr<const Model> ConvNet(Random& random) {
  ModelBuilder builder;
  const int groups = random.Chance(0.25) ? 2 : 1;
  const int depth = random.Int(16, 40);
  const Shape in{random.Int(1, 2), random.Int(4, 9), random.Int(4, 9), groups * depth};
  const int channels = groups * random.Int(64, 80);
  const bool pixels = random.Chance(0.4);
  const Shape filter{channels, pixels ? 1 : random.Int(1, 3), pixels ? 1 : random.Int(1, 3), depth};
  schema::Conv2DOptionsT options;
  const bool same = random.Chance(0.5);
  options.padding = same ? schema::Padding::SAME : schema::Padding::VALID;
  options.stride_h = random.Int(1, 2);
  options.stride_w = random.Chance(0.8) ? options.stride_h : 3 - options.stride_h;
  const bool dilated = options.stride_h == 1 && options.stride_w == 1 && random.Chance(0.3);
  options.dilation_h_factor = options.dilation_w_factor = dilated ? random.Int(1, 2) : 1;
  options.fused_activation_function = random.Chance(0.5) ? schema::ActivationFunctionType::RELU6
                                                         : schema::ActivationFunctionType::NONE;
  const auto extent = [&](int axis, int stride, int dilation) {
    const int window = (filter.dim(axis) - 1) * dilation + 1;
    const int places = same ? in.dim(axis) : std::max(1, in.dim(axis) - window + 1);
    return (places + stride - 1) / stride;
  };
  const int x = builder.AddInput("in", DType::kFloat32, in);
  const int weights =
      builder.AddConstant("w", filter, random.Floats(filter.num_elements(), -0.1, 0.1));
  const int bias = builder.AddConstant("b", Shape{channels}, random.Floats(channels, -1, 1));
  const Shape out{in.dim(0), extent(1, options.stride_h, options.dilation_h_factor),
                  extent(2, options.stride_w, options.dilation_w_factor), channels};
  const int y = builder.AddTensor("y", DType::kFloat32, out);
  builder.AddOp(OpCode::kCONV_2D, {x, weights, bias}, {y}, MakeOptions(options));
  return builder.Finish({y});
}

bool TakesFloats(const Model& model) {
  const auto is_float = [&](int tensor) {
    return model.main().tensors[static_cast<size_t>(tensor)].dtype == DType::kFloat32;
  };
  return std::all_of(model.main().inputs.begin(), model.main().inputs.end(), is_float) &&
         is_float(model.main().outputs[0]);
}

int Main(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  CaseWriter writer(folder);
  for (const char* net : {"mnist_conv", "mnist_depthwise"}) {
    const auto model = ReadModelFile("configs/mnist/" + std::string(net) + ".tflite");
    if (!model.ok()) return 1;
    writer.AddAll(net, *model, Digits(20));
  }
  Random random(20261121U);
  for (const char* net : {"mlperf_pretrainedResnet", "mlperf_vww_96_float", "mlperf_ad01_fp32"}) {
    const auto model = ReadModelFile((GoldenFolder() / net / "model.tflite").string());
    if (model.ok()) writer.AddAll(net, *model, Noise(**model, 4, random));
  }
  for (int graphs = 0; graphs < 8;) {
    const RandomGraph graph = MakeRandomGraph(random, 4);
    if (!TakesFloats(*graph.model)) continue;
    writer.AddAll("random" + std::to_string(graphs++), graph.model, graph.samples);
  }
  for (int i = 0; i < 6; ++i) {
    const auto model = DenseNet(random);
    std::vector<Values> samples = Noise(*model, 2, random);
    for (std::byte& byte : samples.emplace_back(samples[0])[0]) byte = std::byte{0};
    writer.AddBlocks("dense" + std::to_string(i), *model, samples, random);
  }
  for (int i = 0; i < 40; ++i) {
    const bool dense = i % 4 == 0;
    const auto model = dense ? DenseNet(random) : ConvNet(random);
    std::vector<Values> samples = Noise(*model, 2, random);
    samples.push_back({ToBytes(
        random.Floats(static_cast<int64_t>(samples[0][0].size() / sizeof(float)), -3, 2))});
    writer.AddDynamic((dense ? "dense_layer" : "conv_layer") + std::to_string(i), *model, samples,
                      random.Chance(0.2));
  }
  writer.Finish();
  return writer.ok() ? 0 : 1;
}

}  // namespace
}  // namespace quantgate

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: write_cases FOLDER\n";
    return 2;
  }
  return quantgate::Main(arguments[1]);
}
