// Where two models begin to differ, for people and for programs.
#pragma once

#include <string>

#include "harness/results/bisection.h"

namespace quantgate {

// The first difference in words, what the files say of that operator, and how it grows.
std::string BisectionText(const Bisection& bisection);

// One JSON document with every tensor and every changed entry.
std::string BisectionJson(const Bisection& bisection);

}  // namespace quantgate
