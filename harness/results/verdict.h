// The judgement of a rule, of a variant or of a run.
#pragma once

namespace quantgate {

enum class Verdict { kPass, kFail, kInconclusive };
// "pass", "fail" or "inconclusive".
const char* VerdictName(Verdict verdict);

}  // namespace quantgate
