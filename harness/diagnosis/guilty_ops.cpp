#include "harness/diagnosis/guilty_ops.h"

#include <algorithm>
#include <cmath>

#include "harness/diagnosis/evidence.h"

namespace quantgate {
namespace {

double PointsOf(const Attribution* attribution, int op) {
  if (attribution == nullptr) return 0;
  for (const OpLoss& loss : attribution->ops) {
    if (loss.variant_op == op) return std::max(0.0, loss.own.points);
  }
  return 0;
}

// Share of the operator's signal that its error beyond the unavoidable amounts to.
double Damage(const OpEvidence& op) {
  const double excess = std::max(0.0, op.own_mse - op.ideal_mse);
  return op.signal > 0 ? excess / op.signal : excess;
}

struct Ranked {
  GuiltyOp op;
  double damage = 0;
};

}  // namespace

std::vector<GuiltyOp> RankGuilt(const FindingContext& context) {
  std::vector<GuiltyOp> guilty;
  const TensorError* input = InputRow(context.variant);
  if (InputIsBroken(context.variant)) guilty.push_back({-1, input->tensor, "INPUT", 0, 0});
  if (context.ops == nullptr) return guilty;
  std::vector<Ranked> ranked;
  for (const OpEvidence& op : context.ops->ops) {
    if (op.excess_db < kGuiltyDb) continue;
    ranked.push_back({{op.variant_op, op.tensor, op.op_type, op.excess_db,
                       PointsOf(context.attribution, op.variant_op)},
                      Damage(op)});
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return a.op.points != b.op.points ? a.op.points > b.op.points : a.damage > b.damage;
  });
  for (Ranked& entry : ranked) guilty.push_back(std::move(entry.op));
  return guilty;
}

}  // namespace quantgate
