// Samples that are read one at a time can be unreadable in the midst of everything: then nothing
// is measured, and the file is named, whoever came upon it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/driver/on_dataset.h"
#include "tests/support/random.h"
#include "tests/support/sample_models.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

constexpr int kSamples = 60;

// Some of whose samples are gone.
class DamagedDataset : public TestDataset {
 public:
  DamagedDataset(const Shape& shape, std::vector<float> values, std::vector<int64_t> gone)
      : TestDataset(shape, std::move(values)), gone_(std::move(gone)) {}
  [[nodiscard]] Status ReadRaw(int64_t index, std::span<float> out) const override {
    if (std::find(gone_.begin(), gone_.end(), index) == gone_.end()) {
      return TestDataset::ReadRaw(index, out);
    }
    return Error{.code = ErrorCode::kInput,
                 .message = "no such file",
                 .file = "pictures/" + std::to_string(index) + ".png"};
  }

 private:
  std::vector<int64_t> gone_;
};

DamagedDataset Samples(std::vector<int64_t> gone) {
  Random random(20261127U);
  return {Shape{4, 4, 1}, random.Floats(16 * kSamples, -1, 1), std::move(gone)};
}

std::shared_ptr<const Model> AnyModel() { return std::make_shared<const Model>(SmallFloatModel()); }

TEST(UnreadableSamples, TheFirstIsNamedWhateverTheThreads) {
  for (const int threads : {1, 3}) {
    for (const std::vector<int64_t>& gone : {std::vector<int64_t>{1, 40}, {33}, {34, 35, 59}}) {
      const DamagedDataset dataset = Samples(gone);
      OnDataset on(AnyModel(), dataset, threads);
      for (int i = 0; i < OnDataset::kCount; ++i) {
        const Status status = on.Run(i);
        ASSERT_FALSE(status.ok()) << i;
        EXPECT_EQ(status.error().code, ErrorCode::kInput);
        const std::string first = std::to_string(gone[0]);
        EXPECT_THAT(status.error().ToString(), HasSubstr("pictures/" + first + ".png")) << i;
        EXPECT_THAT(status.error().message, HasSubstr("(sample " + first + ")")) << i;
      }
    }
  }
}

TEST(UnreadableSamples, OthersDisturbNobody) {
  const DamagedDataset dataset = Samples({kSamples});
  OnDataset on(AnyModel(), dataset, 2);
  for (int i = 0; i < OnDataset::kCount; ++i) EXPECT_TRUE(on.Run(i).ok()) << i;
}

// The plain kernels' check looks at four samples, the 15th among them.
TEST(UnreadableSamples, ThePlainCheckSaysSoToo) {
  const DamagedDataset dataset = Samples({kSamples / 4});
  const auto plan = *Plan::Make(AnyModel());
  EvaluationInput input;
  input.reference.runtime = BuiltinRuntime(plan);
  input.dataset = &dataset;
  const auto checked = CheckAgainstPlain(input);
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().file, "pictures/15.png");
}

}  // namespace
}  // namespace quantgate
