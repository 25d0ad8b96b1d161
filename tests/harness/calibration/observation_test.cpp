#include "harness/calibration/observation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/calibration/calibrate.h"
#include "harness/calibration/observation_file.h"
#include "harness/calibration/ranges_file.h"
#include "reference/interpreter/interpreter_group.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/run_model.h"
#include "tests/support/sample_models.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

using Json = nlohmann::ordered_json;

ObservationInput InputOf(const TestDataset& dataset, int threads) {
  ObservationInput input;
  input.plan = *Plan::Make(std::make_shared<const Model>(SmallFloatModel()));
  input.model_sha256 = "model";
  input.dataset = &dataset;
  input.dataset_name = "by hand";
  input.threads = threads;
  return input;
}

std::vector<float> SomeValues(int samples, uint32_t seed = 20240903U) {
  Random random(seed);
  std::vector<float> values = random.Floats(16 * samples, -1, 1);
  for (float& value : values) {
    if (random.Chance(0.05)) value = 0;
  }
  return values;
}

Observation ObservationOf(const std::vector<float>& values, int threads = 1) {
  const TestDataset dataset(Shape{4, 4, 1}, values);
  auto observation = Observe(InputOf(dataset, threads));
  EXPECT_TRUE(observation.ok());
  return *observation;
}

Result<Ranges> MinMaxOf(const Observation& observation) {
  return EstimateRanges(observation, {FindEstimator("minmax")});
}

TEST(Observe, EveryComputedTensorIsObserved) {
  const Observation observation = ObservationOf(SomeValues(40));
  std::vector<std::string> names;
  for (const TensorObservation& tensor : observation.tensors) names.push_back(tensor.name);
  EXPECT_EQ(names, (std::vector<std::string>{"in", "conv", "flat", "logits", "probabilities"}));
  EXPECT_EQ(observation.samples, 40);
  EXPECT_EQ(observation.tensors[0].op_index, -1);
  EXPECT_EQ(observation.tensors[1].op_index, 0);
  EXPECT_EQ(RangeOf(observation.tensors[0].stats).values, 640);
  EXPECT_EQ(observation.tensors[0].stats.samples.size(), 40U);
}

TEST(Observe, TheExtremesAreThoseOfEveryRun) {
  const auto values = SomeValues(5);
  const Observation observation = ObservationOf(values);
  const auto model = std::make_shared<const Model>(SmallFloatModel());
  for (size_t i = 0; i < 5; ++i) {
    const std::vector<float> sample(values.begin() + static_cast<std::ptrdiff_t>(16 * i),
                                    values.begin() + static_cast<std::ptrdiff_t>(16 * (i + 1)));
    const auto out = FromBytes<float>(RunModel(model, {ToBytes(sample)})[0]);
    EXPECT_EQ(observation.tensors.back().stats.samples[i].max,
              *std::max_element(out.begin(), out.end()));
  }
}

// A RESHAPE passes on the values of its input.
TEST(Observe, AReshapedTensorIsWhatItWas) {
  const Observation observation = ObservationOf(SomeValues(40));
  const TensorStats& conv = observation.tensors[1].stats;
  const TensorStats& flat = observation.tensors[2].stats;
  EXPECT_EQ(flat.histogram.ToState(), conv.histogram.ToState());
  EXPECT_EQ(flat.samples, conv.samples);
  EXPECT_EQ(RangeOf(flat).values, RangeOf(conv).values);
}

TEST(Observe, TheNumberOfThreadsChangesNoByte) {
  const auto values = SomeValues(300);
  const std::string one = ObservationToJson(ObservationOf(values, 1));
  for (const int threads : {2, 3, 7}) {
    EXPECT_EQ(ObservationToJson(ObservationOf(values, threads)), one) << threads;
  }
}

TEST(Observe, AnySplitMergesToTheBytesOfOnePass) {
  QG_SEED(20250140U);
  std::vector<float> values = SomeValues(150);
  values[16 * 100 + 3] = NAN;
  values[16 * 40 + 5] = 1e20F;
  const std::string whole = ObservationToJson(ObservationOf(values, 2));
  for (int i = 0; i < 15; ++i) {
    std::vector<Observation> parts;
    for (int first = 0; first < 150;) {
      const int last = std::min(150, first + random.Int(1, 80));
      const auto part = ObservationOf({values.begin() + 16 * first, values.begin() + 16 * last});
      // Through a file, as shards do it.
      const auto read = ObservationFromJson(ObservationToJson(part), "part.json");
      ASSERT_TRUE(read.ok()) << read.error().ToString();
      parts.push_back(*read);
      first = last;
    }
    const auto merged = MergeObservations(parts);
    ASSERT_TRUE(merged.ok());
    EXPECT_TRUE(ObservationToJson(*merged) == whole) << parts.size() << " parts";
  }
}

