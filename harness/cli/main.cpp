#include "harness/cli/command.h"

int main(int argc, char** argv) { return quantgate::RunProgram(argc, argv); }
