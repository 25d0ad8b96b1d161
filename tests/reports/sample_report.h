// A run report with plausible numbers, for tests of the report forms and of the viewer.
#pragma once

#include "harness/results/run_report.h"

namespace quantgate {

// Five variants of a small digit classifier, 15 tensors each, two of them failing, with findings,
// rules, confusion matrices and flipped samples with pictures. The same report at every call.
RunReport SampleReport();

// A report of everything that can be missing: a variant that could not be run, no labels, NaN,
// empty lists, and names that try to break out of every form they are written in.
RunReport HostileReport();

// The names HostileReport uses.
const std::vector<std::string>& HostileNames();

// `layers` tensors a variant and `flips` flipped samples, to see how the forms scale.
RunReport LargeReport(int layers, int flips);

}  // namespace quantgate
