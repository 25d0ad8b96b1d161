// The parts of the plain page, each a section under its own heading.
#pragma once

#include "harness/results/run_report.h"
#include "reports/html_text.h"

namespace quantgate {

// A word such as "pass" or "error" in its colour.
void WriteVerdictWord(std::string_view word, HtmlWriter& page);

// html_plain_compare.cpp. Nothing is written without a baseline or without classes.
void WriteBaseline(const RunReport& report, HtmlWriter& page);
void WriteClasses(const DatasetFacts& dataset, const VariantResult& variant, HtmlWriter& page);
void WriteRules(const RunReport& report, HtmlWriter& page);

// html_plain_details.cpp
// The name of a class, its number without one, "–" for none.
std::string ClassText(const DatasetFacts& dataset, int index);
void WriteLayers(const RunReport& report, HtmlWriter& page);
void WriteSamples(const RunReport& report, HtmlWriter& page);

// html_plain_tensors.cpp
// Histograms, few bins each, and ranges by channel; nothing where none was kept.
void WriteTensorDetails(const VariantResult& variant, HtmlWriter& page);

// html_plain_causes.cpp. Nothing is written of what was not asked for.
void WriteAttribution(const VariantResult& variant, HtmlWriter& page);
void WriteRepair(const Repair& repair, HtmlWriter& page);

// html_plain_calibration.cpp
void WriteCalibration(const CalibrationCheck& check, HtmlWriter& page);

// html_plain_reproduce.cpp
void WriteModels(const RunReport& report, HtmlWriter& page);
void WriteReproduce(const RunReport& report, HtmlWriter& page);

}  // namespace quantgate
