// Which rows of a variant's tensors speak for it as a whole.
#pragma once

#include <cmath>
#include <vector>

#include "harness/results/run_report.h"

namespace quantgate {

// Of rows with an SQNR the one where it is lowest and finite, the first among equals; null where
// none has one.
template <class Row>
const Row* LowestSqnr(const std::vector<Row>& rows) {
  const Row* lowest = nullptr;
  for (const Row& row : rows) {
    if (!row.sqnr_db || !std::isfinite(*row.sqnr_db)) continue;
    if (lowest == nullptr || *row.sqnr_db < *lowest->sqnr_db) lowest = &row;
  }
  return lowest;
}

// The outputs of the variant's graph in their order; null for one that was not compared.
std::vector<const TensorError*> OutputRows(const VariantResult& variant);

// SQNR in dB for judging: infinity where nothing differs, -infinity where values are not finite or
// differ from a reference that is all zero.
double JudgedSqnrDb(const TensorError& row);
// max_abs_error for judging: infinity where values are not finite.
double JudgedMaxError(const TensorError& row);

// The output with the lowest JudgedSqnrDb, and that with the largest JudgedMaxError. Null where the
// graph has no output, or one of them was not compared.
const TensorError* WorstOutput(const VariantResult& variant);
const TensorError* OutputOfLargestError(const VariantResult& variant);

}  // namespace quantgate
