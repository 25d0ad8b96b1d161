// The parts of the plain page, each a section under its own heading.
#pragma once

#include "harness/results/run_report.h"
#include "reports/html_text.h"

namespace quantgate {

// The tensor with the lowest finite SQNR, or null when none has one.
const TensorError* WorstLayer(const VariantResult& variant);

// html_plain_details.cpp
void WriteLayers(const RunReport& report, HtmlWriter& page);
void WriteSamples(const RunReport& report, HtmlWriter& page);

// html_plain_calibration.cpp
void WriteCalibration(const CalibrationCheck& check, HtmlWriter& page);

// html_plain_reproduce.cpp
void WriteModels(const RunReport& report, HtmlWriter& page);
void WriteReproduce(const RunReport& report, HtmlWriter& page);

}  // namespace quantgate
