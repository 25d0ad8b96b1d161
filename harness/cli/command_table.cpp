#include <array>

#include "harness/cli/command.h"
#include "harness/cli/commands.h"

namespace quantgate {
namespace {

constexpr std::array kCommands = {
    CommandDef{"run", "evaluate the variants of a config and judge them", "CONFIG [options]",
               "quantgate run configs/mnist/mnist.json", DeclareRun, RunRun},
    CommandDef{"compare", "compare two given models on a dataset", "REFERENCE VARIANT [options]",
               "quantgate compare float.tflite int8.tflite --images t10k-images-idx3-ubyte.gz "
               "--labels t10k-labels-idx1-ubyte.gz --std 255",
               DeclareCompare, RunCompare},
    CommandDef{"drift", "show where two numerics profiles drift apart on a model",
               "MODEL [options]",
               "quantgate drift int8.tflite --profiles tflite,xnnpack "
               "--images t10k-images-idx3-ubyte.gz --std 255 --samples 100",
               DeclareDrift, RunDrift},
    CommandDef{"diagnose", "say where a variant's loss comes from, and which operators cost it",
               "REFERENCE VARIANT [options]",
               "quantgate diagnose float.tflite int8.tflite --images t10k-images-idx3-ubyte.gz "
               "--labels t10k-labels-idx1-ubyte.gz --std 255",
               DeclareDiagnose, RunDiagnose},
    CommandDef{"repair",
               "search ranges, corrections and precisions until a variant passes its gate",
               "REFERENCE VARIANT [options]",
               "quantgate repair float.tflite int8.tflite --images calibration.npy --eval-images "
               "test.npy --eval-labels labels.npy --out repaired.tflite",
               DeclareRepair, RunRepair},
    CommandDef{"history", "accuracy, size and worst layers of several runs over time",
               "REPORT... [options]",
               "quantgate history monday/report.json tuesday/report.json --report week",
               DeclareHistory, RunHistory},
    CommandDef{"bisect", "find the first operator at which two models compute something else",
               "BEFORE AFTER [options]",
               "quantgate bisect yesterday.tflite today.tflite --images samples.npy", DeclareBisect,
               RunBisect},
    CommandDef{"ledger", "keep or check one hash a tensor over a set of samples", "MODEL [options]",
               "quantgate ledger int8.tflite --images samples.npy --out ledger.json", DeclareLedger,
               RunLedger},
    CommandDef{"calibrate", "observe the ranges of a float model's tensors", "MODEL [options]",
               "quantgate calibrate float.tflite --images calibration-images-idx3-ubyte.gz "
               "--std 255 --out ranges.json",
               DeclareCalibrate, RunCalibrate},
    CommandDef{"quantize", "write a quantized model", "MODEL [options]",
               "quantgate quantize float.tflite --scheme int8 --ranges ranges.json "
               "--out int8.tflite",
               DeclareQuantize, RunQuantize},
    CommandDef{"inspect", "show operators, tensors and quantization of a model", "MODEL [options]",
               "quantgate inspect int8.tflite", DeclareInspect, RunInspect},
    CommandDef{"trace", "run one input and write every computed tensor", "MODEL [options]",
               "quantgate trace int8.tflite --input sample.npy --out trace", DeclareTrace,
               RunTrace},
    CommandDef{"bench", "measure how fast a model runs", "MODEL [options]",
               "quantgate bench int8.tflite --threads 2", DeclareBench, RunBench},
    CommandDef{"list", "name what there is to choose from", "[TABLE] [options]",
               "quantgate list schemes", DeclareList, RunList},
    CommandDef{"completion", "print what a shell needs to complete commands and options",
               "bash|zsh|fish [options]",
               "quantgate completion bash > ~/.local/share/bash-completion/"
               "completions/quantgate",
               DeclareCompletion, RunCompletion},
    CommandDef{"version", "say which version this is", "[options]", "quantgate version",
               DeclareVersion, RunVersion},
};

}  // namespace

std::span<const CommandDef> AllCommands() { return kCommands; }

const CommandDef* FindCommand(std::string_view name) {
  for (const CommandDef& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

}  // namespace quantgate
