// Folders of pictures, written by the libraries' own encoders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "datasets/dataset_table.h"
#include "datasets/picture.h"
#include "reference/core/file.h"
#include "tests/support/picture_files.h"
#include "tests/support/random.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

Pixels AnyPixels(Random& random, size_t count) {
  Pixels pixels(count);
  for (unsigned char& pixel : pixels) pixel = static_cast<unsigned char>(random.Int(0, 255));
  return pixels;
}

class PicturesTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& bytes) const {
    fs::create_directories(fs::path(folder_.File(name)).parent_path());
    ASSERT_TRUE(WriteFile(folder_.File(name), bytes).ok());
  }
  [[nodiscard]] DatasetSpec Spec() const {
    DatasetSpec spec;
    spec.kind = "pictures";
    spec.images = {folder_.File("set")};
    return spec;
  }
  [[nodiscard]] Result<std::unique_ptr<Dataset>> Open() const { return OpenDataset(Spec()); }
  [[nodiscard]] std::string WhatIsWrong(const DatasetSpec& spec) const {
    const auto dataset = OpenDataset(spec);
    return dataset.ok() ? "nothing" : dataset.error().ToString();
  }
  TempFolder folder_;
};

std::vector<float> Raws(const Dataset& dataset, int64_t index) {
  std::vector<float> raws(static_cast<size_t>(dataset.sample_shape().num_elements()));
  QG_CHECK(dataset.ReadRaw(index, raws).ok());
  return raws;
}

TEST_F(PicturesTest, PngKeepsEveryPixel) {
  QG_SEED(20261122U);
  for (const int channels : {1, 3}) {
    const Pixels pixels = AnyPixels(random, static_cast<size_t>(5 * 4 * channels));
    Write("set/a.png", Png(5, 4, channels, pixels));
    const auto dataset = Open();
    ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
    EXPECT_EQ((*dataset)->sample_shape(), (Shape{4, 5, channels}));
    EXPECT_EQ(Raws(**dataset, 0), std::vector<float>(pixels.begin(), pixels.end()));
    EXPECT_EQ((*dataset)->label(0), -1);
  }
}

// At the best quality and with all colour samples kept, rounding costs a few codes.
TEST_F(PicturesTest, JpegKeepsPixelsWithinRounding) {
  QG_SEED(20261123U);
  for (const int channels : {1, 3}) {
    const Pixels pixels = AnyPixels(random, static_cast<size_t>(16 * 8 * channels));
    Write("set/a.jpeg", Jpeg(16, 8, channels, pixels));
    const auto dataset = Open();
    ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
    EXPECT_EQ((*dataset)->sample_shape(), (Shape{8, 16, channels}));
    const std::vector<float> raws = Raws(**dataset, 0);
    for (size_t i = 0; i < raws.size(); ++i) EXPECT_NEAR(raws[i], pixels[i], channels == 1 ? 2 : 6);
  }
}

TEST_F(PicturesTest, FoldersAreClassesThatTakeTurns) {
  for (const char* name : {"cat/1.png", "cat/2.png", "cat/3.png", "ant/1.png", "bee/x.png"}) {
    Write(std::string("set/") + name, Png(1, 1, 1, {static_cast<unsigned char>(name[0])}));
  }
  Write("set/cat/notes.txt", "no picture");
  Write("set/.hidden/a.png", "no folder of a class");
  const auto dataset = Open();
  ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
  std::vector<int> labels;
  std::string letters;
  for (int64_t i = 0; i < (*dataset)->size(); ++i) {
    labels.push_back((*dataset)->label(i));
    letters += static_cast<char>(Raws(**dataset, i)[0]);
  }
  EXPECT_THAT(labels, ElementsAre(0, 1, 2, 2, 2));
  EXPECT_EQ(letters, "abccc");
  EXPECT_THAT((*dataset)->class_names(), ElementsAre("ant", "bee", "cat"));
  DatasetSpec spec = Spec();
  spec.first = 1;
  spec.limit = 2;
  const auto some = OpenDataset(spec);
  ASSERT_TRUE(some.ok());
  EXPECT_EQ((*some)->size(), 2);
  EXPECT_EQ((*some)->label(0), 1);
}

