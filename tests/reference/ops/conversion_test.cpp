#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reference/numeric/affine.h"
#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

OpTester Convert(OpCode code, DType from, const QuantParams& in, DType to, const QuantParams& out,
                 const Shape& shape) {
  OpTester op(code);
  op.Input(from, shape, in);
  op.Output(to, out);
  return op;
}

TEST(Conversion, QuantizeOfFloatsIsTheAffineMap) {
  QG_SEED(20240790U);
  for (int i = 0; i < 100; ++i) {
    const QuantParams quant = PerTensor(random.Float(0.001, 0.1), random.Int(-128, 127));
    const auto reals = random.Floats(50, -8, 8);
    const OpTester op =
        Convert(OpCode::kQUANTIZE, DType::kFloat32, {}, DType::kInt8, quant, Shape{50});
    const auto got = FromBytes<int8_t>(op.Run({ToBytes(reals)}));
    for (size_t k = 0; k < reals.size(); ++k) {
      ASSERT_EQ(got[k], Quantize(reals[k], quant.scale(), quant.zero_point(), {-128, 127}));
    }
  }
}

// All four pairs of byte types, every code.
TEST(Conversion, QuantizeOfCodesIsWithinOneOfTheReal) {
  QG_SEED(20240791U);
  for (int i = 0; i < 200; ++i) {
    const DType from = random.Chance(0.5) ? DType::kInt8 : DType::kUInt8;
    const DType to = random.Chance(0.5) ? DType::kInt8 : DType::kUInt8;
    const CodeRange in_codes = CodeRangeOf(from);
    const CodeRange out_codes = CodeRangeOf(to);
    const QuantParams in =
        PerTensor(random.Float(0.001, 0.1), random.Int(in_codes.min, in_codes.max));
    const QuantParams out =
        PerTensor(random.Float(0.001, 0.1), random.Int(out_codes.min, out_codes.max));
    std::vector<std::byte> bytes(256);
    for (int k = 0; k < 256; ++k) {
      bytes[static_cast<size_t>(k)] = static_cast<std::byte>(in_codes.min + k);
    }
    const auto got = Convert(OpCode::kQUANTIZE, from, in, to, out, Shape{256}).Run({bytes});
    for (int k = 0; k < 256; ++k) {
      const double real = static_cast<double>(in.scale()) * (in_codes.min + k - in.zero_point());
      const double want =
          std::clamp<double>(std::round(real / static_cast<double>(out.scale())) + out.zero_point(),
                             out_codes.min, out_codes.max);
      const std::byte byte = got[static_cast<size_t>(k)];
      const int code = to == DType::kInt8 ? static_cast<int8_t>(byte) : static_cast<uint8_t>(byte);
      ASSERT_LE(std::abs(code - want), 1) << DTypeName(from) << " to " << DTypeName(to);
    }
  }
}

// The usual use: int8 and uint8 of one scale, 128 apart, convert without any error.
TEST(Conversion, Int8AndUInt8OfOneScaleConvertExactly) {
  const OpTester op = Convert(OpCode::kQUANTIZE, DType::kUInt8, PerTensor(0.02F, 128), DType::kInt8,
                              PerTensor(0.02F, 0), Shape{3});
  EXPECT_EQ(FromBytes<int8_t>(op.Run({ToBytes(std::vector<uint8_t>{0, 128, 255})})),
            (std::vector<int8_t>{-128, 0, 127}));
}

TEST(Conversion, DequantizeIsTheAffineMap) {
  const OpTester op = Convert(OpCode::kDEQUANTIZE, DType::kInt16, PerTensor(0.5F, 0),
                              DType::kFloat32, {}, Shape{3});
  EXPECT_EQ(FromBytes<float>(op.Run({ToBytes(std::vector<int16_t>{-32768, 0, 3})})),
            (std::vector<float>{-16384, 0, 1.5F}));
}

TEST(Conversion, DequantizeOfHalvesWidensThem) {
  const OpTester op =
      Convert(OpCode::kDEQUANTIZE, DType::kFloat16, {}, DType::kFloat32, {}, Shape{2});
  EXPECT_EQ(FromBytes<float>(op.Run({ToBytes(std::vector<uint16_t>{0x3C00, 0xC000})})),
            (std::vector<float>{1, -2}));
}

TEST(Conversion, PrepareErrorsSayWhatIsWrong) {
  const Shape shape{2};
  const QuantParams good = PerTensor(0.5F, 0);
  EXPECT_EQ(Convert(OpCode::kQUANTIZE, DType::kFloat32, {}, DType::kInt8, {}, shape).Error(),
            "model: 'output' needs one scale and zero point, has 0");
  EXPECT_EQ(Convert(OpCode::kQUANTIZE, DType::kInt8, {}, DType::kInt8, good, shape).Error(),
            "model: 'input0' needs one scale and zero point, has 0");
  EXPECT_EQ(Convert(OpCode::kQUANTIZE, DType::kFloat32, {}, DType::kFloat32, {}, shape).Error(),
            "unsupported: no kernel for types float32 -> float32");
  EXPECT_EQ(Convert(OpCode::kDEQUANTIZE, DType::kInt8, {}, DType::kFloat32, {}, shape).Error(),
            "unsupported: no kernel for types int8 -> float32");
  EXPECT_EQ(Convert(OpCode::kDEQUANTIZE, DType::kInt8, good, DType::kInt8, good, shape).Error(),
            "unsupported: no kernel for types int8 -> int8");
}

}  // namespace
}  // namespace quantgate
