#include "datasets/picture_folder.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "datasets/label_lines.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

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

}  // namespace quantgate
