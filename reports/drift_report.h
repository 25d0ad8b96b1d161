// How two profiles, or two runtimes, drift apart on one model: for people and for programs.
#pragma once

#include <string>

#include "harness/results/code_difference.h"

namespace quantgate {

// "2 of 2,048 codes differ ...": where the first difference is, in a sentence.
std::string DriftSentence(const DriftReport& drift);

// The sentence, a row an operator's output in the order they run, and the arg-max flips. Long names
// lose their middle.
std::string DriftText(const DriftReport& drift);

// One JSON document: the drift_report of configs/schema/report.schema.json, with the model's path.
std::string DriftJson(const DriftReport& drift, const std::string& model);

}  // namespace quantgate
