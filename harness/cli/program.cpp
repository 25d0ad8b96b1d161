#include <cstdio>
#include <exception>
#include <iostream>
#include <new>

#include "harness/cli/command.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

std::string ProgramHelp() {
  std::string out =
      "quantgate: is a quantized network still good enough to ship, which layer broke it, and "
      "why\n\n"
      "usage: quantgate COMMAND [arguments]\n\n";
  for (const CommandDef& command : AllCommands()) {
    out += "  " + std::string(command.name) + std::string(12 - command.name.size(), ' ') +
           std::string(command.summary) + "\n";
  }
  return out +
         "\n`quantgate COMMAND --help` shows the options and an example.\n"
         "A model is a file, or FILE#SIGNATURE where it has several signatures.\n"
         "Exit codes: 0 all gates pass, 1 a gate failed, 2 usage or config error, 3 input or "
         "model\n"
         "error, 4 internal error.\n";
}

std::string CommandHelp(const CommandDef& command, const ArgumentParser& parser) {
  const std::string name(command.name);
  return "quantgate " + name + ": " + std::string(command.summary) + "\n\nusage: quantgate " +
         name + " " + std::string(command.usage) + "\n\n" + parser.OptionsHelp() +
         "\nexample: " + std::string(command.example) + "\n";
}

int Fail(const Error& error) {
  std::cerr << "quantgate: " << error.ToString() << "\n";
  return ExitCodeFor(error.code);
}

int Dispatch(int argc, const char* const* argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "--help" || name == "-h" || name == "help") {
    std::cout << ProgramHelp();
    return 0;
  }
  if (name.empty()) {
    std::cerr << ProgramHelp();
    return 2;
  }
  const CommandDef* command = FindCommand(name == "--version" ? "version" : name);
  if (command == nullptr) {
    return Fail({.code = ErrorCode::kUsage,
                 .message = "unknown command '" + std::string(name) + "'",
                 .hint = SuggestFrom(name, AllCommands())});
  }
  ArgumentParser parser(command->name, command->usage);
  command->declare(parser);
  const Result<Arguments> arguments = parser.Parse(argc - 1, argv + 1);
  if (!arguments.ok()) return Fail(arguments.error());
  if (arguments->Has("help")) {
    std::cout << CommandHelp(*command, parser);
    return 0;
  }
  const Result<int> code = command->run(*arguments);
  return code.ok() ? *code : Fail(code.error());
}

}  // namespace

int RunProgram(int argc, const char* const* argv) {
  try {
    return Dispatch(argc, argv);
  } catch (const std::bad_alloc&) {
    return Fail({.code = ErrorCode::kInternal,
                 .message = "memory ran out",
                 .hint = "fewer --threads, a smaller model or dataset, or a machine with more"});
  } catch (const std::exception& exception) {
    // Nothing of ours throws; what libraries do ends here.
    return Fail({.code = ErrorCode::kInternal, .message = exception.what()});
  }
}

}  // namespace quantgate
