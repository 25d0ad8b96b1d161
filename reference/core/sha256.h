// Names content in reports and ranges files.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace quantgate {

// Of what is added, part after part.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(std::span<const std::byte> bytes);
  // As Sha256Hex gives it, of everything; nothing may be added afterwards.
  [[nodiscard]] std::string Hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::span<const std::byte> bytes);

}  // namespace quantgate
