// What a file is that is no TFLite model, told by its first bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace quantgate {

struct ForeignFile {
  std::string_view what;    // "an HDF5 file, as Keras writes (.h5)"
  std::string_view advice;  // how to come by a TFLite model
};

// Null for what it does not know. Formats: magic numbers as their specifications give them; ONNX
// and SavedModel are Protocol Buffers without one, known by the tags of their first two fields.
const ForeignFile* RecognizeForeignFile(std::span<const std::byte> bytes);

}  // namespace quantgate
