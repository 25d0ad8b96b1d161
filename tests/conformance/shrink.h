// A smaller model that fails in the same way. The generators are functions of the choices drawn, so
// fewer and lower choices make a smaller model, whatever the operator.
#pragma once

#include <functional>
#include <string>

#include "tests/conformance/op_case.h"

namespace quantgate {

using MakeModel = std::function<OneOpModel(Choices& choices)>;
// Empty when the model behaves.
using Check = std::function<std::string(const OneOpModel& model)>;

struct Shrunk {
  OneOpModel model;
  std::string difference;  // what `check` says of it
  size_t draws = 0;        // choices behind the model
};

// The model of `draws`, which fails, made smaller by at most `budget` calls of `check`: runs of
// choices are dropped, then single ones lowered, until nothing more helps.
Shrunk Shrink(const MakeModel& make, const Check& check, std::vector<uint64_t> draws,
              int budget = 2000);

// Runs `check` on the models of `count` seeds from `first_seed` on, and returns how many failed.
// The first failure is shrunk, written (WriteFailure) and added to the test's failures with its
// seed.
uint64_t CountFailures(const std::string& name, const MakeModel& make, const Check& check,
                       uint64_t first_seed, uint64_t count);

// Expects `count` random models of the case to give the library's shapes and values, floats within
// the bound of the case.
void ExpectEqual(const OpCase& of, TfliteLibrary& library, uint64_t first_seed, uint64_t count);

// Writes NAME.tflite and NAME.bin (the inputs' bytes, one after the other, as
// `quantgate trace --input` takes them) into the folder that QUANTGATE_FAILURES names, the current
// one by default. The path of the model.
std::string WriteFailure(const OneOpModel& model, const std::string& name);

}  // namespace quantgate
