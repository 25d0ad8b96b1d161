#include "reference/model/foreign_file.h"

#include <algorithm>

namespace quantgate {
namespace {

using namespace std::string_view_literals;

struct Signature {
  size_t at;
  std::string_view bytes;
  ForeignFile file;
};

constexpr std::string_view kConvert = "convert the model to TFLite first";
constexpr std::string_view kUnpack = "unpack it; a .tflite inside can be read";

// The first that fits counts.
constexpr Signature kSignatures[] = {
    {0, "\x89HDF\r\n\x1a\n"sv, {"an HDF5 file, as Keras writes (.h5)", kConvert}},
    {0, "PK\x03\x04"sv, {"a ZIP archive (.zip, .task, Keras .keras, PyTorch .pt)", kUnpack}},
    {0, "\x1f\x8b"sv, {"compressed with gzip", kUnpack}},
    {257, "ustar"sv, {"a tar archive", kUnpack}},
    {0, "LITERTLM"sv, {"a LiteRT-LM bundle", "take the .tflite models out of the bundle"}},
    {0,
     "version https://git-lfs"sv,
     {"a Git LFS pointer, not the file it stands for", "fetch the file with 'git lfs pull'"}},
    {4, "ORTM"sv, {"an ONNX Runtime model (.ort)", kConvert}},
    {0, "\x80\x02"sv, {"a Python pickle, as PyTorch writes", kConvert}},
    {0, "{"sv, {"JSON text", "the model is a binary .tflite file"}},
    {0, "<"sv, {"HTML or XML text", "perhaps the page of an error that a download saved"}},
};

bool IsAt(const Signature& signature, std::span<const std::byte> bytes) {
  if (bytes.size() < signature.at + signature.bytes.size()) return false;
  return std::equal(signature.bytes.begin(), signature.bytes.end(),
                    bytes.begin() + static_cast<std::ptrdiff_t>(signature.at),
                    [](char expected, std::byte found) { return std::byte(expected) == found; });
}

// ModelProto (ONNX) and SavedModel begin with field 1, a small version number, and field 2, of
// bytes; a GraphDef begins with field 1, a node, whose own first field is its name.
const ForeignFile* RecognizeProtocolBuffer(std::span<const std::byte> bytes) {
  static constexpr ForeignFile kOnnx = {
      "a Protocol Buffer, as ONNX models and TensorFlow's SavedModels are", kConvert};
  static constexpr ForeignFile kFrozen = {
      "a Protocol Buffer, as TensorFlow's frozen graphs are (.pb)", kConvert};
  if (bytes.size() < 4) return nullptr;
  constexpr std::byte kFirstNumber{0x08};
  constexpr std::byte kFirstBytes{0x0a};
  constexpr std::byte kSecondBytes{0x12};
  constexpr std::byte kMostVersions{64};
  if (bytes[0] == kFirstNumber && bytes[1] < kMostVersions && bytes[2] == kSecondBytes) {
    return &kOnnx;
  }
  const bool long_node = (bytes[1] & std::byte{0x80}) != std::byte{0};
  if (bytes[0] == kFirstBytes && bytes[long_node ? 3 : 2] == kFirstBytes) return &kFrozen;
  return nullptr;
}

}  // namespace

const ForeignFile* RecognizeForeignFile(std::span<const std::byte> bytes) {
  const auto* const found =
      std::find_if(std::begin(kSignatures), std::end(kSignatures),
                   [&](const Signature& signature) { return IsAt(signature, bytes); });
  return found != std::end(kSignatures) ? &found->file : RecognizeProtocolBuffer(bytes);
}

}  // namespace quantgate
