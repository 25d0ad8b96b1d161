#include "datasets/idx_dataset.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "datasets/dataset_readers.h"
#include "datasets/gzip.h"
#include "datasets/memory_dataset.h"

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
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadMaybeGzip(path));
  QG_RETURN_IF_ERROR(CheckMagic(bytes, path));
  const size_t rank = std::to_integer<size_t>(bytes[3]);
  const size_t header = 4 + 4 * rank;
  if (rank == 0 || rank > Shape::kMaxRank || bytes.size() < header) {
    return BadFile(path,
                   "an IDX header of " + std::to_string(rank) + " dimensions that makes no sense");
  }
  IdxArray array;
  for (size_t i = 0; i < rank; ++i) {
    const uint32_t extent = BigEndian(bytes, 4 + 4 * i);
    if (extent > INT32_MAX) return BadFile(path, "an extent of " + std::to_string(extent));
    array.dims.push_back(static_cast<int32_t>(extent));
  }
  QG_ASSIGN_OR_RETURN(const Shape shape, Shape::Make(array.dims));
  const auto expected = static_cast<size_t>(shape.num_elements());
  if (bytes.size() - header != expected) {
    return BadFile(path, "its header " + shape.ToString() + " asks for " +
                             std::to_string(expected) + " values, the file holds " +
                             std::to_string(bytes.size() - header));
  }
  array.values.resize(expected);
  if (expected > 0) std::memcpy(array.values.data(), bytes.data() + header, expected);
  return array;
}

Result<std::unique_ptr<Dataset>> OpenIdx(const DatasetSpec& spec) {
  if (spec.images.size() != 1) {
    return Error{.code = ErrorCode::kConfig, .message = "an idx dataset has one file of images"};
  }
  const std::string& path = spec.images.front();
  QG_ASSIGN_OR_RETURN(IdxArray images, ReadIdx(path));
  if (images.dims.size() < 2) {
    return BadFile(path, "samples need two dimensions or more, this file has one",
                   "are images and labels swapped?");
  }
  QG_ASSIGN_OR_RETURN(std::vector<int> labels, ReadLabels(spec.labels));
  // Pictures of one channel: [count, height, width] becomes [height, width, 1].
  if (images.dims.size() == 3) images.dims.push_back(1);
  const auto extents = std::span<const int32_t>(images.dims).subspan(1);
  MemoryDataset::Content content{.kind = "idx", .dtype = DType::kUInt8};
  QG_ASSIGN_OR_RETURN(content.sample_shape, Shape::Make(extents));
  const auto* first = reinterpret_cast<const std::byte*>(images.values.data());
  content.values.assign(first, first + images.values.size());
  content.labels = std::move(labels);
  if (!content.labels.empty() && content.labels.size() != static_cast<size_t>(images.dims[0])) {
    return BadFile(path,
                   std::to_string(images.dims[0]) + " images but " +
                       std::to_string(content.labels.size()) + " labels in " + spec.labels,
                   "use the label file that belongs to these images");
  }
  return MemoryDataset::Make(std::move(content), spec, path);
}

}  // namespace quantgate
