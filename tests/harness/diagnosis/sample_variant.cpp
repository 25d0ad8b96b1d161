#include "tests/harness/diagnosis/sample_variant.h"

#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

// A tensor of `codes` 0..255 whose representable range is exactly the observed one.
TensorError Row(const std::string& name, int index, int op, const std::string& type, double min,
                double max, double sqnr_db) {
  TensorError row;
  row.tensor = row.reference_tensor = name;
  row.tensor_index = index;
  row.op_index = op;
  row.op_type = type;
  row.matched_by = "name";
  row.dtype = DType::kUInt8;
  row.elements = 100;
  row.samples = 50;
  row.scale = (max - min) / 255;
  row.zero_point = static_cast<int64_t>(-min / *row.scale + 0.5);
  row.rmse_per_scale = 0.29;
  row.sqnr_db = sqnr_db;
  row.cosine = 0.9999;
  row.clipped_low_share = row.clipped_high_share = 0.0;
  row.codes_used = row.codes_total = 256;
  row.code_min = 0;
  row.code_max = 255;
  row.reference_min = min;
  row.reference_max = max;
  row.representable_min = min;
  row.representable_max = max;
  return row;
}

// Two classes, fifty samples each, nearly all right.
Confusion BalancedConfusion() { return {2, {48, 2, 3, 47}}; }

Model CleanModel() {
  const QuantParams activation = PerTensor(1.0F / 255, 0);
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kUInt8, Shape{1, 2}, activation);
  const int weights = builder.AddConstant("fc/w", Shape{2, 2}, std::vector<int8_t>{127, 5, -3, 90},
                                          PerTensor(0.01F, 0));
  const int out = builder.AddTensor("fc", DType::kUInt8, Shape{1, 2}, activation);
  builder.AddOp(OpCode::kFULLY_CONNECTED, {in, weights}, {out});
  return builder.Build({out});
}

Model FloatModel() {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 2});
  const int out = builder.AddTensor("relu", DType::kFloat32, Shape{1, 2});
  builder.AddOp(OpCode::kRELU, {in}, {out});
  return builder.Build({out});
}

}  // namespace

Evidence CleanEvidence() {
  Evidence evidence;
  VariantResult& variant = evidence.variant;
  variant.name = "int8";
  variant.accuracy = {100, 95, 0.95, {0.89, 0.98}};
  variant.paired = PairedResult{};
  variant.paired->n = 100;
  variant.paired->drop95 = {-0.02, 0.02};
  variant.confusion = BalancedConfusion();
  variant.tensors = {Row("in", 0, -1, "INPUT", 0, 1, 50), Row("conv1", 3, 0, "CONV_2D", -1, 4, 45),
                     Row("conv2", 4, 1, "CONV_2D", -2, 9, 44),
                     Row("fc", 2, 2, "FULLY_CONNECTED", -10, 20, 43)};
  evidence.dataset.samples = 100;
  evidence.dataset.real_min = 0;
  evidence.dataset.real_max = 1;
  evidence.model = CleanModel();
  evidence.reference_model = FloatModel();
  return evidence;
}

void LoseAccuracy(VariantResult& variant) {
  variant.accuracy.top1 = 0.85;
  variant.paired->drop = 0.10;
  variant.paired->drop95 = {0.05, 0.15};
  variant.verdict = Verdict::kFail;
}

std::optional<Finding> Look(const Evidence& evidence, const std::string& id) {
  std::vector<Finding> findings;
  FindingContext context{evidence.variant, evidence.dataset, evidence.model};
  context.reference_model = &evidence.reference_model;
  FindFinding(id)->look(context, findings);
  if (findings.empty()) return std::nullopt;
  return findings.front();
}

}  // namespace quantgate
