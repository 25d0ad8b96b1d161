#include "reference/ops/op_table.h"

#include <gtest/gtest.h>

#include "reference/model/op_options.h"
#include "tests/reference/ops/op_tester.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

// Values that integer arithmetic stumbles over: zeros, all ones, the lowest int32, and anything.
void RunOnExtremes(const OpTester& op, Random& random) {
  Interpreter interpreter(*Plan::Make(op.Make()));
  for (size_t i = 0; i < interpreter.plan().subgraph().inputs.size(); ++i) {
    const int kind = random.Int(0, 3);
    const auto bytes = interpreter.input(i);
    for (size_t k = 0; k < bytes.size(); ++k) {
      const int value = kind == 0   ? 0
                        : kind == 1 ? 0xFF
                        : kind == 2 ? (k % 4 == 3 ? 0x80 : 0)
                                    : random.Int(0, 255);
      bytes[k] = static_cast<std::byte>(value);
    }
  }
  EXPECT_TRUE(interpreter.Run().ok());
}

TEST(OpTable, EveryRowIsFoundByItsCodeAndOnce) {
  for (const OpDef& op : AllOps()) {
    EXPECT_EQ(FindOp(op.code, op.custom_code), &op) << op.name();
    EXPECT_FALSE(op.summary.empty()) << op.name();
  }
  EXPECT_EQ(FindOp(OpCode::kDELEGATE), nullptr);
}

TEST(OpTable, RowsAreInOrderOfTheirNames) {
  for (size_t i = 1; i < AllOps().size(); ++i) {
    EXPECT_LT(AllOps()[i - 1].name(), AllOps()[i].name());
  }
}

// Whatever the inputs and outputs, an operator is prepared or refused with a message.
TEST(OpTable, NoOperatorCrashesOnAnyMixOfTypesAndShapes) {
  QG_SEED(20240795U);
  const std::vector<DType> types = {DType::kFloat32, DType::kInt8,   DType::kUInt8,
                                    DType::kInt16,   DType::kInt32,  DType::kString,
                                    DType::kInt4,    DType::kFloat16};
  const auto any_type = [&] {
    return types[static_cast<size_t>(random.Int(0, static_cast<int>(types.size()) - 1))];
  };
  const auto any_quant = [&]() -> QuantParams {
    if (random.Chance(0.3)) return {};
    return PerTensor(random.Chance(0.2) ? 3e38F : random.Float(0, 1), random.Int(-300, 300));
  };
  int prepared = 0;
  for (const OpDef& def : AllOps()) {
    for (int i = 0; i < 600; ++i) {
      OpTester op(def.code);
      const DType common = any_type();
      const int count = random.Int(0, 3);
      for (int k = 0; k < count; ++k) {
        const DType dtype = random.Chance(0.8) ? common : any_type();
        op.Input(dtype, random.AnyShape(random.Int(0, 5), 3), any_quant());
        const bool constant = random.Chance(0.3) && dtype == DType::kInt32;
        if (!constant) continue;
        op.inputs.back().constant =
            ToBytes(random.Codes<int32_t>(op.inputs.back().shape.num_elements(), -4, 4));
      }
      op.Output(random.Chance(0.8) ? common : any_type(), any_quant());
      const std::string error = op.Error();
      if (error.empty()) {
        ++prepared;
        RunOnExtremes(op, random);
      }
    }
  }
  EXPECT_GT(prepared, 100);  // otherwise the property says little
}

}  // namespace
}  // namespace quantgate
