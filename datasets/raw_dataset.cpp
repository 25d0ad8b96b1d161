// Samples as bare little-endian values, one file a sample or all in one file: what tensors dumped
// by other tools look like. Type and shape come from the spec.
#include "datasets/dataset_readers.h"
#include "datasets/label_lines.h"
#include "datasets/stored_dataset.h"
#include "reference/core/file.h"

namespace quantgate {
namespace {

// One file as it is, several in memory.
Result<ByteSource> OpenFiles(const std::vector<std::string>& paths) {
  if (paths.size() == 1) return ByteSource::Open(paths.front());
  std::vector<std::byte> all;
  for (const std::string& path : paths) {
    QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return ByteSource(std::move(all));
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
  StoredDataset::Content content{.kind = "raw", .dtype = *dtype};
  QG_ASSIGN_OR_RETURN(content.sample_shape, Shape::Make(spec.shape));
  if (spec.images.empty()) {
    return Error{.code = ErrorCode::kConfig, .message = "a raw dataset needs at least one file"};
  }
  QG_ASSIGN_OR_RETURN(ByteSource bytes, OpenFiles(spec.images));
  QG_ASSIGN_OR_RETURN(content.labels, ReadLabelLines(spec.labels));
  return StoredDataset::Make(std::move(content), std::move(bytes), 0, spec, spec.images.front());
}

}  // namespace quantgate
