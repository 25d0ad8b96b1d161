// What this machine can multiply at most: loops that only multiply, operands in registers.
#pragma once

#include <cstdint>
#include <span>

namespace quantgate {

struct MachineLimit {
  const char* name;  // of the instruction set, as the accelerated kernels name it
  bool is_float;
  bool (*supported)();
  // Runs `rounds` rounds; returns the multiply-accumulates done.
  int64_t (*run)(int64_t rounds);
};

// Exact int8 products (bytes with VNNI, otherwise words) and float32 ones; none but on x86-64.
std::span<const MachineLimit> AllMachineLimits();

}  // namespace quantgate