// In the order of their names "10" would come before "2".
TEST_F(PicturesTest, FoldersNamedByNumbersAreThoseClasses) {
  for (const char* name : {"2", "10"}) {
    Write(std::string("set/") + name + "/a.png", Png(1, 1, 1, {0}));
  }
  const auto dataset = Open();
  ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
  EXPECT_EQ((*dataset)->label(0), 2);
  EXPECT_EQ((*dataset)->label(1), 10);
  EXPECT_TRUE((*dataset)->class_names().empty());
}

TEST_F(PicturesTest, LabelsMayStandInAFile) {
  Write("set/b.png", Png(1, 1, 1, {2}));
  Write("set/a.png", Png(1, 1, 3, {1, 1, 1}));  // one with colours makes three channels for all
  Write("labels.txt", "7\n3\n");
  DatasetSpec spec = Spec();
  spec.labels = folder_.File("labels.txt");
  const auto dataset = OpenDataset(spec);
  ASSERT_TRUE(dataset.ok()) << dataset.error().ToString();
  EXPECT_EQ((*dataset)->label(0), 7);
  EXPECT_THAT(Raws(**dataset, 1), ElementsAre(2, 2, 2));
  Write("labels.txt", "7");
  EXPECT_THAT(WhatIsWrong(spec), HasSubstr("2 pictures but 1 labels"));
}

TEST_F(PicturesTest, WhatCannotBeReadIsNamed) {
  EXPECT_THAT(WhatIsWrong(Spec()), HasSubstr("cannot be listed"));
  fs::create_directories(folder_.File("set"));
  EXPECT_THAT(WhatIsWrong(Spec()), HasSubstr("no pictures in it"));
  Write("set/a.png", Png(2, 1, 1, {0, 0}));
  Write("set/b.png", Png(1, 2, 1, {0, 0}));
  EXPECT_THAT(WhatIsWrong(Spec()), HasSubstr("1 x 2 pixels, but"));
  Write("set/b.png", "GIF89a");
  EXPECT_THAT(WhatIsWrong(Spec()), HasSubstr("neither PNG nor JPEG"));
  Write("set/b.png", Png(2, 1, 3, {0, 0, 0, 0, 0, 0}));
  DatasetSpec spec = Spec();
  spec.shape = {1, 2, 1};
  EXPECT_THAT(WhatIsWrong(spec), HasSubstr("the shape asks for one channel"));
  spec.shape = {2, 2, 3};
  EXPECT_THAT(WhatIsWrong(spec), HasSubstr("'shape' says otherwise"));
  spec.first = 2;
  EXPECT_THAT(WhatIsWrong(spec), HasSubstr("no samples are left"));
}

// The file was replaced after its header had been read.
TEST_F(PicturesTest, PixelsThatDoNotFitAreNotWritten) {
  for (const std::string& file : {Png(4, 4, 3, Pixels(48)), Jpeg(4, 4, 3, Pixels(48))}) {
    std::vector<std::byte> pixels(27);
    const auto bytes = std::as_bytes(std::span(file));
    EXPECT_FALSE(DecodePicture(bytes, "a", 3, pixels).ok());
    pixels.resize(16);
    EXPECT_FALSE(DecodePicture(bytes, "a", 1, pixels).ok());  // it has colours
    pixels.resize(48);
    EXPECT_TRUE(DecodePicture(bytes, "a", 3, pixels).ok());
  }
}

// Cut short or changed: an error, or a picture, and never more.
TEST_F(PicturesTest, DamagedFilesAreReadWithoutHarm) {
  QG_SEED(20261124U);
  const Pixels pixels = AnyPixels(random, 16 * 16 * 3);
  int errors = 0;
  for (int i = 0; i < 400; ++i) {
    std::string file = i % 2 == 0 ? Png(16, 16, 3, pixels) : Jpeg(16, 16, 3, pixels);
    if (random.Chance(0.5)) {
      file.resize(static_cast<size_t>(random.Int(0, static_cast<int>(file.size()) - 3)));
    } else {
      file[static_cast<size_t>(random.Int(0, static_cast<int>(file.size()) - 1))] ^= 0x55;
    }
    Write("set/a.png", file);
    errors += Open().ok() ? 0 : 1;
  }
  EXPECT_GT(errors, 200);  // half are cut short
}

}  // namespace
}  // namespace quantgate
