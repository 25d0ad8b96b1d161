#include "datasets/idx_dataset.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "datasets/dataset_readers.h"
#include "datasets/gzip.h"
#include "datasets/stored_dataset.h"

namespace quantgate {
namespace {

constexpr uint8_t kUnsignedByte = 0x08;

Error BadFile(const std::string& path, std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::kInput,
               .message = std::move(message),
               .file = path,
               .hint = std::move(hint)};
}

uint32_t BigEndian(std::span<const std::byte> bytes, size_t offset) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<uint32_t>(bytes[offset + i]);
  return value;
}

Status CheckMagic(std::span<const std::byte> bytes, const std::string& path) {
  if (bytes.size() < 4) return BadFile(path, "too short for an IDX file");
  const uint32_t magic = BigEndian(bytes, 0);
  if (magic >> 16 != 0) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%08x", magic);
    return BadFile(
        path, std::string("not an IDX file: it begins with ") + text,
        "IDX files begin with 0x000008 and the number of dimensions; other kinds are npy (what "
        "np.save and np.savez wrote) and raw");
  }
  const auto type = std::to_integer<unsigned>(bytes[2]);
  if (type != kUnsignedByte) {
    return BadFile(path, "IDX element type " + std::to_string(type) + " is not read here",
                   "unsigned bytes (type 8) are");
  }
  return OkStatus();
}

// An array whose values are still where they are stored: from byte `begin` to the end.
struct IdxSource {
  std::vector<int32_t> dims;
  ByteSource bytes;
  uint64_t begin = 0;
};

Result<IdxSource> OpenIdxArray(const std::string& path) {
  QG_ASSIGN_OR_RETURN(ByteSource bytes, OpenMaybeGzip(path));
  std::vector<std::byte> buffer;
  const size_t longest = 4 + 4 * static_cast<size_t>(Shape::kMaxRank);
  QG_ASSIGN_OR_RETURN(
      const std::span<const std::byte> start,
      bytes.Read(0, static_cast<size_t>(std::min<uint64_t>(bytes.size(), longest)), buffer));
  QG_RETURN_IF_ERROR(CheckMagic(start, path));
  const size_t rank = std::to_integer<size_t>(start[3]);
  const size_t header = 4 + 4 * rank;
  if (rank == 0 || rank > Shape::kMaxRank || start.size() < header) {
    return BadFile(path,
                   "an IDX header of " + std::to_string(rank) + " dimensions that makes no sense");
  }
  std::vector<int32_t> dims;
  for (size_t i = 0; i < rank; ++i) {
    const uint32_t extent = BigEndian(start, 4 + 4 * i);
    if (extent > INT32_MAX) return BadFile(path, "an extent of " + std::to_string(extent));
    dims.push_back(static_cast<int32_t>(extent));
  }
  QG_ASSIGN_OR_RETURN(const Shape shape, Shape::Make(dims));
  const auto expected = static_cast<uint64_t>(shape.num_elements());
  if (bytes.size() - header != expected) {
    return BadFile(path, "its header " + shape.ToString() + " asks for " +
                             std::to_string(expected) + " values, the file holds " +
                             std::to_string(bytes.size() - header));
  }
  return IdxSource{std::move(dims), std::move(bytes), header};
}

Result<std::vector<int>> ReadLabels(const std::string& path) {
  if (path.empty()) return std::vector<int>{};
  QG_ASSIGN_OR_RETURN(const IdxArray labels, ReadIdx(path));
  if (labels.dims.size() != 1) {
    return BadFile(path,
                   "labels have one dimension, this file has " + std::to_string(labels.dims.size()),
                   "are images and labels swapped?");
  }
  return std::vector<int>(labels.values.begin(), labels.values.end());
}

}  // namespace

Result<IdxArray> ReadIdx(const std::string& path) {
  QG_ASSIGN_OR_RETURN(const IdxSource source, OpenIdxArray(path));
  std::vector<std::byte> buffer;
  const auto size = static_cast<size_t>(source.bytes.size() - source.begin);
  QG_ASSIGN_OR_RETURN(const auto values, source.bytes.Read(source.begin, size, buffer));
  IdxArray array{source.dims, std::vector<uint8_t>(size)};
  if (size > 0) std::memcpy(array.values.data(), values.data(), size);
  return array;
}

Result<std::unique_ptr<Dataset>> OpenIdx(const DatasetSpec& spec) {
  if (spec.images.size() != 1) {
    return Error{.code = ErrorCode::kConfig, .message = "an idx dataset has one file of images"};
  }
  const std::string& path = spec.images.front();
  QG_ASSIGN_OR_RETURN(IdxSource images, OpenIdxArray(path));
  if (images.dims.size() < 2) {
    return BadFile(path, "samples need two dimensions or more, this file has one",
                   "are images and labels swapped?");
  }
  QG_ASSIGN_OR_RETURN(std::vector<int> labels, ReadLabels(spec.labels));
  // Pictures of one channel: [count, height, width] becomes [height, width, 1].
  if (images.dims.size() == 3) images.dims.push_back(1);
  const auto extents = std::span<const int32_t>(images.dims).subspan(1);
  StoredDataset::Content content{.kind = "idx", .dtype = DType::kUInt8};
  QG_ASSIGN_OR_RETURN(content.sample_shape, Shape::Make(extents));
  content.labels = std::move(labels);
  if (!content.labels.empty() && content.labels.size() != static_cast<size_t>(images.dims[0])) {
    return BadFile(path,
                   std::to_string(images.dims[0]) + " images but " +
                       std::to_string(content.labels.size()) + " labels in " + spec.labels,
                   "use the label file that belongs to these images");
  }
  return StoredDataset::Make(std::move(content), std::move(images.bytes), images.begin, spec, path);
}

}  // namespace quantgate
