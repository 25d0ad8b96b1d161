// Where a loss comes from and what repairs it: pure functions.
import { dropCutoff } from './chart';
import { isFinite } from './facts';
import type { Attribution, ExplainedFlip, Num, OpLoss, Repair, RepairStep, VariantResult } from './types';

export const unitOf = (a: Attribution): string =>
  !a.classifies
    ? '% of the output’s size'
    : a.labelled
      ? 'points of top-1'
      : 'points of predictions that differ';

export interface WaterfallRow {
  name: string;
  what: string;
  from: number; // where its bar begins and ends, in points
  to: number;
  value: Num;
  alone: Num;
  kind: 'source' | 'interaction' | 'total';
}

// The sources one after the other, then the whole, and what none of them loses alone.
export function waterfallOf(a: Attribution): WaterfallRow[] {
  let at = 0;
  const rows: WaterfallRow[] = a.sources.map((source) => {
    const from = at;
    at = isFinite(source.points_so_far) ? source.points_so_far : at + (source.points ?? 0);
    const { name, what, points: value, alone_points: alone } = source;
    return { name, what, from, to: at, value, alone, kind: 'source' };
  });
  const total = a.total.points ?? at;
  rows.push({
    name: 'total',
    what: 'the variant',
    from: 0,
    to: total,
    value: a.total.points,
    alone: a.total.points,
    kind: 'total',
  });
  if (isFinite(a.interaction_points)) {
    rows.push({
      name: 'interaction',
      what: 'of the total, what the sources lose together and none of them alone',
      from: total - a.interaction_points,
      to: total,
      value: a.interaction_points,
      alone: null,
      kind: 'interaction',
    });
  }
  return rows;
}

// The flips that the reference was surest of.
export function surestFlips(a: Attribution, most = 10): ExplainedFlip[] {
  return [...a.flips].sort((x, y) => (y.margin ?? 0) - (x.margin ?? 0)).slice(0, most);
}

// The integer operators, the costliest first, as the program ranks them.
export function rankedOps(a: Attribution): OpLoss[] {
  const cost = (op: OpLoss) =>
    Math.max(op.recovered_points ?? -Infinity, op.own.points ?? -Infinity);
  return a.ops
    .filter((op) => op.integer)
    .sort((x, y) => {
      const [a, b] = [cost(x), cost(y)];
      if (a !== b) return a > b ? -1 : 1;
      return (x.isolated_sqnr_db ?? 1e9) - (y.isolated_sqnr_db ?? 1e9);
    });
}

// The attributions' losses by the operator's place in the variant.
export const lossesByOp = (variant: VariantResult): Map<number, OpLoss> =>
  new Map((variant.attribution?.ops ?? []).map((op) => [op.variant_op, op]));

export interface FrontierPoint {
  step: RepairStep;
  index: number;
  size: number;
  loss: number; // in points, or -dB where no answers are judged; cut off where `beyond`
  beyond: boolean; // worse than what is drawn to scale
  onFrontier: boolean; // nothing tried is smaller and better
  chosen: boolean;
}

// Whether attempts lose points; otherwise the SQNR of their outputs tells them apart.
export const losesPoints = (repair: Repair): boolean =>
  repair.steps.some((step) => isFinite(step.drop_points));

// What an attempt loses, the less the better; null where it was not measured.
function lossOf(step: RepairStep, inPoints: boolean): Num {
  if (inPoints) return step.drop_points;
  return isFinite(step.output_sqnr_db) ? -step.output_sqnr_db : null;
}

export function frontierOf(repair: Repair): FrontierPoint[] {
  const inPoints = losesPoints(repair);
  const ran = repair.steps.flatMap((step, index) => {
    const loss = lossOf(step, inPoints);
    return !step.error && step.size_bytes > 0 && isFinite(loss) ? [{ step, index, loss }] : [];
  });
  const points = ran.map(({ loss }) => loss);
  const cutoff = inPoints ? dropCutoff(points, undefined) : Infinity;
  return ran.map(({ step, index, loss }) => {
    const beaten = ran.some(
      ({ step: other, loss: otherLoss }) =>
        other.size_bytes <= step.size_bytes &&
        otherLoss <= loss &&
        (other.size_bytes < step.size_bytes || otherLoss < loss),
    );
    return {
      step,
      index,
      size: step.size_bytes,
      loss: Math.min(loss, cutoff),
      beyond: loss > cutoff,
      onFrontier: !beaten,
      chosen: index === repair.best,
    };
  });
}
