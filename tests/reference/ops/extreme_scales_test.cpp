// Every operator on codes whose scales no sane file holds, but a damaged one may: each is refused
// or runs. Only a build with sanitizers sees all that may go wrong in between.
#include <gtest/gtest.h>

#include "tests/reference/ops/op_tester.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

constexpr int kCases = 150;  // an operator

float AnyScale(Random& random) {
  constexpr float kScales[] = {1e-45F, 1.2e-38F, 1e-20F, 1e-4F, 0.5F, 1, 3, 1e5F, 1e20F, 3.4e38F};
  return kScales[random.Int(0, 9)] * (random.Chance(0.5) ? 1.0F : random.Float(0.5, 1));
}

int32_t AnyZeroPoint(Random& random, DType dtype) {
  if (dtype == DType::kInt16) return 0;
  const CodeRange codes = CodeRangeOf(dtype);
  return random.Chance(0.3) ? codes.min : random.Int(codes.min, codes.max);
}

struct Form {
  OpCode code;
  int inputs;
  std::shared_ptr<const OpOptions> options = nullptr;
  enum { kAlike, kBool, kAxes, kLayer } kind = kAlike;
};

std::shared_ptr<const OpOptions> PoolOptions() {
  schema::Pool2DOptionsT options;
  options.stride_w = options.stride_h = options.filter_width = options.filter_height = 2;
  return MakeOptions(options);
}

std::vector<Form> Forms() {
  std::vector<Form> forms;
  for (const OpCode code :
       {OpCode::kABS, OpCode::kRELU, OpCode::kRELU6, OpCode::kRELU_N1_TO_1, OpCode::kLOGISTIC,
        OpCode::kTANH, OpCode::kHARD_SWISH, OpCode::kLEAKY_RELU, OpCode::kELU, OpCode::kGELU,
        OpCode::kRSQRT, OpCode::kLOG_SOFTMAX, OpCode::kQUANTIZE}) {
    forms.push_back({code, 1});
  }
  forms.push_back({OpCode::kSOFTMAX, 1, MakeOptions(schema::SoftmaxOptionsT())});
  forms.push_back({OpCode::kAVERAGE_POOL_2D, 1, PoolOptions()});
  forms.push_back({OpCode::kMAX_POOL_2D, 1, PoolOptions()});
  for (const OpCode code :
       {OpCode::kADD, OpCode::kSUB, OpCode::kMUL, OpCode::kMAXIMUM, OpCode::kSQUARED_DIFFERENCE,
        OpCode::kPRELU, OpCode::kCONCATENATION, OpCode::kBATCH_MATMUL}) {
    forms.push_back({code, 2});
  }
  for (const OpCode code : {OpCode::kLESS, OpCode::kEQUAL, OpCode::kGREATER_EQUAL}) {
    forms.push_back({code, 2, nullptr, Form::kBool});
  }
  for (const OpCode code : {OpCode::kSUM, OpCode::kMEAN, OpCode::kREDUCE_MAX}) {
    forms.push_back({code, 1, nullptr, Form::kAxes});
  }
  schema::Conv2DOptionsT conv;
  conv.stride_w = conv.stride_h = 1;
  schema::DepthwiseConv2DOptionsT depthwise;
  depthwise.stride_w = depthwise.stride_h = depthwise.depth_multiplier = 1;
  forms.push_back({OpCode::kFULLY_CONNECTED, 1, nullptr, Form::kLayer});
  forms.push_back({OpCode::kCONV_2D, 1, MakeOptions(conv), Form::kLayer});
  forms.push_back({OpCode::kDEPTHWISE_CONV_2D, 1, MakeOptions(depthwise), Form::kLayer});
  return forms;
}

std::vector<std::byte> AnyBytes(Random& random, size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.Bits());
  return bytes;
}

OpTester AnyCase(Random& random, const Form& form) {
  constexpr DType kTypes[] = {DType::kInt8, DType::kUInt8, DType::kInt16};
  const DType dtype = kTypes[random.Int(0, form.kind == Form::kLayer ? 1 : 2)];
  const auto quant = [&] { return PerTensor(AnyScale(random), AnyZeroPoint(random, dtype)); };
  OpTester op(form.code);
  op.options = form.options;
  for (int i = 0; i < form.inputs; ++i) op.Input(dtype, Shape{1, 4, 4, 4}, quant());
  if (form.kind == Form::kAxes) op.Constant(Shape{2}, {1, 2});
  if (form.kind == Form::kLayer) {
    const Shape shape = form.code == OpCode::kFULLY_CONNECTED ? Shape{3, 64} : Shape{1, 2, 2, 4};
    const QuantParams weights = dtype == DType::kInt8 ? PerTensor(AnyScale(random), 0) : quant();
    op.inputs.push_back(
        {dtype, shape, weights, AnyBytes(random, static_cast<size_t>(shape.num_elements()))});
  }
  op.Output(form.kind == Form::kBool ? DType::kBool : dtype,
            form.kind == Form::kBool ? QuantParams() : quant());
  return op;
}

TEST(ExtremeScales, EveryOperatorRefusesOrRuns) {
  QG_SEED(20241122U);
  for (const Form& form : Forms()) {
    SCOPED_TRACE(OpCodeName(form.code));
    int ran = 0;
    for (int i = 0; i < kCases; ++i) {
      const OpTester op = AnyCase(random, form);
      PlanOptions options;
      options.accelerated = random.Chance(0.5);
      options.profile = &AllProfiles()[static_cast<size_t>(i) % AllProfiles().size()];
      const auto plan = Plan::Make(op.Make(), options);
      if (!plan.ok()) continue;
      Interpreter interpreter(*plan);
      for (size_t k = 0; k < (*plan)->subgraph().inputs.size(); ++k) {
        const auto bytes = AnyBytes(random, interpreter.input(k).size());
        std::copy(bytes.begin(), bytes.end(), interpreter.input(k).begin());
      }
      EXPECT_TRUE(interpreter.Run().ok());
      ++ran;
    }
    EXPECT_GT(ran, 0);
  }
}

}  // namespace
}  // namespace quantgate
