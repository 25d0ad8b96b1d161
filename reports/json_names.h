// How enums are spelled in JSON.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "harness/results/run_report.h"
#include "reference/core/dtype.h"

namespace quantgate {

// JsonNames<T>::NameOf(value) and ::Find(name) for each enum of a report.
template <class T>
struct JsonNames;

template <class T>
concept NamedEnum = requires(T value) {
  JsonNames<T>::NameOf(value);
};

template <>
struct JsonNames<DType> {
  static std::string_view NameOf(DType dtype) { return DTypeName(dtype); }
  static std::optional<DType> Find(std::string_view name) { return FindDType(name); }
};

// Names of enums that count up from zero.
template <class T, size_t kCount>
struct CountedNames {
  static std::optional<T> Find(std::string_view name) {
    for (size_t i = 0; i < kCount; ++i) {
      const T value = static_cast<T>(i);
      if (name == JsonNames<T>::NameOf(value)) return value;
    }
    return std::nullopt;
  }
};

template <>
struct JsonNames<Verdict> : CountedNames<Verdict, 3> {
  static std::string_view NameOf(Verdict verdict) { return VerdictName(verdict); }
};

template <>
struct JsonNames<Severity> : CountedNames<Severity, 3> {
  static std::string_view NameOf(Severity severity) { return SeverityName(severity); }
};

template <>
struct JsonNames<CalibrationVerdict> : CountedNames<CalibrationVerdict, 3> {
  static std::string_view NameOf(CalibrationVerdict verdict) {
    return CalibrationVerdictName(verdict);
  }
};

template <>
struct JsonNames<Direction> : CountedNames<Direction, 3> {
  static std::string_view NameOf(Direction direction) {
    switch (direction) {
      case Direction::kHigherIsBetter: return "higher_is_better";
      case Direction::kLowerIsBetter: return "lower_is_better";
      case Direction::kNeutral: return "neutral";
    }
    return "neutral";
  }
};

}  // namespace quantgate
