#include "harness/calibration/ranges_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace quantgate {
namespace {

using Json = nlohmann::ordered_json;

Ranges SampleRanges() {
  Ranges ranges;
  ranges.estimator = "minmax";
  ranges.model_sha256 = "ab12";
  ranges.dataset_name = "digits \"quoted\"";
  ranges.dataset_fingerprint = "cd34";
  ranges.preprocessing_sha256 = "ef56";
  ranges.preprocessing = "real = (raw - 0) / 255";
  ranges.samples = 500;
  ranges.tensors = {{0, "in", 0.1, 1.0 / 3.0, 392000, 0}, {4, "conv", -2.5, 7.25e-30, 12, 3}};
  return ranges;
}

void ExpectSame(const Ranges& a, const Ranges& b) {
  EXPECT_EQ(a.estimator, b.estimator);
  EXPECT_EQ(a.model_sha256, b.model_sha256);
  EXPECT_EQ(a.dataset_name, b.dataset_name);
  EXPECT_EQ(a.dataset_fingerprint, b.dataset_fingerprint);
  EXPECT_EQ(a.preprocessing_sha256, b.preprocessing_sha256);
  EXPECT_EQ(a.preprocessing, b.preprocessing);
  EXPECT_EQ(a.samples, b.samples);
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (size_t i = 0; i < a.tensors.size(); ++i) {
    EXPECT_EQ(a.tensors[i].tensor, b.tensors[i].tensor);
    EXPECT_EQ(a.tensors[i].name, b.tensors[i].name);
    EXPECT_EQ(a.tensors[i].min, b.tensors[i].min);  // to the last bit
    EXPECT_EQ(a.tensors[i].max, b.tensors[i].max);
    EXPECT_EQ(a.tensors[i].values, b.tensors[i].values);
    EXPECT_EQ(a.tensors[i].non_finite, b.tensors[i].non_finite);
  }
}

TEST(RangesFile, RoundTrip) {
  const auto read = RangesFromJson(RangesToJson(SampleRanges()), "r.json");
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  ExpectSame(*read, SampleRanges());
}

TEST(RangesFile, TheSameRangesAreTheSameBytes) {
  EXPECT_EQ(RangesToJson(SampleRanges()), RangesToJson(SampleRanges()));
  const auto read = RangesFromJson(RangesToJson(SampleRanges()), "r.json");
  EXPECT_EQ(RangesToJson(*read), RangesToJson(SampleRanges()));
}

TEST(RangesFile, NamesThatAreNotUtf8AreStillWritten) {
  Ranges ranges = SampleRanges();
  ranges.tensors[0].name = "\xFF\xFE";
  EXPECT_TRUE(RangesFromJson(RangesToJson(ranges), "r.json").ok());
}

// What the reader says of the file after a change to its document.
template <class Change>
std::string ErrorAfter(const Change& change) {
  Json document = Json::parse(RangesToJson(SampleRanges()));
  change(document);
  const auto read = RangesFromJson(document.dump(), "r.json");
  if (read.ok()) return "read";
  EXPECT_EQ(read.error().code, ErrorCode::kInput);
  EXPECT_EQ(read.error().file, "r.json");
  return read.error().message;
}

TEST(RangesFile, OtherFilesAreRefused) {
  EXPECT_EQ(ErrorAfter([](Json&) {}), "read");
  EXPECT_EQ(ErrorAfter([](Json& d) { d["kind"] = "something"; }),
            "not a ranges file (no \"kind\": \"quantgate-ranges\")");
  EXPECT_EQ(ErrorAfter([](Json& d) { d.erase("kind"); }),
            "not a ranges file (no \"kind\": \"quantgate-ranges\")");
  EXPECT_EQ(ErrorAfter([](Json& d) { d["schema_version"] = 1; }),
            "ranges file of another schema version");
}

TEST(RangesFile, IntervalsMustBeIntervals) {
  EXPECT_EQ(ErrorAfter([](Json& d) { d["tensors"][1]["min"] = 8; }),
            "min and max are not an interval");
  EXPECT_THAT(ErrorAfter([](Json& d) { d["tensors"][1]["max"] = nullptr; }),
              testing::HasSubstr("null"));
}

TEST(RangesFile, NumbersThatAreNotWholeAreRefused) {
  for (const char* field : {"tensor", "values", "non_finite"}) {
    EXPECT_EQ(ErrorAfter([&](Json& d) { d["tensors"][0][field] = 1e300; }),
              "holds 1e+300 where a whole number belongs");
  }
  EXPECT_EQ(ErrorAfter([](Json& d) { d["samples"] = 0.5; }),
            "holds 0.5 where a whole number belongs");
  EXPECT_EQ(ErrorAfter([](Json& d) { d["tensors"][0]["tensor"] = int64_t{1} << 32; }),
            "holds 4294967296 where a whole number belongs");  // would be tensor 0 in an int
}

TEST(RangesFile, EveryMissingFieldIsNamed) {
  for (const char* field : {"estimator", "samples", "model", "dataset", "tensors"}) {
    EXPECT_THAT(ErrorAfter([&](Json& d) { d.erase(field); }), testing::HasSubstr(field));
  }
  for (const char* field : {"tensor", "name", "min", "max"}) {
    EXPECT_THAT(ErrorAfter([&](Json& d) { d["tensors"][0].erase(field); }),
                testing::HasSubstr(field));
  }
}

TEST(RangesFile, WhatIsNoJsonIsAnErrorAndNoCrash) {
  const std::string text = RangesToJson(SampleRanges());
  for (size_t length = 0; length + 2 < text.size(); ++length) {
    ASSERT_FALSE(RangesFromJson(text.substr(0, length), "r.json").ok()) << length;
  }
  EXPECT_FALSE(RangesFromJson("[]", "r.json").ok());
  EXPECT_FALSE(RangesFromJson("null", "r.json").ok());
  EXPECT_FALSE(RangesFromJson("{\"kind\": 3}", "r.json").ok());
}

TEST(RangesFile, HostileNestingIsAnErrorAndNoCrash) {
  const std::string deep(200000, '[');
  EXPECT_FALSE(RangesFromJson(deep, "r.json").ok());
  EXPECT_FALSE(RangesFromJson(deep + std::string(200000, ']'), "r.json").ok());
}

}  // namespace
}  // namespace quantgate
