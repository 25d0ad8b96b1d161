#include "reference/model/flex_map.h"

#include <flatbuffers/flexbuffers.h>
#include <gtest/gtest.h>

#include <random>

namespace quantgate {
namespace {

std::vector<uint8_t> Written() {
  flexbuffers::Builder builder;
  builder.Map([&] {
    builder.Int("count", -7);
    builder.Float("scale", 2.5F);
    builder.Bool("yes", true);
    builder.String("name", "text");
    builder.Int("large", int64_t{1} << 40);
  });
  builder.Finish();
  return builder.GetBuffer();
}

TEST(FlexMap, ReadsNumbersAndFlags) {
  const auto map = FlexMap::Read(Written());
  ASSERT_TRUE(map);
  EXPECT_EQ(map->Integer("count"), -7);
  EXPECT_EQ(map->Real("scale"), 2.5F);
  EXPECT_EQ(map->Integer("scale"), 2);
  EXPECT_TRUE(map->Flag("yes"));
  EXPECT_EQ(map->Integer("name", 5), 5) << "no number: as if missing";
  EXPECT_EQ(map->Integer("missing", 9), 9);
  EXPECT_EQ(map->Integer("large"), std::numeric_limits<int32_t>::max());
}

TEST(FlexMap, RefusesWhatIsNoMap) {
  EXPECT_FALSE(FlexMap::Read({}));
  flexbuffers::Builder builder;
  builder.Int(3);
  builder.Finish();
  EXPECT_FALSE(FlexMap::Read(builder.GetBuffer()));
}

TEST(FlexMap, BrokenBytesDoNotCrash) {
  std::mt19937 engine(8);
  for (int round = 0; round < 5000; ++round) {
    std::vector<uint8_t> bytes = Written();
    for (uint32_t k = 0; k < 1 + engine() % 4; ++k) {
      bytes[engine() % bytes.size()] = static_cast<uint8_t>(engine());
    }
    bytes.resize(1 + engine() % bytes.size());
    const auto map = FlexMap::Read(bytes);
    // Reading must not crash; what it reads may be anything.
    if (map) {
      EXPECT_EQ(map->Integer("no such key", 3), 3);
    }
  }
}

}  // namespace
}  // namespace quantgate
