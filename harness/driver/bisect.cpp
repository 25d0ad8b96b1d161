#include "harness/driver/bisect.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "harness/comparison/code_differences.h"
#include "harness/comparison/predictions.h"
#include "harness/comparison/tensor_matching.h"
#include "harness/driver/settled_task.h"
#include "harness/execution/chunks.h"
#include "harness/execution/first_failure.h"
#include "reference/core/sha256.h"
#include "reference/interpreter/interpreter.h"
#include "reference/numeric/affine.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

// One model of the two.
class Side {
 public:
  Side(std::shared_ptr<const Plan> plan, const InputFeed& feed)
      : plan_(std::move(plan)),
        feed_(feed),
        interpreter_(plan_),
        record_(*plan_),
        classifier_(Classifier::Of(plan_->subgraph())) {}

  Status Run(int64_t sample) {
    QG_RETURN_IF_ERROR(feed_.Fill(sample, interpreter_));
    interpreter_.ResetState();
    return interpreter_.Run(&record_);
  }
  // Of the first output; -1 for one that has no numbers.
  [[nodiscard]] int ArgMax() const {
    const int output = plan_->subgraph().outputs.front();
    std::vector<float> reals(static_cast<size_t>(plan_->shape(output).num_elements()));
    const TensorInfo& info = plan_->info(output);
    const bool numeric =
        !reals.empty() && DequantizeTensor(interpreter_.output(0), info.dtype, plan_->shape(output),
                                           info.quant, reals);
    return numeric ? classifier_(reals).arg_max : -1;
  }
  [[nodiscard]] const BytesRecord& record() const { return record_; }

 private:
  std::shared_ptr<const Plan> plan_;
  InputFeed feed_;
  Interpreter interpreter_;
  BytesRecord record_;
  Classifier classifier_;
};

struct Partial {
  std::vector<CodeDifference> rows;
  int64_t arg_max_flips = 0;
};

class Worker : public ChunkWorker<Partial> {
 public:
  Worker(const BisectInput& input, const Matching& matching,
         const std::vector<CodeDifference>& rows, const InputFeed& before, const InputFeed& after,
         FirstFailure& failure)
      : matching_(matching),
        rows_(rows),
        before_(input.before, before),
        after_(input.after, after),
        failure_(failure) {}

  Partial Process(const Chunk& chunk) override {
    Partial partial{rows_, 0};
    for (int64_t sample = chunk.first; sample < chunk.last; ++sample) {
      if (!failure_.Passed(sample, before_.Run(sample))) break;
      if (!failure_.Passed(sample, after_.Run(sample))) break;
      partial.arg_max_flips += before_.ArgMax() != after_.ArgMax() ? 1 : 0;
      for (size_t m = 0; m < matching_.matches.size(); ++m) {
        CodeDifference& row = partial.rows[m];
        const auto a = before_.record().bytes(matching_.matches[m].reference);
        const auto b = after_.record().bytes(matching_.matches[m].variant);
        if (row.dtype == DType::kString || a.size() != b.size() || a.empty()) continue;
        row.elements +=
            static_cast<int64_t>(a.size() * 8 / static_cast<size_t>(DTypeBits(row.dtype)));
        CountDifferences(sample, a, b, row);
      }
    }
    return partial;
  }

 private:
  const Matching& matching_;
  const std::vector<CodeDifference>& rows_;
  Side before_;
  Side after_;
  FirstFailure& failure_;
};

std::string Number(double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.9g", value);
  return text.data();
}

// What the file says differently of one tensor.
void CompareEntries(const std::string& what, const TensorInfo& before, const TensorInfo& after,
                    std::vector<std::string>& changes) {
  if (before.dtype != after.dtype) {
    changes.push_back(what + ": " + std::string(DTypeName(before.dtype)) + " -> " +
                      std::string(DTypeName(after.dtype)));
    return;
  }
  const QuantParams& a = before.quant;
  const QuantParams& b = after.quant;
  if (a.scales.size() != b.scales.size()) {
    changes.push_back(what + ": " + std::to_string(a.scales.size()) + " scales -> " +
                      std::to_string(b.scales.size()));
    return;
  }
  size_t scales = 0;
  size_t zero_points = 0;
  for (size_t i = 0; i < a.scales.size(); ++i) {
    scales += a.scales[i] != b.scales[i] ? 1 : 0;
    zero_points += a.zero_points[i] != b.zero_points[i] ? 1 : 0;
  }
  if (scales == 1 && a.scales.size() == 1) {
    changes.push_back(what + ": scale " + Number(static_cast<double>(a.scales[0])) + " -> " +
                      Number(static_cast<double>(b.scales[0])));
  } else if (scales > 0) {
    changes.push_back(what + ": " + std::to_string(scales) + " of " +
                      std::to_string(a.scales.size()) + " scales");
  }
  if (zero_points > 0) {
    changes.push_back(what + ": zero point " + std::to_string(a.zero_points[0]) + " -> " +
                      std::to_string(b.zero_points[0]));
  }
}

