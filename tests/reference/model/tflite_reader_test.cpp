// The reader against damaged files: every one gives a model that passes Validate, or an error.
#include "reference/model/tflite_reader.h"

#include <gtest/gtest.h>

#include "reference/core/file.h"
#include "reference/interpreter/plan.h"
#include "reference/model/op_options.h"
#include "reference/model/tflite_writer.h"
#include "tests/support/golden_folder.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/sample_models.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

using Bytes = std::vector<std::byte>;

// Reads and, if that works, goes on as far as a run would: nothing may crash on the way.
bool ReadAndPrepare(Bytes bytes) {
  const auto model = ReadModel(ConstBytes(std::move(bytes)), "damaged");
  if (!model.ok()) {
    EXPECT_FALSE(model.error().message.empty());
    EXPECT_EQ(model.error().file, "damaged");
    return false;
  }
  EXPECT_TRUE(Validate(**model).ok());
  const auto plan = Plan::Make(*model);
  if (!plan.ok()) {
    EXPECT_FALSE(plan.error().message.empty());
  }
  static_cast<void>(WriteModel(**model));
  return true;
}

void FlipRandomBytes(const Bytes& original, int mutants, Random& random) {
  int still_read = 0;
  for (int i = 0; i < mutants; ++i) {
    Bytes bytes = original;
    const int flips = random.Int(1, 4);
    for (int k = 0; k < flips; ++k) {
      const auto at = static_cast<size_t>(random.Int(0, static_cast<int>(bytes.size()) - 1));
      // A flipped bit, an extreme value, or anything.
      const int kind = random.Int(0, 2);
      const auto value = kind == 0   ? bytes[at] ^ std::byte{uint8_t(1U << random.Int(0, 7))}
                         : kind == 1 ? std::byte{uint8_t(random.Chance(0.5) ? 0xFF : 0x80)}
                                     : static_cast<std::byte>(random.Int(0, 255));
      bytes[at] = value;
    }
    still_read += ReadAndPrepare(std::move(bytes)) ? 1 : 0;
  }
  // The property would be empty if nothing, or everything, still read.
  EXPECT_GT(still_read, 0);
  EXPECT_LT(still_read, mutants);
}

TEST(TfliteReader, EveryPrefixIsAnError) {
  const Bytes bytes = WriteModel(SmallFloatModel());
  for (size_t length = 0; length < bytes.size(); ++length) {
    Bytes prefix(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
    const auto model = ReadModel(ConstBytes(std::move(prefix)), "cut");
    // FlatBuffers pads the end: a cut that takes padding alone loses nothing.
    if (length + 16 < bytes.size()) {
      ASSERT_FALSE(model.ok()) << length;
      ASSERT_EQ(model.error().code, ErrorCode::kModel);
    }
  }
}

TEST(TfliteReader, RandomDamageOfASmallModelNeverCrashes) {
  QG_SEED(20240620U);
  FlipRandomBytes(WriteModel(SmallFloatModel()), 6000, random);
}

TEST(TfliteReader, RandomDamageOfEveryCornerNeverCrashes) {
  QG_SEED(20240621U);
  FlipRandomBytes(WriteModel(EveryCornerModel()), 6000, random);
}

TEST(TfliteReader, RandomDamageOfRealModelsNeverCrashes) {
  const auto models = GoldenModels();
  if (models.empty()) GTEST_SKIP() << "no real models beside the repository";
  QG_SEED(20240622U);
  for (const auto& path : models) {
    const auto bytes = ReadFile(path.string());
    ASSERT_TRUE(bytes.ok());
    if (bytes->size() > 20000) continue;  // large files are nearly all constants
    SCOPED_TRACE(path.string());
    FlipRandomBytes(*bytes, 300, random);
  }
}

TEST(TfliteReader, WhatIsNotAModelIsSaidSo) {
  const auto message = [](const std::string& text) {
    return ReadModel(ConstBytes(ToBytes(std::vector<char>(text.begin(), text.end()))), "x")
        .error()
        .message;
  };
  EXPECT_EQ(message(""), "too short for a .tflite file (0 bytes)");
  EXPECT_EQ(message("some text or other"), "not a .tflite file (no TFL3 identifier)");
  EXPECT_EQ(message("<html>404 Not Found</html>"), "not a .tflite file but HTML or XML text");
  EXPECT_EQ(message("1234TFL3 and then nothing that fits"),
            "the file is damaged or cut short (FlatBuffers verification)");
}

TEST(TfliteReader, FilesThatAreNotThereAreNamed) {
  const TempFolder folder;
  const auto missing = ReadModelFile(folder.File("no.tflite"));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kInput);
  EXPECT_EQ(missing.error().message, "no such file");
  EXPECT_EQ(missing.error().file, folder.File("no.tflite"));
  EXPECT_EQ(ReadModelFile(folder.path().string()).error().message, "is not a regular file");
  ASSERT_TRUE(WriteFile(folder.File("empty.tflite"), std::string_view()).ok());
  EXPECT_EQ(ReadModelFile(folder.File("empty.tflite")).error().message, "is empty");
}

// A schema table changed by hand and packed: for what the writer would never write.
template <class Change>
Result<std::shared_ptr<const Model>> ReadChanged(const Change& change) {
  const Bytes bytes = WriteModel(SmallFloatModel());
  schema::ModelT table;
  schema::GetModel(bytes.data())->UnPackTo(&table);
  change(table);
  flatbuffers::FlatBufferBuilder builder;
  schema::FinishModelBuffer(builder, schema::Model::Pack(builder, &table));
  const auto* data = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return ReadModel(ConstBytes(Bytes(data, data + builder.GetSize())), "changed");
}

