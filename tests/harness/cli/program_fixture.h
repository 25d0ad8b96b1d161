// The program as its users meet it: exit codes, where output goes, and what messages say.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/temp_folder.h"

namespace quantgate {

struct Outcome {
  int code = -1;  // -1: ended by a signal
  std::string out;
  std::string err;
};

// The bytes of a file; none when it cannot be read.
std::string ReadAll(const std::filesystem::path& path);

// A test that runs the program, with a folder of its own.
class ProgramTest : public testing::Test {
 protected:
  // Runs `quantgate ARGUMENTS` in a shell.
  [[nodiscard]] Outcome Run(const std::string& arguments) const;
  // Writes a file of the test's folder.
  std::string Write(const std::string& name, const std::string& text) const;
  // The path of a file in the test's folder.
  [[nodiscard]] std::string Path(const std::string& name) const { return folder_.File(name); }
  // A config like the demo's with some text replaced, beside which paths are absolute.
  [[nodiscard]] std::string Config(const std::string& from, const std::string& to) const;

 private:
  TempFolder folder_;
};

inline constexpr const char* kModel = "configs/mnist/mnist_conv.tflite";
inline constexpr const char* kImages = "datasets/mnist/t10k-images-idx3-ubyte.gz";
inline constexpr const char* kLabels = "datasets/mnist/t10k-labels-idx1-ubyte.gz";

}  // namespace quantgate