// Dense layers with so many weights that samples run together; parts of one sample run alone.
TEST(Observe, SamplesThatRunTogetherAreSeenAsByThemselves) {
  QG_SEED(20261122U);
  ModelBuilder builder;
  int x = builder.AddInput("x", DType::kFloat32, Shape{1, 16});
  for (const int units : {512, 32, 7}) {
    const int columns = units == 512 ? 16 : units == 32 ? 512 : 32;
    const std::string name = std::to_string(units);
    const int weights = builder.AddConstant("w" + name, Shape{units, columns},
                                            random.Floats(int64_t{units} * columns, -1, 1));
    const int y = builder.AddTensor("y" + name, DType::kFloat32, Shape{1, units});
    builder.AddOp(OpCode::kFULLY_CONNECTED, {x, weights}, {y});
    x = y;
  }
  const auto plan = *Plan::Make(builder.Finish({x}));
  const auto observe = [&](const std::vector<float>& values) {
    const TestDataset dataset(Shape{16}, values);
    ObservationInput input = InputOf(dataset, 1);
    input.plan = plan;
    return *Observe(input);
  };
  EXPECT_EQ(InterpreterGroup::BestSize(*plan) > 1, plan->steps()[0].joint != nullptr);
  const std::vector<float> values = SomeValues(45);
  std::vector<Observation> parts;
  for (auto at = values.begin(); at != values.end(); at += 16) {
    parts.push_back(observe({at, at + 16}));
  }
  const auto merged = MergeObservations(parts);
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ(ObservationToJson(observe(values)), ObservationToJson(*merged));
}

TEST(Observe, WhatIsNotFiniteIsLocated) {
  std::vector<float> values = SomeValues(50);
  values[16 * 40 + 3] = INFINITY;
  values[16 * 45 + 3] = NAN;
  const Observation observation = ObservationOf(values, 2);
  EXPECT_EQ(observation.tensors[0].stats.infinite, 1);
  EXPECT_EQ(observation.tensors[0].stats.nan, 1);
  EXPECT_EQ(observation.tensors[0].stats.first_non_finite_sample, 40);
  const auto ranges = MinMaxOf(observation);
  ASSERT_TRUE(ranges.ok());
  EXPECT_EQ(ranges->Find(0)->non_finite, 2);
  EXPECT_LE(ranges->Find(0)->max, 1);
}

TEST(Observe, NoSamplesAreAnError) {
  const TestDataset dataset(Shape{4, 4, 1}, {});
  EXPECT_EQ(Observe(InputOf(dataset, 1)).error().message, "calibration needs at least one sample");
}

TEST(Observe, ProgressReachesTheEnd) {
  const TestDataset dataset(Shape{4, 4, 1}, SomeValues(100));
  ObservationInput input = InputOf(dataset, 2);
  std::vector<int64_t> done;
  input.progress = [&](int64_t at, int64_t total) {
    done.push_back(at);
    EXPECT_EQ(total, 100);
  };
  ASSERT_TRUE(Observe(input).ok());
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), 100);
}

TEST(MergeObservations, WhatDoesNotBelongTogetherIsNamed) {
  const Observation part = ObservationOf(SomeValues(3));
  Observation other = part;
  other.model_sha256 = "another";
  EXPECT_THAT(MergeObservations({part, other}).error().message,
              testing::HasSubstr("models 'model' and 'another'"));
  other = part;
  other.preprocessing_sha256 = "x";
  EXPECT_THAT(MergeObservations({part, other}).error().message,
              testing::HasSubstr("preprocessing"));
  other = part;
  other.tensors.pop_back();
  EXPECT_THAT(MergeObservations({part, other}).error().message, testing::HasSubstr("tensors"));
  EXPECT_FALSE(MergeObservations({}).ok());
}

