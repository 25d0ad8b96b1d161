// Samples in one array, the first axis counting them, or in one for each input of a model; labels
// in another, of one dimension. Arrays are .npy files, or lie in .npz archives.
#include <optional>
#include <utility>

#include "datasets/dataset_readers.h"
#include "datasets/joined_dataset.h"
#include "datasets/npy.h"
#include "datasets/npz.h"
#include "datasets/stored_dataset.h"

namespace quantgate {
namespace {

template <class T>
Result<std::vector<int>> LabelsOf(const NpyArray& array, const std::string& path) {
  std::vector<int> labels;
  const auto* values = reinterpret_cast<const T*>(array.values.data());
  for (size_t i = 0; i < array.values.size() / sizeof(T); ++i) {
    if (!std::in_range<int>(values[i]) || std::cmp_less(values[i], 0)) {
      return Error{.code = ErrorCode::kInput,
                   .message = "label " + std::to_string(i) +
                              " is no class number: " + std::to_string(values[i]),
                   .file = path};
    }
    labels.push_back(static_cast<int>(values[i]));
  }
  return labels;
}

Result<std::vector<int>> ReadLabels(const std::string& path) {
  if (path.empty()) return std::vector<int>{};
  QG_ASSIGN_OR_RETURN(const NpyArray array, ReadNpy(path));
  switch (array.dtype) {
    case DType::kUInt8: return LabelsOf<uint8_t>(array, path);
    case DType::kInt32: return LabelsOf<int32_t>(array, path);
    case DType::kInt64: return LabelsOf<int64_t>(array, path);
    default:
      return Error{.code = ErrorCode::kInput,
                   .message = "labels of type " + std::string(DTypeName(array.dtype)),
                   .file = path,
                   .hint = "uint8, int32 and int64 are read"};
  }
}

Result<std::unique_ptr<Dataset>> OpenArray(const std::string& path, const std::string& labels,
                                           const DatasetSpec& spec) {
  QG_ASSIGN_OR_RETURN(NpySource array, OpenNpyArray(path));
  if (array.dims.empty()) {
    return Error{.code = ErrorCode::kInput,
                 .message = "the array has no axis that counts samples",
                 .file = path};
  }
  StoredDataset::Content content{.kind = "npy", .dtype = array.dtype};
  QG_ASSIGN_OR_RETURN(content.sample_shape, Shape::Make(std::span(array.dims).subspan(1)));
  QG_ASSIGN_OR_RETURN(content.labels, ReadLabels(labels));
  return StoredDataset::Make(std::move(content), std::move(array.bytes), array.begin, spec, path);
}

// NumPy names arrays arr_0, arr_1, ... that nobody named.
bool InTheirOrder(const std::vector<std::string>& arrays) {
  for (size_t i = 0; i < arrays.size(); ++i) {
    if (arrays[i] != "arr_" + std::to_string(i)) return false;
  }
  return true;
}

// What one entry of DatasetSpec::images stands for: itself, or each array of an archive but the
// labels', by the name it has there.
Result<std::vector<InputFile>> InputFilesOf(const std::string& image, const std::string& labels) {
  const InputFile whole = SplitInputFile(image);
  const std::optional<NpzPath> archived = SplitNpzPath(whole.path);
  if (!archived || !archived->array.empty()) return std::vector{whole};
  QG_ASSIGN_OR_RETURN(std::vector<std::string> arrays, ListNpzArrays(archived->archive));
  if (const auto answers = SplitNpzPath(labels); answers && answers->archive == archived->archive) {
    std::erase(arrays, answers->array);
  }
  if (arrays.size() < 2 || !whole.name.empty()) {
    return std::vector{
        InputFile{whole.name, arrays.size() == 1 ? whole.path + "/" + arrays.front() : whole.path}};
  }
  const bool named = !InTheirOrder(arrays);
  std::vector<InputFile> files;
  files.reserve(arrays.size());
  for (const std::string& array : arrays) {
    files.push_back({named ? array : "", archived->archive + "/" + array});
  }
  return files;
}

}  // namespace

Result<std::unique_ptr<Dataset>> OpenNpy(const DatasetSpec& spec) {
  if (spec.images.empty()) {
    return Error{.code = ErrorCode::kConfig, .message = "an npy dataset needs a file of samples"};
  }
  std::vector<JoinedDataset::Part> parts;
  for (const std::string& image : spec.images) {
    QG_ASSIGN_OR_RETURN(const std::vector<InputFile> files, InputFilesOf(image, spec.labels));
    for (const auto& [name, path] : files) {
      QG_ASSIGN_OR_RETURN(auto samples, OpenArray(path, parts.empty() ? spec.labels : "", spec));
      parts.push_back({name, path, std::move(samples)});
    }
  }
  if (parts.size() == 1 && parts.front().name.empty()) return std::move(parts.front().samples);
  return JoinedDataset::Make(std::move(parts));
}

}  // namespace quantgate
