#include "datasets/dataset_table.h"

#include <array>
#include <filesystem>

#include "datasets/dataset_readers.h"
#include "datasets/npz.h"

namespace quantgate {
namespace {

constexpr std::array kDatasets = {
    DatasetDef{"idx", "IDX files as MNIST has them, gzip or plain: images and labels", OpenIdx},
    DatasetDef{
        "npy",
        "NumPy arrays, .npy files or in an .npz: samples along the first axis, labels beside "
        "them; an array for each input of a model",
        OpenNpy},
    DatasetDef{"raw",
               "bare little-endian values of a given dtype and shape, one file a sample or "
               "all in one; labels as a text file of numbers",
               OpenRaw},
    DatasetDef{"pictures",
               "a folder of PNG and JPEG files of one size: a folder a class, or labels as a text "
               "file of numbers",
               OpenPictures},
};

}  // namespace

std::span<const DatasetDef> AllDatasets() { return kDatasets; }

const DatasetDef* FindDataset(std::string_view name) {
  for (const DatasetDef& def : kDatasets) {
    if (def.name == name) return &def;
  }
  return nullptr;
}

InputFile SplitInputFile(const std::string& text) {
  const size_t mark = text.rfind('=');
  std::error_code unknown;
  const std::optional<NpzPath> archived = SplitNpzPath(text);
  const std::string& file = archived ? archived->archive : text;
  if (mark == std::string::npos || std::filesystem::exists(file, unknown)) return {"", text};
  return {text.substr(0, mark), text.substr(mark + 1)};
}

std::string FirstFileName(const DatasetSpec& spec) {
  if (spec.images.empty()) return "";
  const std::string path = SplitInputFile(spec.images.front()).path;
  const std::optional<NpzPath> archived = SplitNpzPath(path);
  if (!archived) return std::filesystem::path(path).filename().string();
  const std::string archive = std::filesystem::path(archived->archive).filename().string();
  return archived->array.empty() ? archive : archive + "/" + archived->array;
}

Result<std::unique_ptr<Dataset>> OpenDataset(const DatasetSpec& spec) {
  const DatasetDef* def = FindDataset(spec.kind);
  if (def == nullptr) {
    return Error{.code = ErrorCode::kConfig,
                 .message = "unknown kind of dataset '" + spec.kind + "'",
                 .hint = "`quantgate list datasets` names them"};
  }
  return def->open(spec);
}

}  // namespace quantgate
