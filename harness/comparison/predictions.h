// Classifications and what follows from them: accuracy, flips, confusion.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/comparison/classifier.h"
#include "harness/results/run_report.h"

namespace quantgate {

Accuracy MeasureAccuracy(std::span<const Prediction> predictions, std::span<const int> labels);
PairedResult ComparePaired(std::span<const Prediction> reference,
                           std::span<const Prediction> variant, std::span<const int> labels);
// One row a class from 0 to `classes` - 1; labels outside are left out.
std::vector<ClassResult> MeasureClasses(std::span<const Prediction> reference,
                                        std::span<const Prediction> variant,
                                        std::span<const int> labels, int classes);
// One byte a sample, 1 where the prediction is the label.
std::vector<uint8_t> RightAnswers(std::span<const Prediction> predictions,
                                  std::span<const int> labels);
Confusion MeasureConfusion(std::span<const Prediction> predictions, std::span<const int> labels,
                           int classes);
// At most `limit` samples whose prediction differs, the lowest sample indices first.
std::vector<FlippedSample> FindFlips(std::span<const Prediction> reference,
                                     std::span<const Prediction> variant,
                                     std::span<const int> labels, size_t limit);

}  // namespace quantgate
