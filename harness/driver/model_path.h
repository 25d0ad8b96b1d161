// Paths of models: "FILE", or "FILE#SIGNATURE" for a model of several signatures.
#pragma once

#include <string>

namespace quantgate {

struct ModelPath {
  std::string file;
  std::string signature;  // empty: the model's first subgraph
};

// Parts at the last '#', unless a file is called so.
ModelPath SplitModelPath(const std::string& path);

// `variant` with the signature of `reference`, where it names none itself.
std::string WithSignatureOf(const std::string& reference, const std::string& variant);

}  // namespace quantgate
