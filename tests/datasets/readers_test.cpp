// Every reader of datasets, on files written here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "datasets/dataset_table.h"
#include "datasets/gzip.h"
#include "datasets/idx_dataset.h"
#include "datasets/npy.h"
#include "reference/core/file.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ReadersTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / (std::string("quantgate_readers_") +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string Write(const std::string& name, const std::string& bytes) const {
    const std::string path = (folder_ / name).string();
    EXPECT_TRUE(WriteFile(path, bytes).ok());
    return path;
  }
  fs::path folder_;
};

std::string BigEndian(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

std::string IdxImages(uint32_t count, uint32_t height, uint32_t width) {
  std::string bytes = BigEndian(0x803) + BigEndian(count) + BigEndian(height) + BigEndian(width);
  for (uint32_t i = 0; i < count * height * width; ++i) bytes += static_cast<char>(i * 7);
  return bytes;
}

std::string IdxLabels(uint32_t count) {
  std::string bytes = BigEndian(0x801) + BigEndian(count);
  for (uint32_t i = 0; i < count; ++i) bytes += static_cast<char>(i % 10);
  return bytes;
}

std::string Gzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(bytes.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(ReadersTest, IdxGivesPixelsAndLabels) {
  DatasetSpec spec{.kind = "idx",
                   .images = {Write("i", IdxImages(5, 3, 2))},
                   .labels = Write("l", IdxLabels(5)),
                   .dtype = "",
                   .shape = {},
                   .first = 0,
                   .limit = {}};
  const auto dataset = OpenDataset(spec);
  ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
  EXPECT_EQ((*dataset)->size(), 5);
  EXPECT_EQ((*dataset)->sample_shape().ToString(), "[3,2,1]");
  EXPECT_EQ((*dataset)->label(4), 4);
  std::vector<float> pixels(6);
  ASSERT_TRUE((*dataset)->ReadRaw(1, pixels).ok());
  EXPECT_EQ(pixels, (std::vector<float>{42, 49, 56, 63, 70, 77}));  // 7 i from i = 6 on
}

TEST_F(ReadersTest, GzipAndPlainAreTheSameDataset) {
  DatasetSpec plain{.kind = "idx",
                    .images = {Write("i", IdxImages(50, 4, 4))},
                    .labels = Write("l", IdxLabels(50)),
                    .dtype = "",
                    .shape = {},
                    .first = 0,
                    .limit = {}};
  DatasetSpec packed = plain;
  packed.images = {Write("i.gz", Gzip(IdxImages(50, 4, 4)))};
  packed.labels = Write("l.gz", Gzip(IdxLabels(50)));
  EXPECT_EQ(*(*OpenDataset(plain))->ContentHash(), *(*OpenDataset(packed))->ContentHash());
}

Result<std::vector<std::byte>> Unpacked(const std::string& path) {
  QG_ASSIGN_OR_RETURN(const ByteSource source, OpenMaybeGzip(path));
  std::vector<std::byte> buffer;
  QG_ASSIGN_OR_RETURN(const auto bytes, source.Read(0, static_cast<size_t>(source.size()), buffer));
  return std::vector<std::byte>(bytes.begin(), bytes.end());
}

TEST_F(ReadersTest, ConcatenatedGzipMembersAreOneFile) {
  const std::string bytes = IdxImages(20, 5, 5);
  const auto read = Unpacked(Write("two.gz", Gzip(bytes.substr(0, 100)) + Gzip(bytes.substr(100))));
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(read->size(), bytes.size());
  EXPECT_EQ(std::memcmp(read->data(), bytes.data(), bytes.size()), 0);
}

TEST_F(ReadersTest, EveryTruncationOfGzipIsAnError) {
  const std::string packed = Gzip(IdxImages(3, 3, 3));
  for (size_t length = 2; length < packed.size(); ++length) {
    EXPECT_FALSE(Unpacked(Write("cut.gz", packed.substr(0, length))).ok()) << length;
  }
}

TEST_F(ReadersTest, EveryTruncationOfIdxIsAnError) {
  const std::string bytes = IdxImages(3, 3, 3);
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(ReadIdx(Write("cut", bytes.substr(0, length))).ok()) << length;
  }
}

TEST_F(ReadersTest, IdxRefusesOtherTypesAndHugeExtents) {
  EXPECT_THAT(
      ReadIdx(Write("float", BigEndian(0xD01) + BigEndian(1) + BigEndian(0))).error().message,
      HasSubstr("type 13"));
  const std::string huge =
      BigEndian(0x803) + BigEndian(0x7fffffff) + BigEndian(0x7fffffff) + BigEndian(0x7fffffff);
  EXPECT_FALSE(ReadIdx(Write("huge", huge)).ok());
  EXPECT_FALSE(ReadIdx(Write("longer", IdxLabels(4) + "x")).ok());
}

TEST_F(ReadersTest, FirstAndLimitCutTheSamples) {
  DatasetSpec spec{.kind = "idx",
                   .images = {Write("i", IdxImages(9, 2, 2))},
                   .labels = Write("l", IdxLabels(9)),
                   .dtype = "",
                   .shape = {},
                   .first = 3,
                   .limit = 4};
  const auto dataset = OpenDataset(spec);
  ASSERT_TRUE(dataset.ok());
  EXPECT_EQ((*dataset)->size(), 4);
  EXPECT_EQ((*dataset)->label(0), 3);
  spec.first = 9;
  EXPECT_THAT(OpenDataset(spec).error().message, HasSubstr("no samples"));
}

TEST_F(ReadersTest, TheHashSeesEveryValueAndLabel) {
  std::string images = IdxImages(4, 2, 2);
  std::string labels = IdxLabels(4);
  const auto hash = [&] {
    DatasetSpec spec{.kind = "idx",
                     .images = {Write("i", images)},
                     .labels = Write("l", labels),
                     .dtype = "",
                     .shape = {},
                     .first = 0,
                     .limit = {}};
    return *(*OpenDataset(spec))->ContentHash();
  };
  const std::string before = hash();
  images.back() = static_cast<char>(images.back() ^ 1);
  const std::string other_pixel = hash();
  images.back() = static_cast<char>(images.back() ^ 1);
  labels.back() = static_cast<char>(labels.back() ^ 1);
  EXPECT_NE(before, other_pixel);
  EXPECT_NE(before, hash());
}

TEST_F(ReadersTest, NpyRoundTripsEveryType) {
  std::mt19937_64 rng(7);
  for (const DType dtype :
       {DType::kFloat32, DType::kFloat64, DType::kInt8, DType::kUInt8, DType::kInt16, DType::kInt32,
        DType::kInt64, DType::kBool, DType::kFloat16}) {
    const Shape shape{2, 3, 4};
    std::vector<std::byte> values(24 * static_cast<size_t>(DTypeBits(dtype)) / 8);
    for (std::byte& value : values) value = static_cast<std::byte>(rng());
    const std::string bytes = NpyBytes(dtype, shape, values);
    EXPECT_EQ((bytes.size() - values.size()) % 64, 0U) << "NumPy aligns the data to 64 bytes";
    const auto read = ReadNpy(Write("a.npy", bytes));
    ASSERT_TRUE(read.ok()) << read.error().ToString();
    EXPECT_EQ(read->dtype, dtype);
    EXPECT_EQ(read->dims, (std::vector<int32_t>{2, 3, 4}));
    EXPECT_EQ(read->values, values);
  }
}

TEST_F(ReadersTest, NpyOfAScalarAndOfPackedTypes) {
  const std::vector<std::byte> four(4);
  EXPECT_TRUE(ReadNpy(Write("s.npy", NpyBytes(DType::kFloat32, Shape{}, four))).ok());
  EXPECT_EQ(NpyBytes(DType::kInt4, Shape{8}, four), "");  // NumPy has no such type
}

TEST_F(ReadersTest, NpyRefusesFortranOrderAndDamage) {
  const std::vector<std::byte> values(24);
  std::string bytes = NpyBytes(DType::kUInt8, Shape{2, 3, 4}, values);
  for (size_t length = 0; length < bytes.size(); length += 5) {
    EXPECT_FALSE(ReadNpy(Write("cut.npy", bytes.substr(0, length))).ok()) << length;
  }
  bytes.replace(bytes.find("False"), 5, "True ");
  EXPECT_THAT(ReadNpy(Write("f.npy", bytes)).error().message, HasSubstr("Fortran"));
}

TEST_F(ReadersTest, NpyLabelsAreClassNumbers) {
  const std::vector<float> values(2);
  DatasetSpec spec;
  spec.kind = "npy";
  spec.images = {
      Write("x.npy", NpyBytes(DType::kFloat32, Shape{2, 1}, std::as_bytes(std::span(values))))};
  // The second has the low 32 bits of 3.
  for (const int64_t label : {int64_t{-1}, (int64_t{1} << 32) + 3, INT64_MIN}) {
    const std::vector<int64_t> labels = {3, label};
    spec.labels =
        Write("y.npy", NpyBytes(DType::kInt64, Shape{2}, std::as_bytes(std::span(labels))));
    const auto dataset = OpenDataset(spec);
    ASSERT_FALSE(dataset.ok()) << label;
    EXPECT_THAT(dataset.error().message, HasSubstr(std::to_string(label)));
  }
}

TEST_F(ReadersTest, NpyDatasetCountsAlongTheFirstAxis) {
  std::vector<float> values(3 * 5);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) / 2;
  const std::vector<int64_t> labels = {2, 0, 1};
  DatasetSpec spec;
  spec.kind = "npy";
  spec.images = {
      Write("x.npy", NpyBytes(DType::kFloat32, Shape{3, 5}, std::as_bytes(std::span(values))))};
  spec.labels = Write("y.npy", NpyBytes(DType::kInt64, Shape{3}, std::as_bytes(std::span(labels))));
  const auto dataset = OpenDataset(spec);
  ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
  std::vector<float> sample(5);
  ASSERT_TRUE((*dataset)->ReadRaw(2, sample).ok());
  EXPECT_EQ(sample[4], 7.0F);
  EXPECT_EQ((*dataset)->label(2), 1);
}

