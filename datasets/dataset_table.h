// Every kind of dataset, by the name configs and the command line use.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.h"

namespace quantgate {

// Samples that need more than that are read, or decoded, each time they are used.
inline constexpr uint64_t kMostBytesInMemory = uint64_t{256} << 20;

// Where the samples are and which of them to use.
struct DatasetSpec {
  std::string kind;  // "idx", "raw", "npy", "pictures"
  // The file of the samples, or a folder. Several: of "raw", one behind the other; of "npy", one
  // for each input of a model, "NAME=FILE" or in the order of the inputs; FILE may be an array of
  // an archive, "FILE.npz/ARRAY", or the archive: all its arrays but the labels, by their names
  // there.
  std::vector<std::string> images;
  std::string labels;            // file; empty: no labels
  std::string dtype;             // "raw": type of the stored values
  std::vector<int32_t> shape;    // "raw": of one sample, without a batch axis; "pictures": checked
  int64_t first = 0;             // samples skipped at the start
  std::optional<int64_t> limit;  // at most this many after `first`
  uint64_t most_bytes_in_memory = kMostBytesInMemory;
};

struct InputFile {
  std::string name;  // of a model's input; may be empty
  std::string path;
};

// "NAME=FILE" at its last '=', unless a file is called so.
InputFile SplitInputFile(const std::string& text);
// What data is called where nobody names it: its first file, without the folder.
std::string FirstFileName(const DatasetSpec& spec);

struct DatasetDef {
  std::string_view name;
  std::string_view summary;
  // Errors are kInput and name the file; kConfig when the spec lacks something.
  Result<std::unique_ptr<Dataset>> (*open)(const DatasetSpec& spec);
};

std::span<const DatasetDef> AllDatasets();
const DatasetDef* FindDataset(std::string_view name);

// Opens through the table. An empty selection is a kInput error: nothing could be evaluated.
Result<std::unique_ptr<Dataset>> OpenDataset(const DatasetSpec& spec);

}  // namespace quantgate
