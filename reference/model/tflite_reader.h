// Reads a .tflite file into a Model. Nothing in the file is trusted: the FlatBuffers verifier runs
// first, then every index, extent, scale and constant is checked (graph.h, Validate).
#pragma once

#include <memory>
#include <string>

#include "reference/model/graph.h"

namespace quantgate {

// Constants of the model are views into `bytes`, copied only where the file does not align them.
// `file` is for messages.
Result<std::shared_ptr<const Model>> ReadModel(const ConstBytes& bytes, const std::string& file);

// The same from a file, mapped into memory.
Result<std::shared_ptr<const Model>> ReadModelFile(const std::string& path);

// The bytes of a file, mapped into memory for as long as they are referred to. For callers that
// need the bytes themselves too (a hash, the size).
Result<ConstBytes> MapFile(const std::string& path);

}  // namespace quantgate
