// Samples in one .npy array, the first axis counting them, or in one for each input of a model;
// labels in another, of one dimension.
#include <utility>

#include "datasets/dataset_readers.h"
#include "datasets/joined_dataset.h"
#include "datasets/memory_dataset.h"
#include "datasets/npy.h"

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
  QG_ASSIGN_OR_RETURN(NpyArray array, ReadNpy(path));
  if (array.dims.empty()) {
    return Error{.code = ErrorCode::kInput,
                 .message = "the array has no axis that counts samples",
                 .file = path};
  }
  MemoryDataset::Content content{.kind = "npy", .dtype = array.dtype};
  QG_ASSIGN_OR_RETURN(content.sample_shape, Shape::Make(std::span(array.dims).subspan(1)));
  content.values = std::move(array.values);
  QG_ASSIGN_OR_RETURN(content.labels, ReadLabels(labels));
  return MemoryDataset::Make(std::move(content), spec, path);
}

}  // namespace

Result<std::unique_ptr<Dataset>> OpenNpy(const DatasetSpec& spec) {
  if (spec.images.empty()) {
    return Error{.code = ErrorCode::kConfig, .message = "an npy dataset needs a file of samples"};
  }
  std::vector<JoinedDataset::Part> parts;
  for (const std::string& image : spec.images) {
    const auto [name, path] = SplitInputFile(image);
    QG_ASSIGN_OR_RETURN(auto samples, OpenArray(path, parts.empty() ? spec.labels : "", spec));
    parts.push_back({name, path, std::move(samples)});
  }
  if (parts.size() == 1 && parts.front().name.empty()) return std::move(parts.front().samples);
  return JoinedDataset::Make(std::move(parts));
}

}  // namespace quantgate