// What the reader says of the file after a change to its document.
template <class Change>
std::string ErrorAfter(const Change& change) {
  static const std::string text = ObservationToJson(ObservationOf(SomeValues(3)));
  Json document = Json::parse(text);
  change(document);
  const auto read = ObservationFromJson(document.dump(), "o.json");
  if (read.ok()) return "read";
  EXPECT_EQ(read.error().code, ErrorCode::kInput);
  EXPECT_EQ(read.error().file, "o.json");
  return read.error().message;
}

TEST(ObservationFile, OtherFilesAreRefused) {
  using testing::HasSubstr;
  EXPECT_EQ(ErrorAfter([](Json&) {}), "read");
  EXPECT_THAT(ErrorAfter([](Json& d) { d["kind"] = "x"; }), HasSubstr("not an observation file"));
  EXPECT_THAT(ErrorAfter([](Json& d) { d["schema_version"] = 9; }), HasSubstr("schema version"));
  EXPECT_THAT(ErrorAfter([](Json& d) { d["samples"] = 0; }), HasSubstr("number of samples"));
  EXPECT_THAT(ErrorAfter([](Json& d) { d["dataset"]["fingerprint"] = "0"; }),
              HasSubstr("fingerprint"));
  const auto tensor = [](Json& d) -> Json& { return d["tensors"][1]; };
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["histogram"]["first_bin"] = 5; }),
              HasSubstr("histogram"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["histogram"]["counts"].push_back(-99999999); }),
              HasSubstr("too many bins"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["histogram"]["zeros"] = 12345; }),
              HasSubstr("count different values"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["channels"]["sum"][0] = "zz"; }),
              HasSubstr("hexadecimal"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["channels"]["sum"].push_back("0"); }),
              HasSubstr("channels"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["samples"]["min"] = "0"; }),
              HasSubstr("8 digits"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["samples"]["min"] = ""; }),
              HasSubstr("different numbers of samples"));
}

TEST(ObservationFile, ExtremesAreFiniteAndInOrder) {
  using testing::HasSubstr;
  const auto tensor = [](Json& d) -> Json& { return d["tensors"][1]; };
  for (const char* part : {"channels", "samples"}) {
    for (const char* bits : {"7fc00000", "7f800000", "ff800000", "7f7fffff"}) {
      const auto change = [&](Json& d) {
        auto& text = tensor(d)[part]["min"].template get_ref<std::string&>();
        text.replace(0, 8, bits);
      };
      EXPECT_THAT(ErrorAfter(change), HasSubstr("extremes that are none")) << part << bits;
    }
  }
}

TEST(ObservationFile, EveryMissingFieldIsNamed) {
  for (const char* field : {"samples", "model", "dataset", "tensors"}) {
    EXPECT_THAT(ErrorAfter([&](Json& d) { d.erase(field); }), testing::HasSubstr(field));
  }
  for (const char* field : {"tensor", "name", "op_index", "histogram", "channels", "samples"}) {
    EXPECT_THAT(ErrorAfter([&](Json& d) { d["tensors"][0].erase(field); }),
                testing::HasSubstr(field));
  }
}

TEST(ObservationFile, WhatIsNoJsonIsAnErrorAndNoCrash) {
  const std::string text = ObservationToJson(ObservationOf(SomeValues(1)));
  for (size_t length = 0; length + 2 < text.size(); length += 7) {
    ASSERT_FALSE(ObservationFromJson(text.substr(0, length), "o.json").ok()) << length;
  }
  EXPECT_FALSE(ObservationFromJson("[]", "o.json").ok());
  EXPECT_FALSE(ObservationFromJson(std::string(200000, '['), "o.json").ok());
}

TEST(ObservationFile, NumbersThatAreNoCountsAreRefused) {
  using testing::HasSubstr;
  static constexpr int64_t kHuge = INT64_MAX;  // two of them do not add up
  const auto tensor = [](Json& d) -> Json& { return d["tensors"][1]; };
  EXPECT_THAT(ErrorAfter([](Json& d) { d["samples"] = 1e300; }), HasSubstr("1e+300"));
  EXPECT_THAT(ErrorAfter([](Json& d) { d["samples"] = kHuge; }), HasSubstr("number of values"));
  EXPECT_THAT(ErrorAfter([](Json& d) { d["schema_version"] = 1e300; }), HasSubstr("1e+300"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["op_index"] = 0.5; }), HasSubstr("0.5"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["tensor"] = kHuge; }), HasSubstr("whole"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["nan"] = tensor(d)["infinite"] = kHuge; }),
              HasSubstr("number of values"));
  EXPECT_THAT(ErrorAfter([&](Json& d) {
                tensor(d)["histogram"]["counts"] = {kHuge, kHuge};
              }),
              HasSubstr("number of values"));
  EXPECT_THAT(ErrorAfter([&](Json& d) { tensor(d)["channels"]["values"][0] = kHuge; }),
              HasSubstr("number of values"));
}

