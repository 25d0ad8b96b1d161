#include "datasets/npy.h"

#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "datasets/npz.h"
#include "reference/core/file.h"

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

Status ParseHeader(std::string_view header, const std::string& path, NpyArray& array) {
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

}  // namespace

bool IsNumpyPath(const std::string& path) {
  return path.ends_with(".npy") || SplitNpzPath(path).has_value();
}

Result<NpyArray> ReadNpy(const std::string& path) {
  const std::optional<NpzPath> archived = SplitNpzPath(path);
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                      archived ? ReadNpzArray(*archived) : ReadFile(path));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.size() < 10 || text.substr(0, kMagic.size()) != kMagic) {
    return BadFile(path, "not a .npy file");
  }
  const int version = static_cast<unsigned char>(text[6]);
  const size_t length_bytes = version == 1 ? 2 : 4;
  if (version < 1 || version > 3 || text.size() < 8 + length_bytes) {
    return BadFile(path, ".npy format version " + std::to_string(version) + " is not known");
  }
  uint32_t length = 0;
  std::memcpy(&length, bytes.data() + 8, length_bytes);
  const size_t start = 8 + length_bytes + length;
  if (start > text.size()) return BadFile(path, "ends inside its header");
  NpyArray array;
  QG_RETURN_IF_ERROR(ParseHeader(text.substr(8 + length_bytes, length), path, array));
  auto shape = Shape::Make(array.dims);
  if (!shape.ok()) return BadFile(path, shape.error().message);
  const auto expected =
      static_cast<size_t>(shape->num_elements()) * static_cast<size_t>(DTypeBits(array.dtype)) / 8;
  if (text.size() - start != expected) {
    return BadFile(path, "its header asks for " + std::to_string(expected) + " bytes, it holds " +
                             std::to_string(text.size() - start));
  }
  array.values.assign(bytes.begin() + static_cast<std::ptrdiff_t>(start), bytes.end());
  return array;
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
