// What is too fine for a page: histograms of a report with very many tensors.
#pragma once

#include "harness/results/run_report.h"

namespace quantgate {

// Halves the bins of all histograms until the whole report has at most `most` counts; histograms of
// 16 bins stay as they are. The counts stay exact, of wider bins. Nothing changes in a report that
// has no more: one of a MobileNetV2 with five variants has about 200,000.
void CoarsenHistograms(RunReport& report, size_t most = 400'000);

}  // namespace quantgate
