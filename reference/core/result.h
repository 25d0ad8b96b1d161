// Errors as values. Every fallible function returns Status or Result<T>; nothing in the project
// throws across a function boundary, and third-party exceptions stop in the adapter that may see
// them. An accuracy rule that fails is data, never an Error.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "reference/core/check.h"

namespace quantgate {

// What kind of thing went wrong; it decides the exit code of the program.
enum class ErrorCode {
  kUsage,        // the command line is wrong (exit code 2)
  kConfig,       // a run config is wrong (exit code 2)
  kInput,        // a file is missing, unreadable or not what it claims to be (exit code 3)
  kModel,        // a model is malformed or breaks the format's rules (exit code 3)
  kUnsupported,  // valid, but outside what this program can run (exit code 3)
  kInternal,     // a defect of this program (exit code 4)
};

// "usage", "config", "input", "model", "unsupported" or "internal".
const char* ErrorCodeName(ErrorCode code);

// The process exit code that belongs to an error: 2, 3 or 4.
int ExitCodeFor(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;               // what is wrong, and with which value
  std::string file = {};             // the file it happened in, if any
  std::optional<int> op_index = {};  // the operator of the model, if any
  std::string tensor = {};           // the tensor of the model, if any
  std::string hint = {};             // what to do about it, if known

  // One line: "model error: mnist.tflite: op 3: tensor 'conv1': message (hint)".
  [[nodiscard]] std::string ToString() const;
};

// Success, or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  [[nodiscard]] const Error& error() const {
    QG_CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

inline Status OkStatus() { return {}; }

// A T, or an Error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  [[nodiscard]] const Error& error() const {
    QG_CHECK(!ok());
    return std::get<Error>(state_);
  }
  [[nodiscard]] const T& value() const& {
    CheckOk();
    return std::get<T>(state_);
  }
  [[nodiscard]] T& value() & {
    CheckOk();
    return std::get<T>(state_);
  }
  [[nodiscard]] T&& value() && {
    CheckOk();
    return std::get<T>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

 private:
  void CheckOk() const {
    if (!ok()) CheckFailed("Result::ok()", error().ToString().c_str(), __FILE__, __LINE__);
  }
  std::variant<T, Error> state_;
};

#define QG_CONCAT_INNER(a, b) a##b
#define QG_CONCAT(a, b) QG_CONCAT_INNER(a, b)

// Returns the error of `expr` (a Status or a Result) from the enclosing function, if it has one.
#define QG_RETURN_IF_ERROR(expr)                                            \
  do {                                                                      \
    if (auto qg_status = (expr); !qg_status.ok()) return qg_status.error(); \
  } while (false)

// Declares or assigns `lhs` from the value of a Result, or returns its error.
#define QG_ASSIGN_OR_RETURN(lhs, expr) \
  QG_ASSIGN_OR_RETURN_IMPL(QG_CONCAT(qg_result_, __LINE__), lhs, expr)
#define QG_ASSIGN_OR_RETURN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                             \
  if (!tmp.ok()) return tmp.error();             \
  lhs = std::move(tmp).value()

}  // namespace quantgate