TEST_F(ReadersTest, RawJoinsFilesAndChecksTheirSize) {
  DatasetSpec spec;
  spec.kind = "raw";
  spec.dtype = "int8";
  spec.shape = {2, 2};
  spec.images = {Write("a.bin", std::string("\x01\x02\x03\xff", 4)),
                 Write("b.bin", std::string("\x05\x06\x07\x08", 4))};
  spec.labels = Write("labels.txt", "3\n 14 \n");
  const auto dataset = OpenDataset(spec);
  ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
  EXPECT_EQ((*dataset)->size(), 2);
  EXPECT_EQ((*dataset)->label(1), 14);
  std::vector<float> sample(4);
  ASSERT_TRUE((*dataset)->ReadRaw(0, sample).ok());
  EXPECT_EQ(sample[3], -1.0F);
  spec.shape = {3};
  EXPECT_THAT(OpenDataset(spec).error().message, HasSubstr("whole number of samples"));
  spec.shape = {2, 2};
  spec.labels = Write("words.txt", "cat dog");
  EXPECT_THAT(OpenDataset(spec).error().message, HasSubstr("'cat'"));
  spec.dtype = "int7";
  EXPECT_EQ(OpenDataset(spec).error().code, ErrorCode::kConfig);
}

TEST_F(ReadersTest, TheCommittedMnistIsTheWholeTestSplit) {
  DatasetSpec spec;
  spec.kind = "idx";
  spec.images = {"datasets/mnist/t10k-images-idx3-ubyte.gz"};
  spec.labels = "datasets/mnist/t10k-labels-idx1-ubyte.gz";
  const auto dataset = OpenDataset(spec);
  ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
  ASSERT_EQ((*dataset)->size(), 10000);
  int sevens = 0;
  for (int64_t i = 0; i < 10000; ++i) sevens += (*dataset)->label(i) == 7 ? 1 : 0;
  EXPECT_EQ(sevens, 1028);  // as published for MNIST's test set
}