template <class Change>
std::string MessageOf(const Change& change) {
  const auto model = ReadChanged(change);
  return model.ok() ? "read" : model.error().message;
}

TEST(TfliteReader, RefusesWhatTheFormatForbids) {
  using schema::ModelT;
  EXPECT_EQ(MessageOf([](ModelT&) {}), "read");
  EXPECT_EQ(MessageOf([](ModelT& m) { m.version = 2; }),
            "schema version 2; version 3 is supported");
  EXPECT_EQ(MessageOf([](ModelT& m) { m.subgraphs.clear(); }), "no subgraph");
  EXPECT_EQ(MessageOf([](ModelT& m) { m.subgraphs[0]->operators[0]->opcode_index = 9; }),
            "operator code 9 does not exist");
  EXPECT_EQ(MessageOf([](ModelT& m) {
              m.subgraphs[0]->tensors[0]->type = static_cast<schema::TensorType>(99);
            }),
            "unknown element type 99");
  EXPECT_EQ(MessageOf([](ModelT& m) {
              m.subgraphs[0]->tensors[0]->shape = {1, -4};
            }),
            "negative extent -4");
  EXPECT_EQ(MessageOf([](ModelT& m) { m.subgraphs[0]->tensors[0]->external_buffer = 3; }),
            "data in another file");
  EXPECT_EQ(MessageOf([](ModelT& m) {
              m.subgraphs[0]->tensors[0]->quantization->scale = {1.0F};
              m.subgraphs[0]->tensors[0]->quantization->zero_point = {int64_t{1} << 40};
            }),
            "zero point 1099511627776 is out of range");
  EXPECT_EQ(MessageOf([](ModelT& m) {
              m.buffers[1]->data.clear();
              m.buffers[1]->offset = 1 << 30;
              m.buffers[1]->size = 72;
            }),
            "data at 1073741824 of 72 bytes lies outside the file");
}

// Some writers leave zero points out, or write one for many scales.
TEST(TfliteReader, FillsZeroPointsThatAreLeftOut) {
  const auto zero_points = [](const std::vector<int64_t>& stored) {
    const auto model = ReadChanged([&](schema::ModelT& m) {
      m.subgraphs[0]->tensors[1]->quantization->scale = {1.0F, 2.0F};
      m.subgraphs[0]->tensors[1]->quantization->zero_point = stored;
    });
    EXPECT_TRUE(model.ok());
    const TensorInfo& tensor = (*model)->main().tensors[1];
    EXPECT_EQ(tensor.zero_points_filled_in, stored.size() < 2);
    return tensor.quant.zero_points;
  };
  EXPECT_EQ(zero_points({}), (std::vector<int32_t>{0, 0}));
  EXPECT_EQ(zero_points({5}), (std::vector<int32_t>{5, 5}));
  EXPECT_EQ(zero_points({5, 6}), (std::vector<int32_t>{5, 6}));
}

// person_detect.tflite, a published model, names axis 3 with a single scale.
TEST(TfliteReader, AnAxisWithoutSeveralScalesMeansNothing) {
  const auto model = ReadChanged([](schema::ModelT& m) {
    m.subgraphs[0]->tensors[1]->quantization->scale = {1.0F};
    m.subgraphs[0]->tensors[1]->quantization->quantized_dimension = 77;
  });
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  EXPECT_EQ((*model)->main().tensors[1].quant.axis, 0);
  EXPECT_EQ((*model)->main().tensors[1].stored_axis, 77);
}

// The same model names axis 3 for its biases too, which have but one axis.
TEST(TfliteReader, ATensorOfRankOneHasButOneAxis) {
  const auto model = ReadChanged([](schema::ModelT& m) {
    m.subgraphs[0]->tensors[2]->quantization->scale = {1.0F, 2.0F};
    m.subgraphs[0]->tensors[2]->quantization->zero_point = {0, 0};
    m.subgraphs[0]->tensors[2]->quantization->quantized_dimension = 3;
  });
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  EXPECT_EQ((*model)->main().tensors[2].quant.axis, 0);
  EXPECT_EQ((*model)->main().tensors[2].stored_axis, 3);
}

TEST(TfliteReader, ConstantsMayLieBehindTheTable) {
  Bytes bytes = WriteModel(SmallFloatModel());
  schema::ModelT table;
  schema::GetModel(bytes.data())->UnPackTo(&table);
  const auto wanted = table.buffers[2]->data;
  table.buffers[2]->data.clear();
  table.buffers[2]->offset = 1 << 16;
  table.buffers[2]->size = wanted.size();
  flatbuffers::FlatBufferBuilder builder;
  schema::FinishModelBuffer(builder, schema::Model::Pack(builder, &table));
  const auto* data = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  bytes.assign(data, data + builder.GetSize());
  ASSERT_LT(bytes.size(), size_t{1} << 16);
  bytes.resize(1 << 16);
  for (uint8_t byte : wanted) bytes.push_back(static_cast<std::byte>(byte));
  const auto model = ReadModel(ConstBytes(bytes), "large");
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  EXPECT_EQ(FromBytes<uint8_t>((*model)->buffers[2].view()), wanted);
}

}  // namespace
}  // namespace quantgate
