#include <iostream>

#include "harness/cli/command.h"
#include "harness/cli/commands.h"

namespace quantgate {
namespace {

std::vector<ArgumentParser::Option> OptionsOf(const CommandDef& command) {
  ArgumentParser parser(command.name, command.usage);
  command.declare(parser);
  return parser.options();
}

std::string CommandNames() {
  std::string names;
  for (const CommandDef& command : AllCommands()) {
    names += (names.empty() ? "" : " ") + std::string(command.name);
  }
  return names;
}

std::string OptionNames(const CommandDef& command) {
  std::string names;
  for (const auto& option : OptionsOf(command))
    names += (names.empty() ? "--" : " --") + option.name;
  return names;
}

// Help in single quotes, without the characters of `drop`.
std::string Quoted(std::string_view text, std::string_view drop) {
  std::string out = "'";
  for (const char c : text) {
    if (drop.find(c) == std::string_view::npos) out += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return out + "'";
}

std::string Bash() {
  std::string script =
      "_quantgate() {\n  local word=${COMP_WORDS[COMP_CWORD]} options=\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '" +
      CommandNames() + "' -- \"$word\"))\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n";
  for (const CommandDef& command : AllCommands()) {
    script += "    " + std::string(command.name) + ") options='" + OptionNames(command) + "' ;;\n";
  }
  return script +
         "  esac\n  case $word in\n    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}\n"
         "complete -o filenames -F _quantgate quantgate\n";
}

std::string Zsh() {
  std::string script = "#compdef quantgate\n_quantgate() {\n  local -a commands\n  commands=(\n";
  for (const CommandDef& command : AllCommands()) {
    script +=
        "    " + Quoted(std::string(command.name) + ":" + std::string(command.summary), "`") + "\n";
  }
  script +=
      "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
      "  case $words[2] in\n";
  for (const CommandDef& command : AllCommands()) {
    script += "    " + std::string(command.name) + ") _arguments";
    for (const auto& option : OptionsOf(command)) {
      script += " \\\n      " + Quoted("*--" + option.name + "[" + option.help + "]" +
                                           (option.takes_value ? ":value:_files" : ""),
                                       "`");
    }
    script += " \\\n      '*:file:_files' ;;\n";
  }
  return script + "  esac\n}\ncompdef _quantgate quantgate\n";
}

std::string Fish() {
  std::string script = "complete -c quantgate -n __fish_use_subcommand -f\n";
  for (const CommandDef& command : AllCommands()) {
    const std::string name(command.name);
    script += "complete -c quantgate -n __fish_use_subcommand -a " + name + " -d " +
              Quoted(command.summary, "`") + "\n";
    for (const auto& option : OptionsOf(command)) {
      script += "complete -c quantgate -n '__fish_seen_subcommand_from " + name + "' -l " +
                option.name + (option.takes_value ? " -r" : "") + " -d " +
                Quoted(option.help, "`") + "\n";
    }
  }
  return script;
}

}  // namespace

void DeclareCompletion(ArgumentParser& /*parser*/) {}

Result<int> RunCompletion(const Arguments& arguments) {
  const std::string& shell = arguments.positional().front();
  if (shell == "bash") {
    std::cout << Bash();
  } else if (shell == "zsh") {
    std::cout << Zsh();
  } else if (shell == "fish") {
    std::cout << Fish();
  } else {
    return Error{.code = ErrorCode::kUsage,
                 .message = "no completion for '" + shell + "'",
                 .hint = "bash, zsh and fish have one"};
  }
  return 0;
}

}  // namespace quantgate
