// The sample report's answers: accuracy, confusion, rules, baseline.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "tests/reports/sample_parts.h"

namespace quantgate::sample {
namespace {

Interval Wilson(double p, double n) {
  constexpr double kZ = 1.959964;
  const double centre = (p + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ / (1 + kZ * kZ / n) * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  return {centre - half, centre + half};
}

}  // namespace

Accuracy MakeAccuracy(int64_t correct) {
  const double p = static_cast<double>(correct) / static_cast<double>(kSamples);
  return {kSamples, correct, p, Wilson(p, static_cast<double>(kSamples))};
}

PairedResult MakePaired(const Recipe& recipe, int64_t reference_correct) {
  PairedResult paired;
  const auto n = static_cast<double>(kSamples);
  paired.n = kSamples;
  paired.lost = recipe.lost;
  paired.gained = recipe.gained;
  paired.both_correct = reference_correct - recipe.lost;
  paired.both_wrong = kSamples - reference_correct - recipe.gained;
  paired.flips = recipe.lost + recipe.gained + recipe.lost / 12;
  paired.drop = static_cast<double>(recipe.lost - recipe.gained) / n;
  const double half =
      1.96 *
      std::sqrt((static_cast<double>(recipe.lost + recipe.gained) / n - paired.drop * paired.drop) /
                n);
  paired.drop95 = {paired.drop - half, paired.drop + half};
  return paired;
}

Confusion MakeConfusion(int64_t correct, uint32_t seed) {
  Random random(seed);
  Confusion confusion{kClasses, std::vector<int64_t>(size_t{kClasses} * kClasses, 0)};
  for (int64_t i = 0; i < kSamples; ++i) {
    const auto label = static_cast<int>(i % kClasses);
    // Mistakes go to a few favourite classes, as they do in life.
    const int shift = random.Below(3) == 0 ? 1 + random.Below(9) : 4 + label % 3;
    const int prediction = i < correct ? label : (label + shift) % kClasses;
    ++confusion.counts[static_cast<size_t>(label) * kClasses + static_cast<size_t>(prediction)];
  }
  return confusion;
}

std::vector<RuleResult> MakeRules(const VariantResult& variant) {
  const double drop = variant.paired->drop * 100;
  const double top1 = variant.accuracy.top1 * 100;
  const auto judge = [](bool holds) { return holds ? Verdict::kPass : Verdict::kFail; };
  const auto text = [](double value) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.2f", value);
    return std::string(buffer.data());
  };
  return {
      {"max_drop_points", "", 1.0, drop, "points", judge(drop <= 1.0),
       "accuracy drop " + text(drop) + " points" + (drop <= 1.0 ? ", " : ", but ") +
           "allowed: at most 1.00",
       0.95, drop <= 1.0 ? 1.0 : 0.004, drop <= 1.0 ? 0.01 : 1.0, std::nullopt},
      {"min_top1_percent", "", 98.0, top1, "%", judge(top1 >= 98.0),
       "top-1 " + text(top1) + " %" + (top1 >= 98.0 ? ", " : ", but ") + "allowed: at least 98.00",
       std::nullopt, std::nullopt, std::nullopt, std::nullopt}};
}

RuleResult UndecidedRule() {
  return {"max_class_drop_points",
          "3",
          2.0,
          1.6,
          "points",
          Verdict::kInconclusive,
          "drop of class '3' 1.60 points, allowed: at most 2.00: not decided at 95 %",
          0.95,
          0.21,
          0.64,
          2'400};
}

// A variant made again as it was, one made anew, and one whose baseline cannot be compared.
BaselineComparison MakeBaseline(const Recipe& recipe, const PairedResult& paired) {
  const std::string name = recipe.name;
  BaselineComparison baseline{"baselines/mnist.json",
                              "accepted: smaller model",
                              name == "int8",
                              "",
                              0.9899,
                              recipe.size_bytes,
                              std::nullopt};
  if (name == "uint8-calibrated") {
    baseline.incomparable = "the baseline was recorded on another dataset";
    return baseline;
  }
  PairedResult change = paired;
  change.flips = 0;
  if (baseline.same_model) {
    change.lost = change.gained = 0;
    change.drop = 0;
    change.drop95 = {0, 0.0003};
  } else {
    baseline.size_bytes += 4'096;
  }
  baseline.paired = change;
  return baseline;
}

}  // namespace quantgate::sample
