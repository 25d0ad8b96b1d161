// What a subcommand is. The commands stand in command_table.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/cli/arguments.h"

namespace quantgate {

struct CommandDef {
  std::string_view name;
  std::string_view summary;
  std::string_view usage;    // what follows the name: "MODEL [options]"
  std::string_view example;  // one line that can be typed
  // Declares the options.
  void (*declare)(ArgumentParser& parser);
  // Does the work; the value is the exit code (0 or 1), an error becomes 2, 3 or 4.
  Result<int> (*run)(const Arguments& arguments);
};

std::span<const CommandDef> AllCommands();
const CommandDef* FindCommand(std::string_view name);

// The whole program: arguments as main gets them; returns the exit code.
int RunProgram(int argc, const char* const* argv);

}  // namespace quantgate
