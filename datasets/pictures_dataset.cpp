// A folder of pictures, all of one size: in one folder a class, or side by side with a label file.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "datasets/dataset_readers.h"
#include "datasets/label_lines.h"
#include "datasets/memory_dataset.h"
#include "datasets/picture.h"
#include "reference/core/file.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;

struct PictureFile {
  std::string path;
  int label = -1;
};

struct PictureFolder {
  std::vector<PictureFile> files;
  std::vector<std::string> class_names;
};

Error BadFolder(const std::string& path, std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::kInput,
               .message = std::move(message),
               .file = path,
               .hint = std::move(hint)};
}

bool IsPicture(const fs::path& path) {
  static const std::set<std::string> kEndings = {".png", ".jpg", ".jpeg", ".bmp",
                                                 ".gif", ".tif", ".tiff", ".webp"};
  std::string ending = path.extension().string();
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return kEndings.contains(ending);
}

// Names without hidden ones, in the order of their bytes.
Result<std::vector<fs::path>> Listed(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(".")) paths.push_back(entry->path());
  }
  if (error) return BadFolder(folder.string(), "cannot be listed: " + error.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The number that a folder's name is, -1 where it is none.
int NumberOf(const std::string& name) {
  const bool number = !name.empty() && name.size() <= 6 &&
                      name.find_first_not_of("0123456789") == std::string::npos;
  return number ? std::stoi(name) : -1;
}

// One sample of every class, then the next of every class: any number from the start has all.
std::vector<PictureFile> TakeTurns(const std::map<int, std::vector<std::string>>& classes) {
  std::vector<PictureFile> files;
  for (size_t round = 0, before = 1; files.size() != before; ++round) {
    before = files.size();
    for (const auto& [label, paths] : classes) {
      if (round < paths.size()) files.push_back({paths[round], label});
    }
  }
  return files;
}

Result<PictureFolder> ClassFolders(const std::vector<fs::path>& folders) {
  const bool numbers = std::all_of(folders.begin(), folders.end(), [](const fs::path& folder) {
    return NumberOf(folder.filename().string()) >= 0;
  });
  PictureFolder found;
  std::map<int, std::vector<std::string>> classes;
  for (const fs::path& folder : folders) {
    const std::string name = folder.filename().string();
    if (!numbers) found.class_names.push_back(name);
    const int label = numbers ? NumberOf(name) : static_cast<int>(found.class_names.size()) - 1;
    QG_ASSIGN_OR_RETURN(const std::vector<fs::path> paths, Listed(folder));
    for (const fs::path& path : paths) {
      if (IsPicture(path)) classes[label].push_back(path.string());
    }
  }
  found.files = TakeTurns(classes);
  return found;
}

Result<PictureFolder> FindPictures(const std::string& folder, const std::string& labels_path) {
  QG_ASSIGN_OR_RETURN(const std::vector<fs::path> paths, Listed(folder));
  std::vector<fs::path> folders;
  PictureFolder found;
  for (const fs::path& path : paths) {
    if (fs::is_directory(path)) folders.push_back(path);
    if (IsPicture(path)) found.files.push_back({path.string()});
  }
  if (found.files.empty() && !folders.empty()) {
    if (!labels_path.empty()) {
      return BadFolder(folder, "its folders are the classes, and there is a label file",
                       "leave out the labels");
    }
    return ClassFolders(folders);
  }
  QG_ASSIGN_OR_RETURN(const std::vector<int> labels, ReadLabelLines(labels_path));
  if (labels_path.empty()) return found;
  if (labels.size() != found.files.size()) {
    return BadFolder(folder,
                     std::to_string(found.files.size()) + " pictures but " +
                         std::to_string(labels.size()) + " labels in " + labels_path,
                     "one number a picture, in the order of the file names");
  }
  for (size_t i = 0; i < labels.size(); ++i) found.files[i].label = labels[i];
  return found;
}

// Before anything is decoded.
void Select(const DatasetSpec& spec, std::vector<PictureFile>& files) {
  const auto total = static_cast<int64_t>(files.size());
  const int64_t first = std::clamp<int64_t>(spec.first, 0, total);
  const int64_t count = std::clamp<int64_t>(spec.limit.value_or(total), 0, total - first);
  files.erase(files.begin() + first + count, files.end());
  files.erase(files.begin(), files.begin() + first);
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
  Select(spec, found.files);
  if (found.files.empty()) {
    return BadFolder(folder, "no samples are left to use", "check 'first' and 'limit'");
  }
  const bool one_channel = spec.shape.size() == 3 && spec.shape[2] == 1;
  QG_ASSIGN_OR_RETURN(std::vector<int32_t> shape, CommonShape(found.files, one_channel));
  if (spec.shape.size() == 3 && spec.shape[2] == 3) shape[2] = 3;
  MemoryDataset::Content content{.kind = "pictures"};
  QG_ASSIGN_OR_RETURN(content.sample_shape, Shape::Make(shape));
  if (!spec.shape.empty() && spec.shape != shape) {
    return BadFolder(folder, "pictures of shape " + content.sample_shape.ToString() +
                                 ", but 'shape' says otherwise");
  }
  content.class_names = std::move(found.class_names);
  const auto sample_bytes = static_cast<size_t>(content.sample_shape.num_elements());
  content.values.resize(sample_bytes * found.files.size());
  for (size_t i = 0; i < found.files.size(); ++i) {
    const PictureFile& file = found.files[i];
    QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(file.path));
    QG_RETURN_IF_ERROR(
        DecodePicture(bytes, file.path, shape[2],
                      std::span(content.values).subspan(i * sample_bytes, sample_bytes)));
    if (file.label >= 0) content.labels.push_back(file.label);
  }
  DatasetSpec all = spec;
  all.first = 0;
  all.limit.reset();
  return MemoryDataset::Make(std::move(content), all, folder);
}

}  // namespace quantgate
