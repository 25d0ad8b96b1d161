// What operators that only move elements share: copies between two regular grids of elements, and
// the checks every one of them makes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reference/ops/op_def.h"

namespace quantgate {

// One axis of a copy: `extent` steps, each of so many bytes (negative or zero ones too).
struct CopyAxis {
  int64_t extent = 1;
  int64_t from_stride = 0;
  int64_t to_stride = 0;
};

// Copies a grid of elements. Axes are given outermost first, as many as there are.
class StridedCopy {
 public:
  static constexpr size_t kMaxAxes = 16;

  StridedCopy() = default;  // copies nothing
  // Offsets of the first element in bytes. At most kMaxAxes axes have an extent other than one.
  StridedCopy(const std::vector<CopyAxis>& axes, size_t element_bytes, int64_t from_offset = 0,
              int64_t to_offset = 0);

  // `from` and `to` must not overlap.
  void Run(const std::byte* from, std::byte* to) const;

 private:
  std::vector<CopyAxis> axes_;  // neighbours joined, contiguous inner axes taken into run_bytes_
  size_t run_bytes_ = 0;
  int64_t from_offset_ = 0;
  int64_t to_offset_ = 0;
  bool empty_ = true;
};

// Bytes from one element of `shape` to the next along each axis.
std::vector<int64_t> ByteStrides(const Shape& shape, size_t element_bytes);

// The bytes of one element of input `i`, which must have the type of every output and elements of
// whole bytes; kUnsupported otherwise.
Result<size_t> MovedElementBytes(const PrepareContext& context, size_t i = 0);

// `axis` counted from the front, 0 <= result < rank; kModel when it is out of range.
Result<int> ResolveAxis(int64_t axis, int rank);

// Constant input `i` as integers, of which there must be `count`; `what` names them in messages.
Result<std::vector<int64_t>> ConstantIntegers(const PrepareContext& context, size_t i, size_t count,
                                              const char* what);

// The shape of these extents; kModel when one is negative or over int32.
Result<Shape> MakeShape(const std::vector<int64_t>& dims);

// A kernel that copies `bytes` bytes from input `i` to output 0.
Kernel CopyBytes(size_t bytes, size_t i = 0);

}  // namespace quantgate
