#include "harness/comparison/predictions.h"

#include "harness/comparison/proportions.h"

namespace quantgate {

Accuracy MeasureAccuracy(std::span<const Prediction> predictions, std::span<const int> labels) {
  Accuracy accuracy;
  accuracy.n = static_cast<int64_t>(predictions.size());
  for (size_t i = 0; i < predictions.size(); ++i) {
    accuracy.correct += predictions[i].arg_max == labels[i] ? 1 : 0;
  }
  if (accuracy.n > 0) {
    accuracy.top1 = static_cast<double>(accuracy.correct) / static_cast<double>(accuracy.n);
  }
  accuracy.wilson95 = WilsonInterval(accuracy.correct, accuracy.n, 0.95);
  return accuracy;
}

PairedResult ComparePaired(std::span<const Prediction> reference,
                           std::span<const Prediction> variant, std::span<const int> labels) {
  PairedResult paired;
  paired.n = static_cast<int64_t>(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    const bool reference_right = reference[i].arg_max == labels[i];
    const bool variant_right = variant[i].arg_max == labels[i];
    paired.both_correct += reference_right && variant_right ? 1 : 0;
    paired.lost += reference_right && !variant_right ? 1 : 0;
    paired.gained += !reference_right && variant_right ? 1 : 0;
    paired.both_wrong += !reference_right && !variant_right ? 1 : 0;
    paired.flips += reference[i].arg_max != variant[i].arg_max ? 1 : 0;
  }
  if (paired.n > 0) {
    paired.drop = static_cast<double>(paired.lost - paired.gained) / static_cast<double>(paired.n);
  }
  paired.drop95 = PairedDifferenceInterval(paired.lost, paired.gained, paired.n, 0.95);
  return paired;
}

std::vector<ClassResult> MeasureClasses(std::span<const Prediction> reference,
                                        std::span<const Prediction> variant,
                                        std::span<const int> labels, int classes) {
  std::vector<ClassResult> rows(static_cast<size_t>(classes));
  for (size_t k = 0; k < rows.size(); ++k) rows[k].label = static_cast<int>(k);
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= classes) continue;
    ClassResult& row = rows[static_cast<size_t>(labels[i])];
    const bool before = reference[i].arg_max == labels[i];
    const bool after = variant[i].arg_max == labels[i];
    ++row.n;
    row.reference_correct += before ? 1 : 0;
    row.correct += after ? 1 : 0;
    row.lost += before && !after ? 1 : 0;
    row.gained += !before && after ? 1 : 0;
  }
  return rows;
}

std::vector<uint8_t> RightAnswers(std::span<const Prediction> predictions,
                                  std::span<const int> labels) {
  std::vector<uint8_t> right(predictions.size());
  for (size_t i = 0; i < right.size(); ++i) right[i] = predictions[i].arg_max == labels[i] ? 1 : 0;
  return right;
}

Confusion MeasureConfusion(std::span<const Prediction> predictions, std::span<const int> labels,
                           int classes) {
  Confusion confusion;
  confusion.classes = classes;
  const auto side = static_cast<size_t>(classes);
  confusion.counts.assign(side * side, 0);
  for (size_t i = 0; i < predictions.size(); ++i) {
    const int label = labels[i];
    const int predicted = predictions[i].arg_max;
    if (label < 0 || label >= classes || predicted < 0 || predicted >= classes) continue;
    ++confusion.counts[static_cast<size_t>(label) * side + static_cast<size_t>(predicted)];
  }
  return confusion;
}

std::vector<FlippedSample> FindFlips(std::span<const Prediction> reference,
                                     std::span<const Prediction> variant,
                                     std::span<const int> labels, size_t limit) {
  std::vector<FlippedSample> flips;
  for (size_t i = 0; i < variant.size() && flips.size() < limit; ++i) {
    if (reference[i].arg_max == variant[i].arg_max) continue;
    flips.push_back({static_cast<int64_t>(i), labels.empty() ? -1 : labels[i], reference[i].arg_max,
                     variant[i].arg_max, static_cast<double>(reference[i].margin),
                     static_cast<double>(variant[i].margin)});
  }
  return flips;
}

}  // namespace quantgate
