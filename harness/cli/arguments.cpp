#include "harness/cli/arguments.h"

// Texts may hold commas: file names and regular expressions do.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <cxxopts.hpp>
#include <map>
#include <sstream>

#include "reference/core/suggest.h"

namespace quantgate {
namespace {

Error Usage(std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::kUsage, .message = std::move(message), .hint = std::move(hint)};
}

std::string QuoteForShell(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// Required and optional positional arguments named in a usage line such as "MODEL [OTHER]".
struct PositionalCount {
  size_t required = 0;
  size_t most = 0;
};

PositionalCount CountPositional(std::string_view usage) {
  PositionalCount count;
  std::istringstream words{std::string(usage)};
  for (std::string word; words >> word;) {
    if (word == "[options]") continue;
    const bool optional = word.front() == '[';
    if (word.ends_with("...") || word.ends_with("...]")) count.most = 64;
    ++count.most;
    if (!optional) ++count.required;
  }
  return count;
}

}  // namespace

struct Arguments::Parsed {
  cxxopts::ParseResult result;
};

bool Arguments::Has(const std::string& option) const { return parsed_->result.count(option) > 0; }

std::string Arguments::Text(const std::string& option, const std::string& otherwise) const {
  return Has(option) ? parsed_->result[option].as<std::string>() : otherwise;
}

std::vector<std::string> Arguments::Texts(const std::string& option) const {
  return Has(option) ? parsed_->result[option].as<std::vector<std::string>>()
                     : std::vector<std::string>{};
}

std::vector<std::string> Arguments::Names(const std::string& option) const {
  std::vector<std::string> names;
  for (const std::string& text : Texts(option)) {
    std::istringstream list(text);
    for (std::string name; std::getline(list, name, ',');) names.push_back(name);
  }
  return names;
}

std::optional<double> Arguments::Number(const std::string& option) const {
  if (!Has(option)) return std::nullopt;
  return parsed_->result[option].as<double>();
}

std::optional<int64_t> Arguments::Integer(const std::string& option) const {
  if (!Has(option)) return std::nullopt;
  return parsed_->result[option].as<int64_t>();
}

struct ArgumentParser::Impl {
  explicit Impl(const std::string& name) : options(name, "") {}
  cxxopts::Options options;
  std::string command;
  std::string usage;
  std::vector<std::string> names;
  std::vector<std::string> integers;
  std::vector<std::pair<std::string, std::string>> help;  // "--name VALUE" and what it does

