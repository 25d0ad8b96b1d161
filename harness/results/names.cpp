#include "harness/results/finding.h"
#include "harness/results/run_report.h"

namespace quantgate {

const char* SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kNote: return "note";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "note";
}

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return "pass";
    case Verdict::kFail: return "fail";
    case Verdict::kInconclusive: return "inconclusive";
  }
  return "inconclusive";
}

const char* CalibrationVerdictName(CalibrationVerdict verdict) {
  switch (verdict) {
    case CalibrationVerdict::kEnough: return "enough";
    case CalibrationVerdict::kMoreSamples: return "more samples";
    case CalibrationVerdict::kOtherSamples: return "other samples";
  }
  return "enough";
}

}  // namespace quantgate
