#include "datasets/npz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <map>

#include "datasets/dataset_table.h"
#include "datasets/npy.h"
#include "reference/core/file.h"
#include "tests/support/random.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class NpzTest : public ::testing::Test {
 protected:
  template <class T>
  static std::string Array(DType dtype, const Shape& shape, const std::vector<T>& values) {
    return NpyBytes(dtype, shape, std::as_bytes(std::span(values)));
  }

  // As numpy.savez (stored) and numpy.savez_compressed (deflated) lay archives out.
  std::string Archive(const std::string& name, const std::map<std::string, std::string>& arrays,
                      zip_int32_t method = ZIP_CM_DEFLATE) {
    std::string path = folder_.File(name);
    zip_t* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    EXPECT_NE(archive, nullptr);
    for (const auto& [array, bytes] : arrays) {
      zip_source_t* const source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
      const zip_int64_t index =
          zip_file_add(archive, (array + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
      EXPECT_GE(index, 0);
      zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), method, 0);
    }
    EXPECT_EQ(zip_close(archive), 0);
    return path;
  }

  // Three samples of two numbers, their labels, and a second input.
  std::string Samples() {
    return Archive("data.npz",
                   {{"x", Array<float>(DType::kFloat32, Shape{3, 2}, {1, 2, 3, 4, 5, 6})},
                    {"y", Array<int64_t>(DType::kInt64, Shape{3}, {2, 0, 1})}});
  }

  static Result<std::unique_ptr<Dataset>> Open(std::vector<std::string> images,
                                               const std::string& labels = "") {
    DatasetSpec spec;
    spec.kind = "npy";
    spec.images = std::move(images);
    spec.labels = labels;
    return OpenDataset(spec);
  }

  TempFolder folder_;
};

TEST_F(NpzTest, PathsNameAnArrayAsIfTheArchiveWereAFolder) {
  EXPECT_FALSE(SplitNpzPath("a/b.npy"));
  EXPECT_FALSE(SplitNpzPath("a.npzx/b"));
  EXPECT_EQ(SplitNpzPath("a/b.npz")->archive, "a/b.npz");
  EXPECT_EQ(SplitNpzPath("a/b.npz")->array, "");
  EXPECT_EQ(SplitNpzPath("a/b.npz/x.npy")->array, "x") << "as the archive's file is called";
  EXPECT_EQ(SplitNpzPath("a/b.npz/x/y")->archive, "a/b.npz");
  EXPECT_EQ(SplitNpzPath("a/b.npz/x/y")->array, "x/y") << "names may have slashes";
}

