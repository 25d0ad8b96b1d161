// Samples as bare little-endian values, one file a sample or all in one file: what tensors dumped
// by other tools look like. Type and shape come from the spec.
#include "datasets/dataset_readers.h"
#include "datasets/idx_dataset.h"
#include "datasets/memory_dataset.h"
#include "reference/core/file.h"

namespace quantgate {
namespace {

Result<std::vector<int>> ReadLabelLines(const std::string& path) {
  std::vector<int> labels;
  if (path.empty()) return labels;
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  size_t at = 0;
  while ((at = text.find_first_not_of(" \t\r\n,", at)) != std::string::npos) {
    const size_t end = std::min(text.find_first_of(" \t\r\n,", at), text.size());
    const std::string word = text.substr(at, end - at);
    const bool number =
        word.size() <= 9 && word.find_first_not_of("0123456789") == std::string::npos;
    if (!number) {
      return Error{.code = ErrorCode::kInput,
                   .message = "'" + word.substr(0, 40) + "' is not a class number",
                   .file = path,
                   .hint = "a label file holds one whole number a sample"};
    }
    labels.push_back(std::stoi(word));
    at = end;
  }
  return labels;
}

}  // namespace

Result<std::unique_ptr<Dataset>> OpenRaw(const DatasetSpec& spec) {
  const std::optional<DType> dtype = FindDType(spec.dtype);
  if (!dtype) {
    return Error{
        .code = ErrorCode::kConfig,
        .message = "a raw dataset needs 'dtype', the type of its values; got '" + spec.dtype + "'",
        .hint = "float32, float64, uint8, int8, int16 or int32"};
  }
  MemoryDataset::Content content{.kind = "raw", .dtype = *dtype};
  QG_ASSIGN_OR_RETURN(content.sample_shape, Shape::Make(spec.shape));
  if (spec.images.empty()) {
    return Error{.code = ErrorCode::kConfig, .message = "a raw dataset needs at least one file"};
  }
  for (const std::string& path : spec.images) {
    QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
    content.values.insert(content.values.end(), bytes.begin(), bytes.end());
  }
  QG_ASSIGN_OR_RETURN(content.labels, ReadLabelLines(spec.labels));
  return MemoryDataset::Make(std::move(content), spec, spec.images.front());
}

}  // namespace quantgate
