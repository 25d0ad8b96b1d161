// Typed values in and out of an interpreter.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <span>
#include <vector>

#include "reference/interpreter/interpreter.h"

namespace quantgate {

template <class T>
std::vector<T> Values(std::span<const std::byte> bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <class T>
void Set(Interpreter& interpreter, size_t input, const std::vector<T>& values) {
  ASSERT_EQ(interpreter.input(input).size(), values.size() * sizeof(T));
  std::memcpy(interpreter.input(input).data(), values.data(), values.size() * sizeof(T));
}

}  // namespace quantgate
