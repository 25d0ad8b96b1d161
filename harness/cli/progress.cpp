#include "harness/cli/progress.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace quantgate {

ProgressBar::ProgressBar(bool quiet) : enabled_(!quiet && isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() {
  if (enabled_ && last_percent_ >= 0) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::Show(std::string_view phase, int64_t done, int64_t total) {
  if (!enabled_ || total <= 0) return;
  const int percent = static_cast<int>(100 * done / total);
  if (percent == last_percent_ && phase == last_phase_) return;
  last_percent_ = percent;
  last_phase_ = phase;
  constexpr int kWidth = 40;
  const int filled = kWidth * percent / 100;
  const std::string bar = std::string(static_cast<size_t>(filled), '#') +
                          std::string(static_cast<size_t>(kWidth - filled), '.');
  std::fprintf(stderr, "\r%-10s [%s] %3d %%  %lld of %lld", last_phase_.c_str(), bar.c_str(),
               percent, static_cast<long long>(done), static_cast<long long>(total));
}

bool StdoutTakesColor() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  return isatty(STDOUT_FILENO) != 0 && !dumb && (no_color == nullptr || *no_color == '\0');
}

}  // namespace quantgate
