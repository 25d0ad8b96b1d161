// Declare and run functions of every command, for command_table.cpp.
#pragma once

#include "harness/cli/arguments.h"

namespace quantgate {

void DeclareRun(ArgumentParser& parser);  // run_command.cpp
Result<int> RunRun(const Arguments& arguments);
void DeclareCompare(ArgumentParser& parser);  // compare_command.cpp
Result<int> RunCompare(const Arguments& arguments);
void DeclareDiagnose(ArgumentParser& parser);  // diagnose_command.cpp
Result<int> RunDiagnose(const Arguments& arguments);
void DeclareDrift(ArgumentParser& parser);  // drift_command.cpp
Result<int> RunDrift(const Arguments& arguments);
void DeclareRepair(ArgumentParser& parser);  // repair_command.cpp
Result<int> RunRepair(const Arguments& arguments);
void DeclareHistory(ArgumentParser& parser);  // history_command.cpp
Result<int> RunHistory(const Arguments& arguments);
void DeclareBisect(ArgumentParser& parser);  // bisect_command.cpp
Result<int> RunBisect(const Arguments& arguments);
void DeclareLedger(ArgumentParser& parser);  // ledger_command.cpp
Result<int> RunLedger(const Arguments& arguments);
void DeclareCalibrate(ArgumentParser& parser);  // calibrate_command.cpp
Result<int> RunCalibrate(const Arguments& arguments);
void DeclareQuantize(ArgumentParser& parser);  // quantize_command.cpp
Result<int> RunQuantize(const Arguments& arguments);
void DeclareInspect(ArgumentParser& parser);  // inspect_command.cpp
Result<int> RunInspect(const Arguments& arguments);
void DeclareTrace(ArgumentParser& parser);  // trace_command.cpp
Result<int> RunTrace(const Arguments& arguments);
void DeclareBench(ArgumentParser& parser);  // bench_command.cpp
Result<int> RunBench(const Arguments& arguments);
void DeclareList(ArgumentParser& parser);  // list_command.cpp
Result<int> RunList(const Arguments& arguments);
void DeclareCompletion(ArgumentParser& parser);  // completion_command.cpp
Result<int> RunCompletion(const Arguments& arguments);
void DeclareVersion(ArgumentParser& parser);  // version_command.cpp
Result<int> RunVersion(const Arguments& arguments);

}  // namespace quantgate
