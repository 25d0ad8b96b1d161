#include "reference/model/op_code.h"

namespace quantgate {

std::string_view OpCodeName(OpCode code) {
  switch (code) {
#define QG_OP_CASE(name, number) \
  case OpCode::k##name: return #name;
    QG_BUILTIN_OPS(QG_OP_CASE)
#undef QG_OP_CASE
  }
  return "UNKNOWN";
}

bool OnlyReshapes(OpCode code) {
  return code == OpCode::kRESHAPE || code == OpCode::kSQUEEZE || code == OpCode::kEXPAND_DIMS;
}

}  // namespace quantgate
