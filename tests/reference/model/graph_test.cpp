#include "reference/model/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

// What Validate says of a sample model after a change.
template <class Change>
std::string Complaint(const Change& change) {
  Model model = EveryCornerModel();
  change(model);
  const Status status = Validate(model);
  return status.ok() ? "valid" : status.error().ToString();
}

TensorInfo& Tensor(Model& model, size_t index) { return model.subgraphs[0].tensors[index]; }
OpNode& Op(Model& model, size_t index) { return model.subgraphs[0].ops[index]; }

TEST(Validate, AcceptsTheModelThatTheOthersBreak) {
  EXPECT_EQ(Complaint([](Model&) {}), "valid");
}

TEST(Validate, WholeModel) {
  EXPECT_EQ(Complaint([](Model& m) { m.subgraphs.clear(); }), "model error: no subgraph");
  EXPECT_EQ(Complaint([](Model& m) { m.buffers.clear(); }),
            "model error: no buffers; buffer 0 must exist");
  EXPECT_EQ(Complaint([](Model& m) { m.metadata[0].buffer = 40; }),
            "model error: metadata 'min_runtime_version' refers to buffer 40");
}

TEST(Validate, Buffers) {
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 0).buffer = 99; }),
            "model error: tensor 'in': buffer 99 of 5 does not exist");
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 0).buffer = -1; }),
            "model error: tensor 'in': buffer -1 of 5 does not exist");
  EXPECT_EQ(Complaint([](Model& m) {
              Tensor(m, 2).shape = Shape{2, 5};
            }),
            "model error: tensor 'weights': constant of 8 bytes where int8 [2,5] needs 10");
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 3).shape = Shape{5}; }),
            "model error: tensor 'packed': constant of 2 bytes where int4 [5] needs 3");
}

TEST(Validate, Quantization) {
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 0).quant.zero_points.clear(); }),
            "model error: tensor 'in': 1 scales but 0 zero points");
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 0).quant.scales[0] = -1; }),
            "model error: tensor 'in': scale -1.000000 is negative or not finite");
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 0).quant.scales[0] = NAN; }),
            "model error: tensor 'in': scale nan is negative or not finite");
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 0).quant.scales[0] = INFINITY; }),
            "model error: tensor 'in': scale inf is negative or not finite");
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 2).quant.axis = 1; }),
            "model error: tensor 'weights': 2 scales along axis 1 of shape [2,4]");
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 2).quant.axis = -1; }),
            "model error: tensor 'weights': 2 scales along axis -1 of shape [2,4]");
  EXPECT_EQ(Complaint([](Model& m) { Tensor(m, 2).quant.axis = 2; }),
            "model error: tensor 'weights': 2 scales along axis 2 of shape [2,4]");
}

TEST(Validate, BlockwiseTensorsExist) {
  const auto with = [](int scales, int zero_points) {
    return Complaint([&](Model& m) {
      Tensor(m, 3).blockwise = BlockwiseParams{scales, zero_points, 32};
    });
  };
  EXPECT_EQ(with(-1, -1), "valid");
  EXPECT_THAT(with(99, -1), testing::HasSubstr("scales or zero points refers to tensor 99 of "));
  EXPECT_THAT(with(2, -2), testing::HasSubstr("scales or zero points refers to tensor -2 of "));
}

TEST(Validate, Operators) {
  EXPECT_EQ(Complaint([](Model& m) { Op(m, 0).inputs[0] = 6; }),
            "model error: op 0: an input refers to tensor 6 of 6");
  EXPECT_EQ(Complaint([](Model& m) { Op(m, 0).inputs[0] = -2; }),
            "model error: op 0: an input refers to tensor -2 of 6");
  EXPECT_EQ(Complaint([](Model& m) { Op(m, 1).outputs[0] = -1; }),
            "model error: op 1: an output refers to tensor -1 of 6");
  EXPECT_EQ(Complaint([](Model& m) { Op(m, 1).intermediates[0] = 77; }),
            "model error: op 1: an intermediate refers to tensor 77 of 6");
  EXPECT_EQ(Complaint([](Model& m) { Op(m, 1).outputs[0] = 1; }),
            "model error: op 1: tensor 'out': is computed twice");
  EXPECT_EQ(Complaint([](Model& m) { Op(m, 1).outputs[0] = 0; }),  // a graph input is given
            "model error: op 1: tensor 'in': is computed twice");
  EXPECT_EQ(Complaint([](Model& m) { Op(m, 1).outputs[0] = 2; }),
            "model error: op 1: tensor 'weights': writes to a constant");
}

TEST(Validate, ListsOfASubgraph) {
  EXPECT_EQ(Complaint([](Model& m) { m.subgraphs[0].inputs[0] = 6; }),
            "model error: the input list refers to tensor 6 of 6");
  EXPECT_EQ(Complaint([](Model& m) { m.subgraphs[1].outputs[0] = -1; }),
            "model error: the output list refers to tensor -1 of 2");
}

TEST(Validate, Signatures) {
  EXPECT_EQ(Complaint([](Model& m) { m.signatures[0].subgraph = 2; }),
            "model error: signature 'serve' refers to subgraph 2");
  EXPECT_EQ(Complaint([](Model& m) { m.signatures[1].inputs[0].tensor = 2; }),
            "model error: signature 'second' refers to tensor 2");
  EXPECT_EQ(Complaint([](Model& m) { m.signatures[0].outputs[0].tensor = -1; }),
            "model error: signature 'serve' refers to tensor -1");
}

TEST(Graph, ByteSizeRoundsPackedTypesUp) {
  EXPECT_EQ(ByteSize(DType::kInt4, Shape{3}), 2U);
  EXPECT_EQ(ByteSize(DType::kInt2, Shape{5}), 2U);
  EXPECT_EQ(ByteSize(DType::kFloat32, Shape{}), 4U);
  EXPECT_EQ(ByteSize(DType::kFloat32, Shape{0, 7}), 0U);
  EXPECT_EQ(ByteSize(DType::kString, Shape{9}), 0U);
}

TEST(Graph, CustomOperatorsAreNamedByTheirCode) {
  Model model = EveryCornerModel();
  EXPECT_EQ(Op(model, 0).type_name(), "FULLY_CONNECTED");
  EXPECT_EQ(Op(model, 1).type_name(), "MyOp");
  Op(model, 1).custom_code.clear();
  EXPECT_EQ(Op(model, 1).type_name(), "CUSTOM");
  EXPECT_EQ(OpCodeName(static_cast<OpCode>(5000)), "UNKNOWN");
}

}  // namespace
}  // namespace quantgate
