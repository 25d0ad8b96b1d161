#include "harness/gate/judgement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace quantgate {
namespace {

VariantResult Paired(int64_t lost, int64_t gained, int64_t n) {
  VariantResult variant;
  variant.accuracy.n = n;
  PairedResult paired;
  paired.n = n;
  paired.lost = lost;
  paired.gained = gained;
  paired.drop = static_cast<double>(lost - gained) / static_cast<double>(n);
  variant.paired = paired;
  return variant;
}

GateRules MaxDrop(double points, double confidence = 0.95) {
  GateRules rules;
  rules.limits["max_drop_points"][""] = {points, confidence};
  return rules;
}

// `n` samples whose answers differ with probability `discordant`, the variant losing `drop` on
// average.
VariantResult Simulated(std::mt19937_64& engine, int64_t n, double discordant, double drop) {
  const double lose = (discordant + drop) / 2;
  const double gain = (discordant - drop) / 2;
  const int64_t lost = std::binomial_distribution<int64_t>(n, lose)(engine);
  const int64_t gained =
      std::binomial_distribution<int64_t>(n - lost, std::max(0.0, gain) / (1 - lose))(engine);
  return Paired(lost, gained, n);
}

constexpr int kComparisons = 2000;

// How often each verdict is reached.
std::map<Verdict, int> Verdicts(uint64_t seed, int64_t n, double discordant, double drop,
                                double limit_points) {
  std::mt19937_64 engine(seed);
  std::map<Verdict, int> counts;
  const GateRules rules = MaxDrop(limit_points);
  for (int i = 0; i < kComparisons; ++i) {
    VariantResult variant = Simulated(engine, n, discordant, drop);
    JudgeVariants({&rules, 1}, {&variant, 1});
    ++counts[variant.verdict];
  }
  return counts;
}

// The variant is as good as the reference: a failure is a false alarm, at most 5 in 100 whatever
// the limit, the number of samples and how often the two differ.
TEST(SimulatedHonesty, FalseAlarmsAreRare) {
  uint64_t seed = 1000;
  for (const int64_t n : {200, 1000, 5000}) {
    for (const double discordant : {0.005, 0.02, 0.1}) {
      for (const double limit : {0.0, 0.5, 1.0}) {
        const auto counts = Verdicts(++seed, n, discordant, 0, limit);
        const auto alarms = counts.find(Verdict::kFail);
        const int found = alarms == counts.end() ? 0 : alarms->second;
        EXPECT_LE(found, kComparisons / 20) << "seed " << seed << ", n " << n << ", discordant "
                                            << discordant << ", limit " << limit << " points";
      }
    }
  }
}

// The true drop is the limit itself, the worst case for both errors: each verdict that is wrong by
// a hair comes at most about 5 times in 100. The score test is approximate; 6.5 is 5 and three
// standard deviations of a count of 2,000.
TEST(SimulatedHonesty, AtTheLimitNeitherVerdictIsCheap) {
  uint64_t seed = 2000;
  for (const double limit : {0.5, 1.0, 2.0}) {
    auto counts = Verdicts(++seed, 5000, 0.05, limit / 100, limit);
    EXPECT_LE(counts[Verdict::kFail], kComparisons * 0.065) << "seed " << seed;
    EXPECT_LE(counts[Verdict::kPass], kComparisons * 0.065) << "seed " << seed;
  }
}

// True drops are found: the shares are the power of the test for these sizes (normal theory gives
// 0.86 for the first: (2 - 1 points) / sqrt(0.05 / 5000) = 3.2 standard errors less 1.64, and so
// on), and the printed ones are what README quotes.
TEST(SimulatedHonesty, RealLossesAreDetected) {
  struct Case {
    int64_t n;
    double drop_points, limit_points, least_share;
  };
  for (const Case& c : {Case{5000, 2, 1, 0.85}, Case{5000, 3, 1, 0.99}, Case{10000, 1, 0.5, 0.65},
                        Case{10000, 1, 0, 0.99}, Case{1000, 5, 1, 0.99}}) {
    auto counts = Verdicts(3000, c.n, 0.05, c.drop_points / 100, c.limit_points);
    const double share = static_cast<double>(counts[Verdict::kFail]) / kComparisons;
    RecordProperty("detected_share", std::to_string(share));
    std::printf("n %lld, true drop %.1f points, limit %.1f: detected %.1f %%, passed %.1f %%\n",
                static_cast<long long>(c.n), c.drop_points, c.limit_points, share * 100,
                100.0 * counts[Verdict::kPass] / kComparisons);
    EXPECT_GE(share, c.least_share);
  }
}

TEST(Judgement, ManyRulesAreJudgedAsOneFamily) {
  // p is about 0.02 for each: a failure alone, none among twenty.
  const GateRules rules = MaxDrop(0);
  VariantResult alone = Paired(13, 4, 1000);
  JudgeVariants({&rules, 1}, {&alone, 1});
  EXPECT_EQ(alone.verdict, Verdict::kFail);
  const std::vector<GateRules> many(20, rules);
  std::vector<VariantResult> variants(20, Paired(13, 4, 1000));
  JudgeVariants(many, variants);
  for (const VariantResult& variant : variants) {
    EXPECT_EQ(variant.verdict, Verdict::kInconclusive);
    EXPECT_NE(variant.rules[0].explanation.find("20 rules"), std::string::npos);
  }
}

TEST(Judgement, AClearFailureStandsAmongMany) {
  const std::vector<GateRules> many(20, MaxDrop(0));
  std::vector<VariantResult> variants(20, Paired(10, 10, 1000));
  variants[3] = Paired(60, 4, 1000);
  JudgeVariants(many, variants);
  EXPECT_EQ(variants[3].verdict, Verdict::kFail);
}

TEST(Judgement, TheWorstVariantDecides) {
  std::vector<VariantResult> variants(3);
  EXPECT_EQ(OverallVerdict(variants), Verdict::kPass);
  variants[1].verdict = Verdict::kInconclusive;
  EXPECT_EQ(OverallVerdict(variants), Verdict::kInconclusive);
  variants[2].verdict = Verdict::kFail;
  EXPECT_EQ(OverallVerdict(variants), Verdict::kFail);
}

TEST(Judgement, AnUndecidedVariantFailsUnlessItOnlyWarns) {
  std::vector<VariantResult> variants(1);
  std::vector<GateRules> rules(1);
  EXPECT_TRUE(GatePasses(rules, variants));
  variants[0].verdict = Verdict::kInconclusive;
  EXPECT_FALSE(GatePasses(rules, variants));
  rules[0].inconclusive_fails = false;
  EXPECT_TRUE(GatePasses(rules, variants));
  variants[0].verdict = Verdict::kFail;
  EXPECT_FALSE(GatePasses(rules, variants));
}

}  // namespace
}  // namespace quantgate
