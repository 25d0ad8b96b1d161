// Which pictures a folder holds, and of which classes they are.
#pragma once

#include <string>
#include <vector>

#include "reference/core/result.h"

namespace quantgate {

struct PictureFile {
  std::string path;
  int label = -1;
};

struct PictureFolder {
  std::vector<PictureFile> files;
  std::vector<std::string> class_names;  // empty where they are numbers
};

// In a folder a class, or side by side with a file of labels, which may be missing (empty). kInput
// when a folder cannot be listed, or the labels do not fit.
Result<PictureFolder> FindPictures(const std::string& folder, const std::string& labels_path);

}  // namespace quantgate