TEST(Preprocessing, IsAppliedByChannelAndRoundedOnce) {
  Preprocessing preprocessing{{0, 10, 20}, {1, 2, 4}};
  const std::vector<float> raws = {1, 12, 28, 2, 14, 36};
  std::vector<float> reals(raws.size());
  preprocessing.Apply(raws, 3, reals);
  EXPECT_EQ(reals, (std::vector<float>{1, 1, 2, 2, 2, 4}));
  EXPECT_FALSE(preprocessing.identity());
  EXPECT_TRUE(Preprocessing().identity());
  const Preprocessing named{{0}, {1}, {{"image", {1, 2}, {255}}}};
  EXPECT_EQ(named.ToString(), "real = (raw - 0) / 1; image: (raw - [1, 2]) / 255");
  EXPECT_EQ(named.Of("image").ToString(), "real = (raw - [1, 2]) / 255");
  EXPECT_EQ(named.Of("ids").ToString(), "real = (raw - 0) / 1");
  EXPECT_TRUE((Preprocessing{{0, 0, 0}, {1}}).identity());
  EXPECT_EQ(preprocessing.ToString(), "real = (raw - [0, 10, 20]) / [1, 2, 4]");
  Preprocessing pixels{{0}, {255}};
  for (int code = 0; code < 256; ++code) {
    std::vector<float> one = {static_cast<float>(code)};
    pixels.Apply(one, 1, one);
    EXPECT_EQ(one[0], static_cast<float>(code / 255.0));
  }
}

}  // namespace
}  // namespace quantgate