void CompareConstants(const std::string& what, const Plan& before, int theirs, const Plan& after,
                      int ours, std::vector<std::string>& changes) {
  const auto a = before.constant(theirs);
  const auto b = after.constant(ours);
  if (a.size() != b.size()) {
    changes.push_back(what + ": " + std::to_string(a.size()) + " -> " + std::to_string(b.size()) +
                      " bytes");
    return;
  }
  const DType dtype = after.info(ours).dtype;
  if (!IsNumeric(dtype) || std::equal(a.begin(), a.end(), b.begin())) return;
  const size_t count = a.size() * 8 / static_cast<size_t>(DTypeBits(dtype));
  size_t different = 0;
  for (size_t i = 0; i < count; ++i) {
    different += ReadElement(a, dtype, i) != ReadElement(b, dtype, i) ? 1 : 0;
  }
  changes.push_back(what + ": " + std::to_string(different) + " of " + std::to_string(count) +
                    " values");
}

std::vector<EntryDifference> CompareFiles(const Plan& before, const Plan& after,
                                          const Matching& matching) {
  std::vector<EntryDifference> entries;
  for (const TensorMatch& match : matching.matches) {
    EntryDifference entry;
    entry.op_index = match.variant_op;
    const TensorInfo& ours = after.info(match.variant);
    const TensorInfo& theirs = before.info(match.reference);
    entry.tensor = ours.name;
    entry.op_type = "INPUT";
    CompareEntries("output", theirs, ours, entry.changes);
    if (match.variant_op >= 0) {
      const OpNode& op = after.subgraph().ops[static_cast<size_t>(match.variant_op)];
      entry.op_type = op.type_name();
      for (const OpNode& twin : before.subgraph().ops) {
        if (std::find(twin.outputs.begin(), twin.outputs.end(), match.reference) ==
            twin.outputs.end()) {
          continue;
        }
        if (twin.type_name() != op.type_name()) {
          entry.changes.push_back("operator: " + twin.type_name() + " -> " + op.type_name());
        }
        for (size_t i = 0; i < std::min(op.inputs.size(), twin.inputs.size()); ++i) {
          const bool both = op.inputs[i] >= 0 && twin.inputs[i] >= 0;
          if (!both || after.home(op.inputs[i]) != Plan::Home::kConstant ||
              before.home(twin.inputs[i]) != Plan::Home::kConstant) {
            continue;
          }
          const std::string what =
              "input " + std::to_string(i) + " '" + after.info(op.inputs[i]).name + "'";
          CompareEntries(what, before.info(twin.inputs[i]), after.info(op.inputs[i]),
                         entry.changes);
          CompareConstants(what, before, twin.inputs[i], after, op.inputs[i], entry.changes);
        }
      }
    }
    if (!entry.changes.empty()) entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<CodeDifference> MakeRows(const Plan& before, const Plan& after,
                                     const Matching& matching) {
  std::vector<CodeDifference> rows;
  for (const TensorMatch& match : matching.matches) {
    const TensorInfo& info = after.info(match.variant);
    CodeDifference row;
    row.tensor = info.name;
    row.tensor_index = match.variant;
    row.op_index = match.variant_op;
    row.op_type = match.variant_op < 0
                      ? "INPUT"
                      : after.subgraph().ops[static_cast<size_t>(match.variant_op)].type_name();
    // Without a type of its own a row is never compared.
    const bool comparable =
        info.dtype == before.info(match.reference).dtype && IsNumeric(info.dtype);
    row.dtype = comparable ? info.dtype : DType::kString;
    rows.push_back(std::move(row));
  }
  return rows;
}

class LedgerWorker : public ChunkWorker<std::vector<std::string>> {
 public:
  LedgerWorker(const LedgerInput& input, const std::vector<LedgerRow>& rows,
               const std::vector<int>& tensors, const InputFeed& feed, FirstFailure& failure)
      : rows_(rows), tensors_(tensors), side_(input.plan, feed), failure_(failure) {}

  // By row: the hashes of the chunk's samples, one after the other.
  std::vector<std::string> Process(const Chunk& chunk) override {
    std::vector<std::string> hashes(rows_.size());
    for (int64_t sample = chunk.first; sample < chunk.last; ++sample) {
      if (!failure_.Passed(sample, side_.Run(sample))) break;
      for (size_t r = 0; r < rows_.size(); ++r) {
        hashes[r] += Sha256Hex(side_.record().bytes(tensors_[r]));
      }
    }
    return hashes;
  }

 private:
  const std::vector<LedgerRow>& rows_;
  const std::vector<int>& tensors_;
  Side side_;
  FirstFailure& failure_;
};

}  // namespace

Result<Bisection> Bisect(const BisectInput& input) {
  const auto make_feed = [&](const Plan& plan) {
    return InputFeed::Make(plan, *input.dataset, input.preprocessing, FeedMode::kQuantize);
  };
  QG_ASSIGN_OR_RETURN(const InputFeed before, make_feed(*input.before));
  QG_ASSIGN_OR_RETURN(const InputFeed after, make_feed(*input.after));
  QG_RETURN_IF_ERROR(CheckTensorMap(input.map, *input.before, *input.after));
  const Matching matching = MatchTensors(*input.before, *input.after, input.map);
  Bisection result;
  result.profile = input.after->profile().name;
  result.samples = input.dataset->size();
  result.tensors = MakeRows(*input.before, *input.after, matching);
  result.entries = CompareFiles(*input.before, *input.after, matching);
  result.only_before = matching.unmatched_reference;
  result.only_after = matching.unmatched_variant;
  if (AnswersWithAClass(*input.before, *input.dataset) &&
      AnswersWithAClass(*input.after, *input.dataset)) {
    result.arg_max_flips = 0;
  }
  const std::vector<CodeDifference> rows = result.tensors;
  FirstFailure failure;
  ProcessChunks<Partial>(
      input.dataset->size(), input.threads,
      [&]() -> std::unique_ptr<ChunkWorker<Partial>> {
        return std::make_unique<Worker>(input, matching, rows, before, after, failure);
      },
      [&](const Chunk& chunk, Partial&& part) {
        MergeCodeDifferences(result.tensors, part.rows);
        if (result.arg_max_flips) *result.arg_max_flips += part.arg_max_flips;
        if (input.progress) input.progress(chunk.last, input.dataset->size());
      });
  QG_RETURN_IF_ERROR(failure.status());
  return result;
}

Result<std::vector<LedgerRow>> MakeLedger(const LedgerInput& input) {
  QG_ASSIGN_OR_RETURN(
      const InputFeed feed,
      InputFeed::Make(*input.plan, *input.dataset, input.preprocessing, FeedMode::kQuantize));
  std::vector<LedgerRow> rows;
  std::vector<int> tensors;
  const std::vector<OpNode>& ops = input.plan->subgraph().ops;
  for (size_t i = 0; i < ops.size(); ++i) {
    for (const int output : ops[i].outputs) {
      rows.push_back({static_cast<int>(i), ops[i].type_name(), input.plan->info(output).name, ""});
      tensors.push_back(output);
    }
  }
  std::vector<std::string> hashes(rows.size());
  FirstFailure failure;
  ProcessChunks<std::vector<std::string>>(
      input.dataset->size(), input.threads,
      [&]() -> std::unique_ptr<ChunkWorker<std::vector<std::string>>> {
        return std::make_unique<LedgerWorker>(input, rows, tensors, feed, failure);
      },
      [&](const Chunk& chunk, std::vector<std::string>&& part) {
        for (size_t r = 0; r < rows.size(); ++r) hashes[r] += part[r];
        if (input.progress) input.progress(chunk.last, input.dataset->size());
      });
  QG_RETURN_IF_ERROR(failure.status());
  for (size_t r = 0; r < rows.size(); ++r) {
    rows[r].sha256 =
        Sha256Hex({reinterpret_cast<const std::byte*>(hashes[r].data()), hashes[r].size()});
  }
  return rows;
}

}  // namespace quantgate
