// Folders may include each other only along the arrows of the picture in README.md ("Which way
// things depend"), and third-party headers stay where their adapters are. Runs from the top of the
// tree; tests themselves are free.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace quantgate {
namespace {

namespace fs = std::filesystem;

using Arrows = std::map<std::string, std::set<std::string>>;

// A folder and what it builds on. What those build on in turn is allowed too.
const Arrows& Picture() {
  static const Arrows arrows = {
      {"reference/core", {}},
      {"reference/numeric", {"reference/core"}},
      {"reference/model", {"reference/core"}},
      {"reference/ops", {"reference/numeric", "reference/model"}},
      {"reference/accelerated", {"reference/ops"}},
      {"reference/interpreter", {"reference/ops", "reference/accelerated"}},
      {"reference/oracle", {"reference/interpreter"}},
      {"datasets", {"reference/core"}},
      {"harness/results", {"reference/core"}},
      {"harness/execution", {"reference/interpreter", "datasets"}},
      {"harness/calibration", {"harness/execution", "harness/results"}},
      {"harness/quantization", {"harness/calibration", "reference/model"}},
      {"harness/comparison", {"reference/interpreter", "harness/results"}},
      {"harness/diagnosis", {"harness/comparison"}},
      {"harness/gate", {"harness/results"}},
      {"harness/runtimes", {"reference/interpreter"}},
      {"harness/inspection", {"reference/oracle", "datasets", "harness/results"}},
      {"reports", {"harness/results"}},
      {"harness/driver",
       {"harness/quantization", "harness/diagnosis", "harness/gate", "harness/inspection",
        "harness/runtimes", "reports"}},
      {"harness/cli", {"harness/driver"}},
  };
  return arrows;
}

struct Include {
  std::string file;    // "harness/gate/rule_table.cpp"
  std::string target;  // what stands between the quotes or angle brackets
};

std::vector<Include> AllIncludes() {
  std::vector<Include> includes;
  for (const char* top : {"reference", "datasets", "harness", "reports"}) {
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        if (line.rfind("#include ", 0) != 0 || line.size() < 12) continue;
        const size_t end = line.find_first_of("\">", 10);
        includes.push_back({entry.path().generic_string(), line.substr(10, end - 10)});
      }
    }
  }
  return includes;
}

std::string FolderOf(const std::string& path) {
  return fs::path(path).parent_path().generic_string();
}

// Whether `to` can be reached from `from` along the arrows.
bool Reaches(const std::string& from, const std::string& to) {
  const auto found = Picture().find(from);
  if (found == Picture().end()) return false;
  for (const std::string& next : found->second) {
    if (next == to || Reaches(next, to)) return true;
  }
  return false;
}

bool IsOurs(const std::string& include) {
  for (const char* top : {"reference/", "datasets/", "harness/", "reports/", "tests/"}) {
    if (include.rfind(top, 0) == 0) return true;
  }
  return false;
}

TEST(IncludeArrows, TheTreeIsWhereTheTestLooks) { EXPECT_GT(AllIncludes().size(), 300U); }

TEST(IncludeArrows, ThePictureHasNoCycle) {
  for (const auto& [folder, targets] : Picture()) EXPECT_FALSE(Reaches(folder, folder)) << folder;
}

TEST(IncludeArrows, EveryIncludeFollowsThePicture) {
  for (const Include& include : AllIncludes()) {
    if (!IsOurs(include.target)) continue;
    const std::string from = FolderOf(include.file);
    const std::string to = FolderOf(include.target);
    EXPECT_TRUE(Picture().count(from)) << from << " is not in the picture: " << include.file;
    EXPECT_TRUE(from == to || Reaches(from, to))
        << include.file << " includes \"" << include.target << "\", against the arrows";
  }
}

// The files that include a header whose name holds `part`.
std::set<std::string> FilesThatSee(const std::string& part) {
  std::set<std::string> files;
  for (const Include& include : AllIncludes()) {
    if (include.target.find(part) != std::string::npos) files.insert(include.file);
  }
  return files;
}

// As above, by the whole name.
std::set<std::string> FilesThatInclude(const std::string& header) {
  std::set<std::string> files;
  for (const Include& include : AllIncludes()) {
    if (include.target == header) files.insert(include.file);
  }
  return files;
}

void ExpectWithin(const std::set<std::string>& files, const std::vector<std::string>& allowed) {
  for (const std::string& file : files) {
    const bool fits = std::any_of(allowed.begin(), allowed.end(), [&](const std::string& prefix) {
      return file.rfind(prefix, 0) == 0;
    });
    EXPECT_TRUE(fits) << file;
  }
}

TEST(ThirdParty, TheSchemaStaysInTheModelTheOperatorsAndTheQuantizer) {
  ExpectWithin(FilesThatSee("flatbuffers"), {"reference/model/"});
  ExpectWithin(FilesThatSee("tflite_generated.h"), {"reference/model/"});
  // No header but the model's own: what includes a header must not inherit the schema.
  for (const std::string& file : FilesThatSee("op_options.h")) {
    ExpectWithin(
        {file}, {"reference/model/", "reference/ops/", "reference/oracle/", "harness/quantization/",
                 "harness/diagnosis/mixed_model.cpp", "harness/comparison/weight_prints.cpp"});
    EXPECT_TRUE(file.rfind("reference/model/", 0) == 0 || fs::path(file).extension() == ".cpp")
        << file;
  }
}

TEST(ThirdParty, TheCommandLineLibraryStaysInTheCommandLine) {
  ExpectWithin(FilesThatSee("cxxopts"), {"harness/cli/"});
}

TEST(ThirdParty, JsonStaysInItsAdapters) {
  const auto files = FilesThatSee("nlohmann");
  ExpectWithin(files, {"harness/calibration/json_numbers.h", "harness/calibration/ranges_file.cpp",
                       "harness/calibration/observation_file.cpp", "harness/gate/baseline.cpp",
                       "reports/", "harness/driver/config_", "harness/driver/ledger_file.cpp",
                       "harness/driver/strict_json.", "harness/inspection/", "harness/cli/"});
  for (const std::string& file : files) {
    // These headers exist for the adapters themselves.
    const bool adapter = file == "harness/calibration/json_numbers.h" ||
                         file == "harness/driver/strict_json.h" ||
                         file == "harness/driver/config_gate.h" || file == "reports/json_text.h" ||
                         file == "reports/fields_json.h";
    EXPECT_TRUE(adapter || fs::path(file).extension() == ".cpp") << file;
  }
}

TEST(ThirdParty, OtherLibrariesStayInOneFileEach) {
  ExpectWithin(FilesThatSee("openssl"), {"reference/core/sha256.cpp"});
  ExpectWithin(FilesThatSee("boost"),
               {"harness/comparison/proportions.cpp", "harness/gate/hypotheses.cpp"});
  ExpectWithin(FilesThatSee("zlib"), {"datasets/gzip.cpp"});
  ExpectWithin(FilesThatInclude("zip.h"), {"datasets/npz.cpp"});
  ExpectWithin(FilesThatSee("spng.h"), {"datasets/png_picture.cpp"});
  ExpectWithin(FilesThatSee("turbojpeg"), {"datasets/jpeg_picture.cpp"});
  ExpectWithin(FilesThatSee("dlfcn"), {"harness/runtimes/"});
  ExpectWithin(FilesThatSee("hwy/"),
               {"reference/accelerated/", "harness/comparison/code_set.cpp",
                "harness/comparison/detail_kernels.cpp", "harness/comparison/error_sums.cpp",
                "harness/calibration/value_kernels.cpp"});
}

}  // namespace
}  // namespace quantgate
