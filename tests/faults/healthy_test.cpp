// Sound variants: nothing is found that is more than a note.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/faults/judge.h"
#include "tests/faults/plant.h"

namespace quantgate {
namespace {

// Those that follow every value. Averages of samples' extremes clip whole samples, which costs up
// to 26 points on these nets and is found.
constexpr const char* kEstimators[] = {"minmax", "percentile", "entropy", "mse", "sqnr"};

TEST(Healthy, NothingAboveANoteIsFound) {
  int variants = 0;
  for (const char* name : {"conv", "depthwise", "residual"}) {
    for (const char* scheme : {"int8", "int8-per-tensor", "uint8"}) {
      // Per-tensor weights of a depthwise net are a defect this net shows (QG005).
      if (std::string(name) == "depthwise" && std::string(scheme) != "int8") continue;
      for (const int64_t samples : {100, 200}) {
        for (const uint32_t seed : {1U, 2U}) {
          if (std::string(name) != "residual" && seed == 2) continue;
          for (const char* estimator : kEstimators) {
            const std::string what = std::string(name) + " " + scheme + " seed " +
                                     std::to_string(seed) + " " + std::to_string(samples) + " " +
                                     std::string(estimator);
            SCOPED_TRACE(what);
            const FaultNet net = MakeFaultNet(name, std::string(estimator), samples, seed);
            const Verdicts verdicts = Judge(net, {"variant", Quantized(net, scheme), {}, {}, {}});
            ++variants;
            if (!verdicts.guilty.empty()) {
              std::printf("%s: op %d %.1f dB\n", what.c_str(), verdicts.guilty[0].op_index,
                          verdicts.guilty[0].excess_db);
            }
            for (const Finding& finding : verdicts.findings) {
              EXPECT_EQ(finding.severity, Severity::kNote)
                  << finding.id << " " << finding.message << " drop " << verdicts.drop;
            }
          }
        }
      }
    }
  }
  EXPECT_GE(variants, 20);
}

}  // namespace
}  // namespace quantgate
