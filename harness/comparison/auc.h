// The area under the ROC curve and its uncertainty by the method of DeLong, DeLong and
// Clarke-Pearson (Biometrics 44, 1988), computed from midranks as Sun and Xu do (IEEE Signal
// Processing Letters 21, 2014). With m anomalous scores x and n normal scores y:
//
//   psi(x, y) = 1 where x > y, 1/2 where x = y, else 0
//   V10(i) = mean over y of psi(x_i, y)     V01(j) = mean over x of psi(x, y_j)
//   AUC = mean V10 = mean V01               var(AUC) = S10 / m + S01 / n
//
// where S10 and S01 are the sample variances of V10 and V01. For two models on the same samples the
// same holds for the differences of their V10 and V01.
#pragma once

#include <optional>
#include <span>

#include "harness/results/auc.h"

namespace quantgate {

// labels[i] is 0 (normal) or 1 (anomalous); other samples are left out. A score that is NaN counts
// as the worst answer: lowest of all for an anomalous sample, highest for a normal one. Absent
// without two samples of either kind.
std::optional<Auc> MeasureAuc(std::span<const double> scores, std::span<const int> labels);
std::optional<AucDrop> CompareAuc(std::span<const double> reference,
                                  std::span<const double> variant, std::span<const int> labels);

// mean((output - input)^2), the score of a model that reconstructs its input; spans of one length.
double ReconstructionError(std::span<const float> input, std::span<const float> output);

}  // namespace quantgate
