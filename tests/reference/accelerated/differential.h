// One operator, run plain and accelerated on every instruction set of this machine.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "reference/accelerated/accelerated_table.h"
#include "reference/interpreter/interpreter_group.h"
#include "tests/reference/ops/op_tester.h"
#include "tests/support/random.h"

namespace quantgate {

// The output of a plan on `values`. It runs on other values before, so that a kernel that reads
// what it has not written in this run is found.
inline std::vector<std::byte> RunPlan(const std::shared_ptr<const Plan>& plan,
                                      const std::vector<std::vector<std::byte>>& values) {
  Interpreter interpreter(plan);
  for (const std::byte flip : {std::byte{0xA5}, std::byte{0}}) {
    for (size_t i = 0; i < values.size(); ++i) {
      std::transform(values[i].begin(), values[i].end(), interpreter.input(i).begin(),
                     [&](std::byte value) { return value ^ flip; });
    }
    EXPECT_TRUE(interpreter.Run().ok());
  }
  const auto output = interpreter.output(0);
  return {output.begin(), output.end()};
}

// The bytes of `values` from number `by` on, and then those before it.
inline std::vector<std::byte> Rotated(const std::vector<std::byte>& values, size_t by,
                                      DType dtype) {
  std::vector<std::byte> rotated = values;
  const size_t bytes = by * static_cast<size_t>(DTypeBits(dtype) / 8) % values.size();
  std::rotate(rotated.begin(), rotated.begin() + static_cast<std::ptrdiff_t>(bytes), rotated.end());
  return rotated;
}

// Expects of samples that run together what each gives by itself in `plain`: as many as there are
// places, and fewer.
inline void ExpectSameTogether(const std::shared_ptr<const Plan>& plain,
                               const std::shared_ptr<const Plan>& fast,
                               const std::vector<std::vector<std::byte>>& values) {
  InterpreterGroup group(fast, kMostJointSamples);
  for (const size_t count : {group.size(), size_t{3}}) {
    const std::vector<Observer*> nobody(count, nullptr);
    std::vector<std::vector<std::vector<std::byte>>> samples(count);
    for (size_t k = 0; k < count; ++k) {
      for (size_t i = 0; i < values.size(); ++i) {
        const DType dtype = plain->info(plain->subgraph().inputs[i]).dtype;
        samples[k].push_back(Rotated(values[i], k + 7 * count, dtype));
        std::copy(samples[k][i].begin(), samples[k][i].end(), group[k].input(i).begin());
      }
    }
    for (const Status& status : group.Run(nobody)) EXPECT_TRUE(status.ok());
    for (size_t k = 0; k < count; ++k) {
      const std::vector<std::byte> expected = RunPlan(plain, samples[k]);
      const auto actual = group[k].output(0);
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), actual.begin(), actual.end()))
          << "sample " << k << " of " << count;
    }
  }
}

struct DifferentialResult {
  int runs = 0;       // instruction sets whose accelerated kernel ran
  int joint = 0;      // those whose joint kernel ran too
  bool valid = true;  // the plain kernel takes the operator
};

// Expects equal bytes of `op` under `profile`.
inline DifferentialResult ExpectSameBytes(const OpTester& op, const Profile& profile,
                                          const std::vector<std::vector<std::byte>>& values) {
  DifferentialResult result;
  const auto model = op.Make();
  const auto plain = Plan::Make(model, {.profile = &profile, .accelerated = false});
  if (!plain.ok()) {
    result.valid = false;
    return result;
  }
  EXPECT_FALSE((*plain)->steps()[0].accelerated);
  const std::vector<std::byte> expected = RunPlan(*plain, values);
  for (const accelerated::SimdKernels* simd : accelerated::AllSimd()) {
    SCOPED_TRACE(simd->name);
    const auto fast = Plan::Make(model, {.profile = &profile, .simd = simd});
    EXPECT_TRUE(fast.ok());
    if (!fast.ok() || !(*fast)->steps()[0].accelerated) continue;
    ++result.runs;
    const std::vector<std::byte> actual = RunPlan(*fast, values);
    EXPECT_EQ(actual.size(), expected.size());
    const auto [at, other] = std::mismatch(expected.begin(), expected.end(), actual.begin());
    EXPECT_EQ(at, expected.end()) << "byte " << at - expected.begin() << " of " << expected.size()
                                  << ": " << static_cast<int>(*at) << " plain, "
                                  << static_cast<int>(*other) << " accelerated";
    if ((*fast)->steps()[0].joint == nullptr || values.empty()) continue;
    ++result.joint;
    ExpectSameTogether(*plain, *fast, values);
  }
  return result;
}

// A profile that rounds in one way everywhere.
inline Profile Rounding(RoundingMode mode) {
  Profile profile = DefaultProfile();
  profile.gemm_rounding = profile.depthwise_rounding = profile.elementwise_rounding = mode;
  return profile;
}

inline const RoundingMode kRoundings[] = {RoundingMode::kDoubleTiesAway,
                                          RoundingMode::kDoubleTiesUp, RoundingMode::kSingle};

// Codes of a type: often any of them, sometimes extremes only.
inline std::vector<std::byte> AnyCodes(Random& random, DType dtype, int64_t count) {
  const CodeRange range = CodeRangeOf(dtype);
  const int kind = random.Int(0, 3);
  std::vector<int> codes(static_cast<size_t>(count));
  for (int& code : codes) {
    switch (kind) {
      case 0: code = random.Chance(0.5) ? range.min : range.max; break;
      case 1: code = range.min; break;
      default: code = random.Int(range.min, range.max); break;
    }
  }
  std::vector<std::byte> bytes;
  for (const int code : codes) bytes.push_back(static_cast<std::byte>(code));
  return bytes;
}

inline int AnyZeroPoint(Random& random, DType dtype) {
  const CodeRange range = CodeRangeOf(dtype);
  if (random.Chance(0.3)) return random.Chance(0.5) ? range.min : range.max;
  return random.Int(range.min, range.max);
}

inline schema::ActivationFunctionType AnyFusedActivation(Random& random) {
  return random.Chance(0.5)   ? schema::ActivationFunctionType::NONE
         : random.Chance(0.5) ? schema::ActivationFunctionType::RELU
                              : schema::ActivationFunctionType::RELU6;
}

}  // namespace quantgate
