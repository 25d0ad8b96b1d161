// NumPy's .npz archives: ZIP files with a .npy file an array, as numpy.savez writes them. A path
// names an array in one as if the archive were a folder: "data.npz/images".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reference/core/result.h"

namespace quantgate {

struct NpzPath {
  std::string archive;
  std::string array;  // without ".npy"; empty: the path is the archive's
};

// Nothing where `path` neither ends with .npz nor has a part that does.
std::optional<NpzPath> SplitNpzPath(const std::string& path);

// The archive's arrays by name, in its order. kInput when it is missing or no archive.
Result<std::vector<std::string>> ListNpzArrays(const std::string& archive);

// The bytes of the .npy file of an array; without a name, of the only one. kInput when there is no
// such array, more than one to choose from, or the archive is damaged.
Result<std::vector<std::byte>> ReadNpzArray(const NpzPath& path);

}  // namespace quantgate
