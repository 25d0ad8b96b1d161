// Which of a type's codes occurred. Asking "all seen before?" of many 8-bit codes at once is quick,
// and nearly always the answer is yes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace quantgate {

class CodeSet {
 public:
  // `total`: 0, 256 or 65536. A code is known by its index, code - the type's lowest code.
  explicit CodeSet(int64_t total) : rows_(static_cast<size_t>(total) / 8) {}

  void Add(std::span<const int8_t> codes);
  void Add(std::span<const uint8_t> codes);
  void Add(std::span<const int16_t> codes);
  void Merge(const CodeSet& other);  // of the same total

  [[nodiscard]] int64_t total() const { return static_cast<int64_t>(rows_.size()) * 8; }
  [[nodiscard]] bool Contains(int64_t index) const {
    return (rows_[RowOf(index)] >> (index >> 4 & 7) & 1) != 0;
  }

 private:
  [[nodiscard]] bool full() const;
  // 32 rows for 256 codes: row (low four bits, highest bit), in it a bit for the three between.
  static size_t RowOf(int64_t index) {
    return static_cast<size_t>(index >> 8) * 32 + static_cast<size_t>(index >> 7 & 1) * 16 +
           static_cast<size_t>(index & 15);
  }

  std::vector<uint8_t> rows_;
};

}  // namespace quantgate