TEST_F(NpzTest, ArraysAreReadWhetherCompressedOrNot) {
  QG_SEED(20261122U);
  const std::vector<float> values = random.Floats(70'000, -1, 1);
  const std::string bytes = Array(DType::kFloat32, Shape{70, 1000}, values);
  for (const zip_int32_t method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
    const std::string path = Archive("one.npz", {{"values", bytes}}, method);
    EXPECT_THAT(*ListNpzArrays(path), ElementsAre("values"));
    for (const std::string& name : {path, path + "/values", path + "/values.npy"}) {
      const auto array = ReadNpy(name);
      ASSERT_TRUE(array.ok()) << array.error().ToString();
      EXPECT_THAT(array->dims, ElementsAre(70, 1000));
      EXPECT_TRUE(std::equal(array->values.begin(), array->values.end(),
                             std::as_bytes(std::span(values)).begin()));
    }
  }
}

TEST_F(NpzTest, SamplesAndLabelsOfOneArchive) {
  const std::string path = Samples();
  // The archive alone stands for what is left beside the labels.
  for (const std::string& images : {path + "/x", path}) {
    const auto dataset = Open({images}, path + "/y");
    ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
    EXPECT_EQ((*dataset)->size(), 3);
    EXPECT_EQ((*dataset)->sample_shape(), (Shape{2}));
    EXPECT_THAT((*dataset)->labels(), ElementsAre(2, 0, 1));
    EXPECT_EQ((*dataset)->parts().front().name, "");
  }
  DatasetSpec spec;
  spec.images = {path + "/x"};
  EXPECT_EQ(FirstFileName(spec), "data.npz/x");
  spec.images = {"in=" + path};
  EXPECT_EQ(FirstFileName(spec), "data.npz");
}

TEST_F(NpzTest, ArraysOfAnArchiveAreInputsByTheirNames) {
  const auto a = Array<float>(DType::kFloat32, Shape{2, 1}, {1, 2});
  const auto b = Array<int8_t>(DType::kInt8, Shape{2, 3}, {3, 4, 5, 6, 7, 8});
  const auto names = [](const Dataset& data) {
    std::vector<std::string> all;
    for (const SamplePart& part : data.parts()) all.push_back(part.name);
    return all;
  };
  const auto named = Open({Archive("named.npz", {{"ids", b}, {"picture", a}})});
  ASSERT_TRUE(named.ok()) << named.error().ToString();
  EXPECT_THAT(names(**named), ElementsAre("ids", "picture"));
  EXPECT_EQ((*named)->sample_shape(), (Shape{4}));
  // Without names of their own they are in the order of the inputs.
  const auto numbered = Open({Archive("numbered.npz", {{"arr_0", a}, {"arr_1", b}})});
  ASSERT_TRUE(numbered.ok()) << numbered.error().ToString();
  EXPECT_THAT(names(**numbered), ElementsAre("", ""));
}

TEST_F(NpzTest, WhatCannotBeReadIsNamed) {
  const std::string path = Samples();
  const auto message = [](const std::string& array) { return ReadNpy(array).error().ToString(); };
  EXPECT_THAT(message(path), HasSubstr("holds 2 arrays, one is needed (name it: " + path + "/x)"));
  EXPECT_THAT(message(path + "/labels"), HasSubstr("holds no array 'labels' (known: x, y)"));
  EXPECT_THAT(message(folder_.File("none.npz") + "/x"), HasSubstr("no such file"));
  ASSERT_TRUE(WriteFile(folder_.File("text.npz"), std::string_view("no archive at all")).ok());
  EXPECT_THAT(message(folder_.File("text.npz")), HasSubstr("not an .npz archive"));
  ASSERT_TRUE(WriteFile(folder_.File("empty.npz"), std::string_view()).ok());
  EXPECT_FALSE(ReadNpy(folder_.File("empty.npz")).ok());
}

TEST_F(NpzTest, DamageIsNoticed) {
  QG_SEED(20261123U);
  const std::vector<float> values = random.Floats(500, -1, 1);
  const std::string path =
      Archive("x.npz", {{"x", Array(DType::kFloat32, Shape{500}, values)}}, ZIP_CM_STORE);
  const auto whole = ReadFile(path);
  ASSERT_TRUE(whole.ok());
  const auto read = [&](const std::vector<std::byte>& bytes) {
    EXPECT_TRUE(WriteFile(folder_.File("d.npz"), std::span<const std::byte>(bytes)).ok());
    return ReadNpy(folder_.File("d.npz"));
  };
  ASSERT_TRUE(read(*whole).ok());
  for (size_t length = 0; length < whole->size(); length += 37) {
    EXPECT_FALSE(read({whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(length)}).ok());
  }
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<std::byte> bytes = *whole;
    bytes[random.Bits() % bytes.size()] ^= std::byte{1} << random.Int(0, 7);
    const auto array = read(bytes);
    if (!array.ok()) continue;  // else a bit that says nothing of the array, such as its time
    EXPECT_EQ(array->values.size(), 2000U);
    EXPECT_TRUE(std::equal(array->values.begin(), array->values.end(),
                           std::as_bytes(std::span(values)).begin()));
  }
}

}  // namespace
}  // namespace quantgate
