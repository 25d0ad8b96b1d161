#include "datasets/joined_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/dataset_table.h"
#include "datasets/npy.h"
#include "reference/core/file.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class JoinedDatasetTest : public ::testing::Test {
 protected:
  template <class T>
  std::string Npy(const std::string& name, DType dtype, const Shape& shape,
                  const std::vector<T>& values) {
    const std::string bytes = NpyBytes(dtype, shape, std::as_bytes(std::span(values)));
    EXPECT_TRUE(WriteFile(folder_.File(name), bytes).ok());
    return folder_.File(name);
  }
  // Three samples: a picture of 1 x 2, two numbers of a type of their own, a flag.
  std::string Pictures() {
    return Npy<uint8_t>("p.npy", DType::kUInt8, Shape{3, 1, 2, 1}, {1, 2, 3, 4, 5, 6});
  }
  std::string Ids() {
    return Npy<int64_t>("i.npy", DType::kInt64, Shape{3, 2}, {-7, 70, 8, 80, 9, 1 << 24});
  }
  std::string Flags() { return Npy<int8_t>("f.npy", DType::kInt8, Shape{3}, {0, 1, -1}); }

  Result<std::unique_ptr<Dataset>> Open(std::vector<std::string> files, int64_t first = 0) {
    DatasetSpec spec;
    spec.kind = "npy";
    spec.images = std::move(files);
    spec.labels = Npy<int32_t>("l.npy", DType::kInt32, Shape{3}, {4, 5, 6});
    spec.first = first;
    return OpenDataset(spec);
  }

  TempFolder folder_;
};

TEST_F(JoinedDatasetTest, ASampleIsItsPartsOneAfterTheOther) {
  const auto dataset = Open({Pictures(), Ids(), Flags()}, 1);
  ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
  const Dataset& data = **dataset;
  EXPECT_EQ(data.size(), 2);
  EXPECT_EQ(data.sample_shape(), (Shape{5}));
  const std::vector<SamplePart> parts = data.parts();
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].shape, (Shape{1, 2, 1}));
  EXPECT_EQ(parts[0].channels(), 1);
  EXPECT_EQ(parts[1].channels(), 2);
  EXPECT_EQ(parts[2].channels(), 1) << "a single value";
  std::vector<float> sample(5);
  ASSERT_TRUE(data.ReadRaw(1, sample).ok());
  EXPECT_THAT(sample, ElementsAre(5, 6, 9, 1 << 24, -1));
  EXPECT_EQ(data.label(1), 6);
  EXPECT_EQ(data.kind(), "npy");
}

TEST_F(JoinedDatasetTest, NamesAreOfAllFilesOrOfNone) {
  const auto named = Open({"image=" + Pictures(), "ids/x:0=" + Ids()});
  ASSERT_TRUE(named.ok()) << named.error().ToString();
  EXPECT_EQ((*named)->parts()[0].name, "image");
  EXPECT_EQ((*named)->parts()[1].name, "ids/x:0");
  for (const auto& files : {std::vector{"image=" + Pictures(), Ids()},
                            std::vector{"image=" + Pictures(), "image=" + Ids()}}) {
    const auto opened = Open(files);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ErrorCode::kConfig);
    EXPECT_THAT(opened.error().message, HasSubstr("a name of their own"));
  }
}

TEST_F(JoinedDatasetTest, OneNamedFileKeepsItsShape) {
  const auto dataset = Open({"image=" + Pictures()});
  ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
  EXPECT_EQ((*dataset)->sample_shape(), (Shape{1, 2, 1}));
}

TEST_F(JoinedDatasetTest, AFileWhoseNameHoldsTheMarkIsAFile) {
  const std::string path = Npy<uint8_t>("a=b.npy", DType::kUInt8, Shape{3, 1}, {1, 2, 3});
  EXPECT_EQ(SplitInputFile(path).path, path);
  EXPECT_EQ(SplitInputFile(path).name, "");
  EXPECT_EQ(SplitInputFile("x=1=" + folder_.File("none.npy")).name, "x=1");
}

// The hash tells values, order, names and types of samples apart.
TEST_F(JoinedDatasetTest, TheHashIsOfValuesNamesAndOrder) {
  const std::string a = Pictures();
  const std::string b = Ids();
  std::vector<std::string> hashes;
  for (const auto& files : {std::vector{a, b}, std::vector{b, a}, std::vector{"x=" + a, "y=" + b},
                            std::vector{"y=" + a, "x=" + b}}) {
    hashes.push_back(*(*Open(files))->ContentHash());
  }
  hashes.push_back(
      *(*Open({a, Npy<int64_t>("j.npy", DType::kInt64, Shape{3, 2}, {-7, 70, 8, 80, 9, 91})}))
           ->ContentHash());
  for (size_t i = 0; i < hashes.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(hashes[i], hashes[j]) << i << " and " << j;
  }
  EXPECT_EQ(*(*Open({a, b}))->ContentHash(), hashes[0]);
}

TEST_F(JoinedDatasetTest, WhatDoesNotFitTogetherIsRefused) {
  const std::string two = Npy<uint8_t>("two.npy", DType::kUInt8, Shape{2, 1}, {1, 2});
  const auto fewer = Open({Pictures(), two});
  ASSERT_FALSE(fewer.ok());  // the labels are those of the first
  EXPECT_EQ(fewer.error().message, "has 2 samples, " + folder_.File("p.npy") + " 3");
  EXPECT_EQ(fewer.error().file, two);
  const std::string scalar = Npy<uint8_t>("scalar.npy", DType::kUInt8, Shape{}, {1});
  EXPECT_THAT(Open({scalar}).error().message, HasSubstr("no axis that counts samples"));
  const std::string large =
      Npy<int64_t>("large.npy", DType::kInt64, Shape{3, 1}, {0, (1 << 24) + 1, 0});
  EXPECT_THAT(Open({Pictures(), large}).error().message, HasSubstr("16777217"));
}

}  // namespace
}  // namespace quantgate
