#include "harness/driver/loss_tally.h"

#include <cmath>

namespace quantgate {

void ErrorEnergy::Add(std::span<const float> reference, std::span<const float> variant, double low,
                      double high) {
  for (size_t i = 0; i < reference.size(); ++i) {
    const double r = static_cast<double>(reference[i]);
    const double e = static_cast<double>(variant[i]) - r;
    if (!std::isfinite(e)) continue;
    signal += r * r;
    error += e * e;
    if (r < low || r > high) clipped += e * e;
  }
  values += static_cast<int64_t>(reference.size());
}

std::optional<double> ErrorEnergy::SqnrDb() const {
  if (!(signal > 0) || !(error > 0)) return std::nullopt;
  return 10 * std::log10(signal / error);
}

TaskLoss LossTally::Finish(int64_t samples, bool labelled, bool classify) const {
  TaskLoss loss;
  loss.n = samples;
  loss.flips = flips;
  loss.lost = lost;
  loss.gained = gained;
  const int64_t counted = labelled ? lost - gained : flips;
  if (samples > 0) {
    loss.points = 100.0 * static_cast<double>(counted) / static_cast<double>(samples);
  }
  loss.output_sqnr_db = output.SqnrDb();
  if (!classify) {
    loss.points = output.signal > 0 ? 100 * std::sqrt(output.error / output.signal) : 0;
  }
  return loss;
}

}  // namespace quantgate