  // Which option was given something that is no number, where that is the library's `error`.
  [[nodiscard]] std::string BadNumber(int argc, const char* const* argv,
                                      std::string_view error) const;
};

ArgumentParser::ArgumentParser(std::string_view command, std::string_view usage)
    : impl_(std::make_unique<Impl>("quantgate " + std::string(command))) {
  impl_->command = command;
  impl_->usage = usage;
  Flag("help", "show this help");
}

ArgumentParser::~ArgumentParser() = default;

ArgumentParser& ArgumentParser::Flag(const std::string& name, const std::string& help) {
  impl_->options.add_options()(name, help);
  impl_->names.push_back(name);
  impl_->help.emplace_back("--" + name, help);
  return *this;
}

ArgumentParser& ArgumentParser::Text(const std::string& name, const std::string& help,
                                     const std::string& value) {
  impl_->options.add_options()(name, help, cxxopts::value<std::string>());
  impl_->names.push_back(name);
  impl_->help.emplace_back("--" + name + " " + value, help);
  return *this;
}

ArgumentParser& ArgumentParser::Texts(const std::string& name, const std::string& help,
                                      const std::string& value) {
  impl_->options.add_options()(name, help, cxxopts::value<std::vector<std::string>>());
  impl_->names.push_back(name);
  impl_->help.emplace_back("--" + name + " " + value, help);
  return *this;
}

ArgumentParser& ArgumentParser::Number(const std::string& name, const std::string& help) {
  impl_->options.add_options()(name, help, cxxopts::value<double>());
  impl_->names.push_back(name);
  impl_->help.emplace_back("--" + name + " X", help);
  return *this;
}

ArgumentParser& ArgumentParser::Integer(const std::string& name, const std::string& help) {
  impl_->options.add_options()(name, help, cxxopts::value<int64_t>());
  impl_->names.push_back(name);
  impl_->integers.push_back(name);
  impl_->help.emplace_back("--" + name + " N", help);
  return *this;
}

std::string ArgumentParser::OptionsHelp() const {
  size_t width = 0;
  for (const auto& [name, unused] : impl_->help) width = std::max(width, name.size());
  std::string out;
  for (const auto& [name, help] : impl_->help) {
    out.append("  ").append(name).append(width - name.size() + 2, ' ').append(help).append("\n");
  }
  return out;
}

std::vector<ArgumentParser::Option> ArgumentParser::options() const {
  std::vector<Option> options;
  for (size_t i = 0; i < impl_->names.size(); ++i) {
    const auto& [usage, help] = impl_->help[i];
    options.push_back({impl_->names[i], help, usage.find(' ') != std::string::npos});
  }
  return options;
}

std::string ArgumentParser::Impl::BadNumber(int argc, const char* const* argv,
                                            std::string_view error) const {
  if (error.find("failed to parse") == std::string_view::npos) return "";
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string option = "--" + names[i];
    const std::string& shown = help[i].first;
    if (shown != option + " N" && shown != option + " X") continue;
    for (int k = 1; k < argc; ++k) {
      const std::string word = argv[k];
      const std::string value = word.starts_with(option + "=")   ? word.substr(option.size() + 1)
                                : word == option && k + 1 < argc ? argv[k + 1]
                                                                 : "";
      if (value.empty() || error.find(value) == std::string_view::npos) continue;
      std::string message = option;
      return message.append(" takes a number, not '").append(value).append("'");
    }
  }
  return "";
}

Result<Arguments> ArgumentParser::Parse(int argc, const char* const* argv) {
  // Unknown options are looked for here, so that the message can say what was meant.
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--") break;
    if (word.size() < 3 || !word.starts_with("--")) continue;
    const std::string name = word.substr(2, word.find('=') - 2);
    if (std::find(impl_->names.begin(), impl_->names.end(), name) == impl_->names.end()) {
      const std::vector<std::string_view> names(impl_->names.begin(), impl_->names.end());
      const std::string meant = ClosestName(name, names);
      return Usage("unknown option --" + name + " for `quantgate " + impl_->command + "`",
                   meant.empty() ? "see quantgate " + impl_->command + " --help"
                                 : "did you mean --" + meant + "?");
    }
  }
  Arguments arguments;
  try {
    auto parsed = std::make_shared<Arguments::Parsed>();
    parsed->result = impl_->options.parse(argc, argv);
    arguments.positional_ = parsed->result.unmatched();
    // Values are converted when parsed or when read; read them all here, where a throw is caught.
    for (const std::string& name : impl_->integers) {
      if (parsed->result.count(name) > 0 && parsed->result[name].as<int64_t>() < 0) {
        return Usage("--" + name + " takes a number of 0 or more");
      }
    }
    arguments.parsed_ = std::move(parsed);
  } catch (const std::exception& exception) {
    const std::string number = impl_->BadNumber(argc, argv, exception.what());
    return Usage(number.empty() ? exception.what() : number,
                 "see quantgate " + impl_->command + " --help");
  }
  if (arguments.Has("help")) return arguments;
  const PositionalCount count = CountPositional(impl_->usage);
  if (arguments.positional_.size() < count.required || arguments.positional_.size() > count.most) {
    return Usage("wrong number of arguments (" + std::to_string(arguments.positional_.size()) + ")",
                 "usage: quantgate " + impl_->command + " " + impl_->usage);
  }
  arguments.command_line_ = "quantgate " + impl_->command;
  for (int i = 1; i < argc; ++i) arguments.command_line_ += " " + QuoteForShell(argv[i]);
  return arguments;
}

}  // namespace quantgate
