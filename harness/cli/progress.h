// A progress bar on standard error, only when that is a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quantgate {

class ProgressBar {
 public:
  // Shows nothing when `quiet`, or when standard error is no terminal.
  explicit ProgressBar(bool quiet);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Show(std::string_view phase, int64_t done, int64_t total);

 private:
  bool enabled_;
  int last_percent_ = -1;
  std::string last_phase_;
};

// True when standard output is a terminal that shows colours and NO_COLOR is not set.
bool StdoutTakesColor();

}  // namespace quantgate