// A number or text of the document, at any depth.
Json& AnyLeaf(Random& random, Json& document) {
  Json* at = &document;
  while (at->is_structured() && !at->empty()) {
    auto child = at->begin();
    std::advance(child, random.Int(0, static_cast<int>(at->size()) - 1));
    at = &*child;
  }
  return *at;
}

// One of the file's floats, 8 digits each, becomes another: NaN, infinite, the largest, -1, 1.
std::string WithAnotherFloat(Random& random, std::string text) {
  constexpr std::array kBits = {"7fc00000", "7f800000", "ff800000",
                                "7f7fffff", "bf800000", "3f800000"};
  const int at = 8 * random.Int(0, static_cast<int>(text.size()) / 8 - 1);
  return text.replace(static_cast<size_t>(at), 8, kBits[static_cast<size_t>(random.Int(0, 5))]);
}

Json AnythingElse(Random& random, const Json& leaf) {
  const std::vector<Json> numbers = {0,    1,          -1,        7,     INT32_MIN, INT64_MAX,
                                     1e18, UINT64_MAX, INT64_MIN, 1e300, 0.5,       -4096};
  if (!leaf.is_string() || random.Chance(0.1)) {
    return numbers[static_cast<size_t>(random.Int(0, static_cast<int>(numbers.size()) - 1))];
  }
  std::string text = leaf.get<std::string>();  // digits, most of them hexadecimal
  if (text.empty()) return "0";
  if (text.size() % 8 == 0 && random.Chance(0.5)) return WithAnotherFloat(random, text);
  for (int i = random.Int(1, 8); i > 0; --i) {
    text[static_cast<size_t>(random.Int(0, static_cast<int>(text.size()) - 1))] =
        "0123456789abcdef-"[random.Int(0, 16)];
  }
  return text;
}

TEST(ObservationFile, WhateverItHoldsItIsRefusedOrUsed) {
  QG_SEED(20241121U);
  const Json valid = Json::parse(ObservationToJson(ObservationOf(SomeValues(3))));
  int used = 0;
  for (int i = 0; i < 500; ++i) {
    Json document = valid;
    for (int change = random.Int(1, 3); change > 0; --change) {
      Json& leaf = AnyLeaf(random, document);
      leaf = AnythingElse(random, leaf);
    }
    const auto read = ObservationFromJson(document.dump(), "o.json");
    if (!read.ok()) continue;
    const auto merged = MergeObservations({*read, *read, *read});
    ASSERT_TRUE(merged.ok()) << document;
    for (const EstimatorDef& estimator : AllEstimators()) {
      const auto choice = ParseEstimator(std::string(estimator.name));
      const auto ranges = EstimateRanges(*merged, *choice);
      if (!ranges.ok()) continue;
      // Ranges that the ranges file's reader takes.
      ASSERT_TRUE(RangesFromJson(RangesToJson(*ranges), "r.json").ok())
          << estimator.name << document;
      ++used;
    }
  }
  EXPECT_GT(used, 0);
}

TEST(EstimateRanges, ARangeForEveryComputedTensor) {
  const auto ranges = MinMaxOf(ObservationOf(SomeValues(40)));
  ASSERT_TRUE(ranges.ok());
  EXPECT_EQ(ranges->tensors.size(), 5U);
  EXPECT_EQ(ranges->estimator, "minmax");
  EXPECT_EQ(ranges->samples, 40);
  EXPECT_EQ(ranges->Find(0)->values, 640);
  EXPECT_EQ(ranges->Find(3)->min, 0.0);  // behind a RELU
  EXPECT_EQ(ranges->Find(1), nullptr);   // a constant
}

TEST(EstimateRanges, ATensorThatIsNeverFiniteIsNamed) {
  const auto ranges = MinMaxOf(ObservationOf(std::vector<float>(16, NAN)));
  ASSERT_FALSE(ranges.ok());
  EXPECT_EQ(ranges.error().tensor, "in");
  EXPECT_EQ(ranges.error().message, "every observed value is NaN or infinite");
}

}  // namespace
}  // namespace quantgate
