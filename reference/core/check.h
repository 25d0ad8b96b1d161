// Checks for a programmer's errors, live in every build type. Input from outside never reaches
// them: it is refused earlier with an Error.
#pragma once

#include <sstream>

namespace quantgate {

[[noreturn]] void CheckFailed(const char* expression, const char* detail, const char* file,
                              int line);

template <class A, class B>
[[noreturn]] void CheckComparisonFailed(const char* expression, const A& a, const B& b,
                                        const char* file, int line) {
  std::ostringstream detail;
  detail << a << " vs " << b;
  CheckFailed(expression, detail.str().c_str(), file, line);
}

}  // namespace quantgate

#define QG_CHECK(condition)                                                         \
  do {                                                                              \
    if (!(condition)) ::quantgate::CheckFailed(#condition, "", __FILE__, __LINE__); \
  } while (false)

#define QG_CHECK_OP(a, op, b)                                                              \
  do {                                                                                     \
    if (!((a)op(b)))                                                                       \
      ::quantgate::CheckComparisonFailed(#a " " #op " " #b, (a), (b), __FILE__, __LINE__); \
  } while (false)

#define QG_CHECK_EQ(a, b) QG_CHECK_OP(a, ==, b)
#define QG_CHECK_LT(a, b) QG_CHECK_OP(a, <, b)
#define QG_CHECK_LE(a, b) QG_CHECK_OP(a, <=, b)
#define QG_CHECK_GE(a, b) QG_CHECK_OP(a, >=, b)
