// Whether the data is what the models were made for: its normalisation, the order of its values,
// its labels. Told by what the reference answers.
#include <algorithm>
#include <cmath>

#include "harness/comparison/proportions.h"
#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"

namespace quantgate {
namespace {

// Points of accuracy by which another reading of the data must beat the given one, besides having
// an interval above it: a tenth is more than a harmless change (a crop, a gamma) brings.
constexpr double kBetterBy = 0.10;

double Share(int64_t count, int64_t n) {
  return n > 0 ? static_cast<double>(count) / static_cast<double>(n) : 0.0;
}

bool Beats(int64_t correct, int64_t given, int64_t n) {
  if (n <= 0 || Share(correct, n) < Share(given, n) + kBetterBy) return false;
  return WilsonInterval(correct, n, 0.99).low > WilsonInterval(given, n, 0.99).high;
}

// What the labels would have to be: the share of samples right when label l is read as l + shift.
int64_t ShiftedCorrect(const Confusion& confusion, int shift) {
  int64_t correct = 0;
  for (int label = 0; label < confusion.classes; ++label) {
    const int answer = label + shift;
    if (answer < 0 || answer >= confusion.classes) continue;
    const int64_t row = int64_t{label} * confusion.classes;
    correct += confusion.counts[static_cast<size_t>(row + answer)];
  }
  return correct;
}

int64_t Total(const Confusion& confusion) {
  int64_t total = 0;
  for (const int64_t count : confusion.counts) total += count;
  return total;
}

// The answer given most often for each label; empty when two labels share one.
std::vector<int> AnswersByLabel(const Confusion& confusion) {
  std::vector<int> answers;
  std::vector<bool> taken(static_cast<size_t>(confusion.classes), false);
  for (int label = 0; label < confusion.classes; ++label) {
    const auto row = confusion.counts.begin() + static_cast<long>(label) * confusion.classes;
    const auto top = std::max_element(row, row + confusion.classes);
    const auto answer = static_cast<int>(top - row);
    if (*top == 0) {
      answers.push_back(-1);
      continue;
    }
    if (taken[static_cast<size_t>(answer)]) return {};
    taken[static_cast<size_t>(answer)] = true;
    answers.push_back(answer);
  }
  return answers;
}

const Confusion* ReferenceConfusion(const FindingContext& context) {
  if (context.reference == nullptr || context.reference->confusion.classes < 2) return nullptr;
  return &context.reference->confusion;
}

int BestShift(const Confusion& confusion) {
  int best = 0;
  for (int shift = 1 - confusion.classes; shift < confusion.classes; ++shift) {
    if (ShiftedCorrect(confusion, shift) > ShiftedCorrect(confusion, best)) best = shift;
  }
  return best;
}

// Samples right when every label is renamed to the answer it gets most often.
int64_t RenamedCorrect(const Confusion& confusion, const std::vector<int>& answers) {
  int64_t correct = 0;
  for (size_t label = 0; label < answers.size(); ++label) {
    if (answers[label] < 0) continue;
    correct += confusion.counts[label * answers.size() + static_cast<size_t>(answers[label])];
  }
  return correct;
}

const InputTrial* BestTrial(const FindingContext& context) {
  if (context.trials == nullptr) return nullptr;
  const InputTrial* best = nullptr;
  for (const InputTrial& trial : context.trials->trials) {
    if (best == nullptr || trial.correct > best->correct) best = &trial;
  }
  return best;
}

// Whether other names for the classes explain the answers better than any other reading of the
// input does.
bool LabelsExplainMore(const FindingContext& context) {
  const Confusion* confusion = ReferenceConfusion(context);
  const InputTrial* best = BestTrial(context);
  if (confusion == nullptr) return false;
  const double renamed =
      Share(RenamedCorrect(*confusion, AnswersByLabel(*confusion)), Total(*confusion));
  return best == nullptr || renamed > Share(best->correct, best->n);
}

// The best trial, if it is of this kind and beats the data as given.
const InputTrial* Winner(const FindingContext& context, std::string_view kind) {
  const InputTrial* best = BestTrial(context);
  if (best == nullptr || best->kind != kind || LabelsExplainMore(context)) return nullptr;
  return Beats(best->correct, context.trials->correct, context.trials->n) ? best : nullptr;
}

void ReportTrial(const FindingContext& context, std::string_view kind, std::string_view id,
                 const std::string& lead, const std::string& fix, std::vector<Finding>& findings) {
  const InputTrial* trial = Winner(context, kind);
  if (trial == nullptr) return;
  Finding finding = MakeFinding(id, context);
  finding.severity = Severity::kError;
  finding.message =
      lead + ": on " + std::to_string(trial->n) + " samples the reference is right on " +
      FormatFixed(100 * Share(context.trials->correct, trial->n), 1) +
      " % as they are given, and on " + FormatFixed(100 * Share(trial->correct, trial->n), 1) +
      " % with " + trial->what + ".";
  finding.evidence = {{"accuracy_given", Share(context.trials->correct, trial->n), "share",
                       Direction::kHigherIsBetter, trial->n},
                      {"accuracy_otherwise", Share(trial->correct, trial->n), "share",
                       Direction::kNeutral, trial->n}};
  finding.fix = fix;
  findings.push_back(std::move(finding));
}

void LookTwice(const FindingContext& context, const TensorError* input,
               std::vector<Finding>& findings) {
  if (!input->representable_min || !input->representable_max) return;
  const auto [low, high] = RangeFed(context, *input);
  const double data = high - low;
  const double range = *input->representable_max - *input->representable_min;
  if (!(data > 0) || !(range > 0)) return;
  const bool twice = range >= kLostNormalisation * data;
  const bool never = data >= kLostNormalisation * range;
  if (!twice && !never) return;
  Finding finding = MakeFinding("QG014", context);
  finding.severity = SeverityByEffect(context.variant, Severity::kWarning);
  finding.tensor = input->tensor;
  finding.message = "The data is " + std::string(twice ? "normalised twice" : "not normalised") +
                    ": it lies in " + FormatReal(low) + ".." + FormatReal(high) +
                    ", the model's input takes " + FormatReal(*input->representable_min) + ".." +
                    FormatReal(*input->representable_max) +
                    " (preprocessing: " + context.dataset.preprocessing + ").";
  finding.evidence = {{"width_ratio", twice ? range / data : data / range, "",
                       Direction::kLowerIsBetter, context.dataset.samples}};
  finding.fix = twice
                    ? "Leave one of the two normalisations out: the dataset's, or the one the data "
                      "was stored with."
                    : "Add the normalisation the model was trained with to the preprocessing.";
  findings.push_back(std::move(finding));
}

void LookTruncated(const FindingContext& context, const TensorError* input,
                   std::vector<Finding>& findings) {
  // Rounded values are off by at most half a step, truncated ones by up to a whole one.
  constexpr double kMoreThanRounding = 0.6;
  constexpr double kTruncation = 1.02;
  if (!input->scale || ClipsBeyondRounding(*input)) return;
  const double largest = input->max_abs_error / *input->scale;
  const double low = input->reference_min - input->representable_min.value_or(0);
  const double high = input->representable_max.value_or(0) - input->reference_max;
  // A value just outside is clipped by as much.
  if (low < -0.5 * *input->scale || high < -0.5 * *input->scale) return;
  if (largest < kMoreThanRounding || largest > kTruncation) return;
  Finding finding = MakeFinding("QG015", context);
  finding.severity = SeverityByEffect(context.variant, Severity::kWarning);
  finding.tensor = input->tensor;
  finding.message = "The input was truncated instead of rounded: values are off by up to " +
                    FormatFixed(largest, 2) + " steps, by " +
                    FormatFixed(input->mean_error / *input->scale, 2) +
                    " on average; rounding leaves at most 0.5 and 0.";
  finding.evidence = {{"largest_error", largest, "LSB", Direction::kLowerIsBetter, input->samples},
                      {"mean_error", input->mean_error / *input->scale, "LSB", Direction::kNeutral,
                       input->samples}};
  finding.fix = "Round before the conversion to integers: clamp(round(real / scale) + zero_point).";
  findings.push_back(std::move(finding));
}

}  // namespace

void LookNormalisationTrial(const FindingContext& context, std::vector<Finding>& findings) {
  ReportTrial(context, "normalisation", "QG013", "The data's mean and std are not the model's",
              "Write this normalisation into the dataset's preprocessing.", findings);
}

void LookNormalisedTwice(const FindingContext& context, std::vector<Finding>& findings) {
  for (const TensorError* input : InputRows(context.variant)) LookTwice(context, input, findings);
}

void LookInputTruncated(const FindingContext& context, std::vector<Finding>& findings) {
  for (const TensorError* input : InputRows(context.variant)) {
    LookTruncated(context, input, findings);
  }
}

void LookChannelOrder(const FindingContext& context, std::vector<Finding>& findings) {
  ReportTrial(context, "channel-order", "QG016", "The channels are in the wrong order",
              "Swap the channels when the data is read (RGB and BGR).", findings);
}

void LookLayout(const FindingContext& context, std::vector<Finding>& findings) {
  ReportTrial(context, "layout", "QG017", "The values of a sample are in the wrong order",
              "Store the samples as [height, width, channels].", findings);
}

void LookLabelsShifted(const FindingContext& context, std::vector<Finding>& findings) {
  const Confusion* confusion = ReferenceConfusion(context);
  if (confusion == nullptr) return;
  const int shift = BestShift(*confusion);
  const int64_t n = Total(*confusion);
  const int64_t given = ShiftedCorrect(*confusion, 0);
  const int64_t shifted = ShiftedCorrect(*confusion, shift);
  if (shift == 0 || Share(shifted, n) < 0.5 || !Beats(shifted, given, n)) return;
  const int64_t renamed = RenamedCorrect(*confusion, AnswersByLabel(*confusion));
  if (!LabelsExplainMore(context) || Beats(renamed, shifted, n)) return;
  Finding finding = MakeFinding("QG018", context);
  finding.severity = Severity::kError;
  finding.message = "The labels are shifted by " + std::to_string(-shift) +
                    ": the reference is right on " + FormatFixed(100 * Share(given, n), 1) +
                    " % of the samples, and on " + FormatFixed(100 * Share(shifted, n), 1) +
                    " % if " + std::to_string(std::abs(shift)) + " is " +
                    (shift > 0 ? "added to" : "taken from") +
                    " each label; often one side counts a background class.";
  finding.evidence = {{"accuracy_given", Share(given, n), "share", Direction::kHigherIsBetter, n},
                      {"accuracy_shifted", Share(shifted, n), "share", Direction::kNeutral, n}};
  finding.fix = "Number the classes as the model does, with or without the background class.";
  findings.push_back(std::move(finding));
}

void LookLabelsPermuted(const FindingContext& context, std::vector<Finding>& findings) {
  const Confusion* confusion = ReferenceConfusion(context);
  if (confusion == nullptr) return;
  const std::vector<int> answers = AnswersByLabel(*confusion);
  const int64_t renamed = RenamedCorrect(*confusion, answers);
  int64_t moved = 0;
  std::string example;
  for (size_t label = 0; label < answers.size(); ++label) {
    if (answers[label] < 0 || answers[label] == static_cast<int>(label)) continue;
    if (++moved <= 3) {
      example += (moved > 1 ? ", " : "") + std::to_string(label) + " is answered " +
                 std::to_string(answers[label]);
    }
  }
  const int64_t n = Total(*confusion);
  const int64_t given = ShiftedCorrect(*confusion, 0);
  const int64_t shifted = ShiftedCorrect(*confusion, BestShift(*confusion));
  if (moved == 0 || Share(renamed, n) < 0.5 || !Beats(renamed, given, n)) return;
  if (!LabelsExplainMore(context)) return;
  if (shifted > 0 && !Beats(renamed, shifted, n)) return;  // a shift explains as much
  Finding finding = MakeFinding("QG019", context);
  finding.severity = Severity::kError;
  finding.message = "The labels of " + std::to_string(moved) + " classes are in another order (" +
                    example + (moved > 3 ? ", ..." : "") +
                    "): renamed so, the reference is right on " +
                    FormatFixed(100 * Share(renamed, n), 1) + " % of the samples instead of " +
                    FormatFixed(100 * Share(given, n), 1) + " %.";
  finding.evidence = {
      {"accuracy_given", Share(given, n), "share", Direction::kHigherIsBetter, n},
      {"accuracy_renamed", Share(renamed, n), "share", Direction::kNeutral, n},
      {"classes_moved", static_cast<double>(moved), "classes", Direction::kLowerIsBetter, n}};
  finding.fix = "Bring the labels' order and the model's together.";
  findings.push_back(std::move(finding));
}

}  // namespace quantgate
