#include "datasets/npy.h"

#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "datasets/npz.h"

namespace quantgate {
namespace {

struct NpyType {
  DType dtype;
  std::string_view descr;
};

constexpr std::array kTypes = {NpyType{DType::kFloat16, "<f2"},  NpyType{DType::kFloat32, "<f4"},
                               NpyType{DType::kFloat64, "<f8"},  NpyType{DType::kInt8, "|i1"},
                               NpyType{DType::kUInt8, "|u1"},    NpyType{DType::kInt16, "<i2"},
                               NpyType{DType::kUInt16, "<u2"},   NpyType{DType::kInt32, "<i4"},
                               NpyType{DType::kUInt32, "<u4"},   NpyType{DType::kInt64, "<i8"},
                               NpyType{DType::kUInt64, "<u8"},   NpyType{DType::kBool, "|b1"},
                               NpyType{DType::kComplex64, "<c8"}};

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kHeaderAlignment = 64;
constexpr uint32_t kLongestHeader = 1 << 20;  // a type, an order and a shape: 100 bytes or so

Error BadFile(const std::string& path, std::string message) {
  return Error{.code = ErrorCode::kInput, .message = std::move(message), .file = path};
}

// The text after `'key':` in a header, without leading blanks; empty when the key is missing.
std::string_view FieldOf(std::string_view header, std::string_view key) {
  const size_t at = header.find("'" + std::string(key) + "':");
  if (at == std::string_view::npos) return {};
  std::string_view rest = header.substr(at + key.size() + 3);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest;
}

bool ParseShape(std::string_view text, std::vector<int32_t>& dims) {
  if (text.empty() || text.front() != '(') return false;
  const size_t end = text.find(')');
  if (end == std::string_view::npos) return false;
  text = text.substr(1, end - 1);
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" ,"), text.size()));
    if (text.empty()) return true;
    int32_t extent = 0;
    const auto [next, error] = std::from_chars(text.data(), text.data() + text.size(), extent);
    if (error != std::errc() || extent < 0) return false;
    dims.push_back(extent);
    text.remove_prefix(static_cast<size_t>(next - text.data()));
  }
}

Status ParseHeader(std::string_view header, const std::string& path, NpySource& array) {
  const std::string_view descr = FieldOf(header, "descr");
  const NpyType* type = nullptr;
  for (const NpyType& candidate : kTypes) {
    if (descr.substr(0, 5) == "'" + std::string(candidate.descr) + "'") type = &candidate;
  }
  if (type == nullptr) {
    return BadFile(path, "element type " + std::string(descr.substr(0, 8)) + " is not read here");
  }
  array.dtype = type->dtype;
  if (FieldOf(header, "fortran_order").substr(0, 5) != "False") {
    return BadFile(path, "the array is in Fortran order; save it with numpy.ascontiguousarray");
  }
  if (!ParseShape(FieldOf(header, "shape"), array.dims))
    return BadFile(path, "no shape in its header");
  return OkStatus();
}

struct NpyHeader {
  std::string dictionary;  // of type, order and shape
  uint64_t end = 0;        // where the values begin
};

Result<NpyHeader> ReadHeader(const ByteSource& bytes, const std::string& path) {
  constexpr size_t kVersionEnd = 8;
  std::vector<std::byte> buffer;
  if (bytes.size() < kVersionEnd + 2) return BadFile(path, "not a .npy file");
  QG_ASSIGN_OR_RETURN(const auto start, bytes.Read(0, kVersionEnd, buffer));
  if (std::memcmp(start.data(), kMagic.data(), kMagic.size()) != 0) {
    return BadFile(path, "not a .npy file");
  }
  const auto version = std::to_integer<int>(start[kMagic.size()]);
  const size_t length_bytes = version == 1 ? 2 : 4;
  if (version < 1 || version > 3 || bytes.size() < kVersionEnd + length_bytes) {
    return BadFile(path, ".npy format version " + std::to_string(version) + " is not known");
  }
  QG_ASSIGN_OR_RETURN(const auto length, bytes.Read(kVersionEnd, length_bytes, buffer));
  uint32_t size = 0;
  std::memcpy(&size, length.data(), length_bytes);
  if (size > kLongestHeader) return BadFile(path, "its header is no NumPy header");
  const uint64_t begin = kVersionEnd + length_bytes;
  if (begin + size > bytes.size()) return BadFile(path, "ends inside its header");
  QG_ASSIGN_OR_RETURN(const auto text, bytes.Read(begin, size, buffer));
  return NpyHeader{{reinterpret_cast<const char*>(text.data()), text.size()}, begin + size};
}

}  // namespace

bool IsNumpyPath(const std::string& path) {
  return path.ends_with(".npy") || SplitNpzPath(path).has_value();
}

Result<NpySource> OpenNpyArray(const std::string& path) {
  NpySource array{.dims = {}, .bytes = ByteSource(std::vector<std::byte>{})};
  if (const std::optional<NpzPath> archived = SplitNpzPath(path)) {
    QG_ASSIGN_OR_RETURN(std::vector<std::byte> bytes, ReadNpzArray(*archived));
    array.bytes = ByteSource(std::move(bytes));
  } else {
    QG_ASSIGN_OR_RETURN(array.bytes, ByteSource::Open(path));
  }
  QG_ASSIGN_OR_RETURN(const NpyHeader header, ReadHeader(array.bytes, path));
  QG_RETURN_IF_ERROR(ParseHeader(header.dictionary, path, array));
  array.begin = header.end;
  auto shape = Shape::Make(array.dims);
  if (!shape.ok()) return BadFile(path, shape.error().message);
  const auto expected = static_cast<uint64_t>(shape->num_elements()) *
                        static_cast<uint64_t>(DTypeBits(array.dtype)) / 8;
  if (array.bytes.size() - array.begin != expected) {
    return BadFile(path, "its header asks for " + std::to_string(expected) + " bytes, it holds " +
                             std::to_string(array.bytes.size() - array.begin));
  }
  return array;
}

Result<NpyArray> ReadNpy(const std::string& path) {
  QG_ASSIGN_OR_RETURN(const NpySource source, OpenNpyArray(path));
  std::vector<std::byte> buffer;
  const auto size = static_cast<size_t>(source.bytes.size() - source.begin);
  QG_ASSIGN_OR_RETURN(const auto values, source.bytes.Read(source.begin, size, buffer));
  return NpyArray{source.dtype, source.dims, {values.begin(), values.end()}};
}

std::string NpyBytes(DType dtype, const Shape& shape, std::span<const std::byte> values) {
  const NpyType* type = nullptr;
  for (const NpyType& candidate : kTypes) {
    if (candidate.dtype == dtype) type = &candidate;
  }
  if (type == nullptr) return {};
  std::string header =
      "{'descr': '" + std::string(type->descr) + "', 'fortran_order': False, 'shape': (";
  for (const int32_t extent : shape.dims()) header += std::to_string(extent) + ",";
  header += "), }";
  const size_t prefix = kMagic.size() + 4;
  header.append(kHeaderAlignment - (prefix + header.size() + 1) % kHeaderAlignment, ' ');
  header += '\n';
  std::string out(kMagic);
  out += std::string("\x01\x00", 2);
  out += static_cast<char>(header.size() & 0xff);
  out += static_cast<char>(header.size() >> 8);
  out += header;
  out.append(reinterpret_cast<const char*>(values.data()), values.size());
  return out;
}

}  // namespace quantgate
