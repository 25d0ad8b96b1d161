// A folder of pictures, all of one size: in one folder a class, or side by side with a label file.
#include <algorithm>
#include <utility>

#include "datasets/dataset_readers.h"
#include "datasets/picture.h"
#include "datasets/picture_folder.h"
#include "datasets/stored_dataset.h"
#include "reference/core/file.h"

namespace quantgate {
namespace {

Error BadFolder(const std::string& path, std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::kInput,
               .message = std::move(message),
               .file = path,
               .hint = std::move(hint)};
}

std::string SizeText(const PictureHeader& header) {
  return std::to_string(header.width) + " x " + std::to_string(header.height);
}

// [height, width, channels] of all of them.
Result<std::vector<int32_t>> CommonShape(const std::vector<PictureFile>& files, bool one_channel) {
  PictureHeader common;
  bool gray = true;
  for (const PictureFile& file : files) {
    QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(file.path));
    QG_ASSIGN_OR_RETURN(const PictureHeader header, ReadPictureHeader(bytes, file.path));
    if (common.width == 0) common = header;
    if (header.width != common.width || header.height != common.height) {
      return BadFolder(
          file.path,
          SizeText(header) + " pixels, but " + files.front().path + " has " + SizeText(common),
          "resize them all the way the model's inputs were made: ways to do it differ");
    }
    if (one_channel && !header.gray) {
      return BadFolder(file.path, "has colours, but the shape asks for one channel",
                       "convert it to gray");
    }
    gray = gray && header.gray;
  }
  return std::vector<int32_t>{common.height, common.width, gray ? 1 : 3};
}

// Pictures of one shape, decoded when they are asked for.
class DecodedPictures : public SampleStore {
 public:
  DecodedPictures(std::vector<PictureFile> files, const std::vector<int32_t>& shape)
      : files_(std::move(files)),
        channels_(shape[2]),
        bytes_(static_cast<size_t>(shape[0]) * static_cast<size_t>(shape[1]) *
               static_cast<size_t>(shape[2])) {}

  [[nodiscard]] Result<std::span<const std::byte>> Read(
      int64_t index, std::vector<std::byte>& buffer) const override {
    const std::string& path = files_[static_cast<size_t>(index)].path;
    QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
    buffer.resize(bytes_);
    QG_RETURN_IF_ERROR(DecodePicture(bytes, path, channels_, buffer));
    return std::span<const std::byte>(buffer);
  }

 private:
  std::vector<PictureFile> files_;
  int channels_;
  size_t bytes_;  // of one picture
};

}  // namespace

Result<std::unique_ptr<Dataset>> OpenPictures(const DatasetSpec& spec) {
  if (spec.images.size() != 1) {
    return Error{.code = ErrorCode::kConfig, .message = "pictures lie in one folder; name it"};
  }
  const std::string& folder = spec.images.front();
  QG_ASSIGN_OR_RETURN(PictureFolder found, FindPictures(folder, spec.labels));
  if (found.files.empty()) {
    return BadFolder(folder, "no pictures in it",
                     "PNG and JPEG, or a folder of them for each class");
  }
  // Before anything is decoded.
  const auto [first, count] = Select(spec, found.files.size());
  const auto from = found.files.begin() + static_cast<std::ptrdiff_t>(first);
  found.files = std::vector<PictureFile>(from, from + static_cast<std::ptrdiff_t>(count));
  if (found.files.empty()) {
    return BadFolder(folder, "no samples are left to use", "check 'first' and 'limit'");
  }
  const bool one_channel = spec.shape.size() == 3 && spec.shape[2] == 1;
  QG_ASSIGN_OR_RETURN(std::vector<int32_t> shape, CommonShape(found.files, one_channel));
  if (spec.shape.size() == 3 && spec.shape[2] == 3) shape[2] = 3;
  StoredDataset::Content content{.kind = "pictures"};
  QG_ASSIGN_OR_RETURN(content.sample_shape, Shape::Make(shape));
  if (!spec.shape.empty() && spec.shape != shape) {
    return BadFolder(folder, "pictures of shape " + content.sample_shape.ToString() +
                                 ", but 'shape' says otherwise");
  }
  content.class_names = std::move(found.class_names);
  for (const PictureFile& file : found.files) {
    if (file.label >= 0) content.labels.push_back(file.label);
  }
  return StoredDataset::Make(std::move(content),
                             std::make_unique<DecodedPictures>(std::move(found.files), shape),
                             static_cast<int64_t>(count), spec.most_bytes_in_memory);
}

}  // namespace quantgate
