#include "tests/harness/cli/program_fixture.h"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace quantgate {

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Outcome ProgramTest::Run(const std::string& arguments) const {
  const std::string out = Path("stdout.txt");
  const std::string err = Path("stderr.txt");
  const std::string command =
      std::string(QUANTGATE_PROGRAM) + " " + arguments + " >" + out + " 2>" + err;
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, ReadAll(out), ReadAll(err)};
}

std::string ProgramTest::Write(const std::string& name, const std::string& text) const {
  std::ofstream(Path(name), std::ios::binary) << text;
  return Path(name);
}

std::string ProgramTest::Config(const std::string& from, const std::string& to) const {
  std::string text = ReadAll("configs/mnist/mnist.json");
  const auto replace = [&](const std::string& what, const std::string& with) {
    size_t at = 0;
    while ((at = text.find(what, at)) != std::string::npos) {
      text.replace(at, what.size(), with);
      at += with.size();
    }
  };
  const std::string top = std::filesystem::current_path().string();
  replace("../../datasets", top + "/datasets");
  replace("mnist_conv.tflite", top + "/configs/mnist/mnist_conv.tflite");
  EXPECT_NE(text.find(from), std::string::npos) << from;
  replace(from, to);
  return Write("config.json", text);
}

}  // namespace quantgate
