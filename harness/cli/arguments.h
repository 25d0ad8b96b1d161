// A thin layer over cxxopts, the only place that sees it: errors as values, and names that were
// probably meant.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/core/result.h"

namespace quantgate {

// The arguments of one command, parsed.
class Arguments {
 public:
  [[nodiscard]] bool Has(const std::string& option) const;
  [[nodiscard]] std::string Text(const std::string& option,
                                 const std::string& otherwise = "") const;
  [[nodiscard]] std::vector<std::string> Texts(const std::string& option) const;
  // Texts that are names: each may hold several, commas between.
  [[nodiscard]] std::vector<std::string> Names(const std::string& option) const;
  [[nodiscard]] std::optional<double> Number(const std::string& option) const;
  [[nodiscard]] std::optional<int64_t> Integer(const std::string& option) const;
  [[nodiscard]] const std::vector<std::string>& positional() const { return positional_; }
  // The command line, quoted for a shell where needed.
  [[nodiscard]] const std::string& command_line() const { return command_line_; }

 private:
  friend class ArgumentParser;
  struct Parsed;
  std::shared_ptr<const Parsed> parsed_;
  std::vector<std::string> positional_;
  std::string command_line_;
};

class ArgumentParser {
 public:
  // `usage` names the positional arguments: those in capitals without brackets are required.
  ArgumentParser(std::string_view command, std::string_view usage);
  ~ArgumentParser();
  ArgumentParser(const ArgumentParser&) = delete;
  ArgumentParser& operator=(const ArgumentParser&) = delete;

  ArgumentParser& Flag(const std::string& name, const std::string& help);
  // `value` names the argument in the help: "FILE".
  ArgumentParser& Text(const std::string& name, const std::string& help, const std::string& value);
  ArgumentParser& Number(const std::string& name, const std::string& help);
  ArgumentParser& Integer(const std::string& name, const std::string& help);  // 0 or more
  // May be given several times.
  ArgumentParser& Texts(const std::string& name, const std::string& help, const std::string& value);

  // kUsage errors name the option and what was probably meant.
  Result<Arguments> Parse(int argc, const char* const* argv);
  [[nodiscard]] std::string OptionsHelp() const;
  // One an option: its name without dashes, and what it does.
  struct Option {
    std::string name;
    std::string help;
    bool takes_value = false;
  };
  [[nodiscard]] std::vector<Option> options() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace quantgate
