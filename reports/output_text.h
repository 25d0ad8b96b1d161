// What tables say of a run that is no classification: how far the outputs are from the reference's.
#pragma once

#include <string>

#include "harness/results/run_report.h"

namespace quantgate {

// Whether answers were not judged, so that tables show the outputs' errors in their place.
bool ShowsOutputErrors(const RunReport& report);

// Of the output where it is lowest: "23.4 dB", "exact" where nothing differs, "none" where nothing
// of the signal is left. Empty where the outputs were not compared.
std::string OutputSqnrText(const VariantResult& variant);

// Largest difference of any value of any output: "0.0123", "not finite". Empty where the outputs
// were not compared.
std::string OutputErrorText(const VariantResult& variant);

}  // namespace quantgate
