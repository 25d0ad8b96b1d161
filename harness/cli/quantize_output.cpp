#include "harness/cli/quantize_output.h"

#include <algorithm>
#include <sstream>

#include "harness/inspection/model_facts.h"
#include "reports/text_table.h"

namespace quantgate {

std::string DescribeQuantizedOps(const CorrectedQuantization& quantization) {
  std::vector<std::vector<std::string>> rows;
  const std::vector<QuantizedOp>& ops = quantization.result.ops;
  for (size_t i = 0; i < ops.size(); ++i) {
    std::string scheme = ops[i].scheme != nullptr ? std::string(ops[i].scheme->name) : "float32";
    if (ops[i].scheme == nullptr && ops[i].kept_float.empty()) {
      scheme = ops[i].place < 0 ? "folded" : "as it was";
    }
    rows.push_back({std::to_string(i), ops[i].type, ElideMiddle(PlainText(ops[i].name), 40), scheme,
                    PlainText(ops[i].kept_float)});
  }
  std::ostringstream text;
  text << TextTable({{"op", Align::kRight}, {"type"}, {"output"}, {"scheme"}, {""}}, rows);
  for (const std::string& note : quantization.notes) text << PlainText(note) << "\n";
  return text.str();
}

std::string DescribeWritten(const std::string& path, const LoadedModel& source,
                            const MadeModel& made) {
  const QuantizationResult& result = made.quantization.result;
  const auto quantized = std::count_if(result.ops.begin(), result.ops.end(),
                                       [](const QuantizedOp& op) { return op.scheme != nullptr; });
  const auto kept = std::count_if(result.ops.begin(), result.ops.end(),
                                  [](const QuantizedOp& op) { return !op.kept_float.empty(); });
  std::ostringstream text;
  text << "Wrote " << path << ": " << DescribeQuantization(*made.loaded.model) << ", " << quantized
       << " operators quantized, " << kept << " in float32, " << result.conversions
       << " conversions";
  if (result.folded_fake_quants > 0) {
    text << ", " << result.folded_fake_quants << " FAKE_QUANT folded";
  }
  if (const size_t others = source.model->subgraphs.size() - 1; others > 0) {
    text << ", " << others << " other subgraph" << (others > 1 ? "s" : "") << " as before";
  }
  text << ", " << HumanBytes(static_cast<double>(source.bytes.size())) << " before, "
       << HumanBytes(static_cast<double>(made.loaded.bytes.size())) << " after\n";
  return text.str();
}

bool BringsItsOwnRanges(const Model& model) {
  return std::any_of(model.main().ops.begin(), model.main().ops.end(),
                     [](const OpNode& op) { return op.code == OpCode::kFAKE_QUANT; });
}

}  // namespace quantgate
