// The layers of several variants side by side: metrics, depth, sorting and filtering.
import { lossesByOp } from './causes';
import { clippedShare, isFinite } from './facts';
import { fixed, shareText, significant } from './format';
import { sortedBy, sortOf, wordFilter, type Sort } from './rows';
import type { Num, OpLoss, TensorError, VariantResult } from './types';

export interface LayerMetric {
  id: string;
  label: string;
  title: string; // with its unit
  explain: string;
  note?: string; // on the chart along depth alone
  value: (row: TensorError) => Num;
  text: (value: Num) => string;
  log: boolean;
  ceiling?: (values: number[]) => number; // drawn at the upper edge above it
  guide?: { value: number; label: string };
  // Where the graph's colours begin and end, and how they are told.
  heat: { good: number; bad: number; log: boolean; goodText: string; badText: string };
}

export const HEAT_STEPS = 8;

// What an operator costs, laid beside its tensor when the report says so.
const costs = new WeakMap<TensorError, OpLoss>();

// Remembers of each tensor what its operator costs.
export function attachCosts(variants: VariantResult[]): void {
  for (const variant of variants) {
    const losses = lossesByOp(variant);
    for (const row of variant.tensors) {
      const loss = row.op_index < 0 ? undefined : losses.get(row.op_index);
      if (loss) costs.set(row, loss);
    }
  }
}

export const costOf = (row: TensorError): OpLoss | undefined => costs.get(row);

// 0 (good) to HEAT_STEPS (bad); null without a value. The ends are fixed, so that the same colour
// means the same in every report.
export function heatOf(metric: LayerMetric, value: Num): number | null {
  if (!isFinite(value)) return null;
  const { good, bad, log } = metric.heat;
  const place = (v: number) => (log ? Math.log(Math.max(v, 1e-12)) : v);
  const share = (place(value) - place(good)) / (place(bad) - place(good));
  return Math.round(Math.min(1, Math.max(0, share)) * HEAT_STEPS);
}

// An input that is exactly representable may have 150 dB, and would flatten every other layer.
export function sqnrCeiling(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.max(60, 1.5 * (sorted[Math.floor(sorted.length / 2)] ?? 0));
}

export const LAYER_METRICS: readonly LayerMetric[] = [
  {
    id: 'sqnr',
    label: 'SQNR',
    title: 'SQNR in dB',
    explain: 'Signal against quantization noise. Higher is better; 6 dB is one bit.',
    note: 'Values far above the others are drawn at the upper edge.',
    value: (row) => row.sqnr_db,
    text: (value) => `${fixed(value, 1)} dB`,
    log: false,
    ceiling: sqnrCeiling,
    heat: { good: 40, bad: 5, log: false, goodText: '40 dB', badText: '5 dB' },
  },
  {
    id: 'rmse',
    label: 'RMSE / scale',
    title: 'RMSE in quantization steps',
    explain: 'Lower is better; rounding alone gives 0.289 steps.',
    note: 'Logarithmic scale.',
    value: (row) => row.rmse_per_scale,
    text: (value) => `${significant(value, 3)} steps`,
    log: true,
    guide: { value: 0.289, label: 'rounding alone' },
    heat: { good: 0.289, bad: 10, log: true, goodText: 'rounding alone', badText: '10 steps' },
  },
  {
    id: 'cosine',
    label: 'Cosine',
    title: 'Cosine similarity',
    explain: 'Direction of the tensor against the reference. 1 is identical.',
    value: (row) => row.cosine,
    text: (value) => fixed(value, 5),
    log: false,
    heat: { good: 1, bad: 0.9, log: false, goodText: '1', badText: '0.9' },
  },
  {
    id: 'clipped',
    label: 'Clipped',
    title: 'Clipped values in %',
    explain: 'Share of the reference values that the variant cannot represent.',
    value: (row) => {
      const share = clippedShare(row);
      return share === null ? null : share * 100;
    },
    text: (value) => (isFinite(value) ? shareText(value / 100) : '–'),
    log: false,
    heat: { good: 0.01, bad: 10, log: true, goodText: '0.01 %', badText: '10 %' },
  },
  {
    id: 'oracle',
    label: 'Oracle',
    title: 'Largest distance to double precision in steps',
    explain:
      'How far the integer kernel is from its own operator computed exactly from the same inputs: the error of the kernel alone. Measured where the config asks for it.',
    value: (row) => row.oracle_max_lsb,
    text: (value) => (isFinite(value) ? `${significant(value, 3)} steps` : '–'),
    log: false,
    heat: { good: 0, bad: 3, log: false, goodText: 'exact', badText: '3 steps' },
  },
];

// Of the variants whose losses were attributed.
const COST_METRICS: readonly LayerMetric[] = [
  {
    id: 'isolated',
    label: 'Isolated',
    title: 'SQNR of the operator alone in dB',
    explain:
      'The operator fed the float model’s activations: what it does wrong by itself. Higher is better.',
    value: (row) => costOf(row)?.isolated_sqnr_db ?? null,
    text: (value) => `${fixed(value, 1)} dB`,
    log: false,
    ceiling: sqnrCeiling,
    heat: { good: 40, bad: 5, log: false, goodText: '40 dB', badText: '5 dB' },
  },
  {
    id: 'sensitivity',
    label: 'Sensitivity',
    title: 'Points lost with the operator alone quantized',
    explain:
      'What the float model loses with this operator’s weights and output coded. Lower is better.',
    value: (row) => costOf(row)?.own.points ?? null,
    text: (value) => (isFinite(value) ? `${fixed(value, 2)} points` : '–'),
    log: false,
    heat: { good: 0, bad: 2, log: false, goodText: '0 points', badText: '2 points' },
  },
  {
    id: 'recovered',
    label: 'Kept float',
    title: 'Points recovered with the operator in float',
    explain: 'What the variant wins back when this operator alone stays float.',
    value: (row) => costOf(row)?.recovered_points ?? null,
    text: (value) => (isFinite(value) ? `${fixed(value, 2)} points` : '–'),
    log: false,
    heat: { good: 0, bad: 2, log: false, goodText: '0 points', badText: '2 points' },
  },
];

// Those that a report can show.
export const metricsFor = (variants: VariantResult[]): readonly LayerMetric[] =>
  variants.some((variant) => variant.attribution)
    ? [...LAYER_METRICS, ...COST_METRICS]
    : LAYER_METRICS;

export const layerMetric = (id: string | undefined): LayerMetric =>
  [...LAYER_METRICS, ...COST_METRICS].find((metric) => metric.id === id) ??
  (LAYER_METRICS[0] as LayerMetric);

// The reference tensors of all variants in computing order: the order of the variant with most of
// them; what only others have stands before the tensor it precedes there, or else at the end.
export function depthAxis(variants: VariantResult[]): string[] {
  const axis: string[] = [];
  const known = new Set<string>();
  for (const variant of [...variants].sort((a, b) => b.tensors.length - a.tensors.length)) {
    let pending: string[] = [];
    let last = -1;
    for (const { reference_tensor: name } of variant.tensors) {
      if (!known.has(name)) {
        known.add(name);
        pending.push(name);
        continue;
      }
      const at = axis.indexOf(name);
      if (at < 0) continue; // a second tensor for the same one
      axis.splice(at, 0, ...pending);
      last = at + pending.length;
      pending = [];
    }
    axis.splice(last < 0 ? axis.length : last + 1, 0, ...pending);
  }
  return axis;
}

export interface Series {
  variant: string;
  colour: number; // position among all variants
  values: Num[]; // along the axis
}

export function seriesOf(
  variants: VariantResult[],
  all: VariantResult[],
  axis: string[],
  metric: LayerMetric,
): Series[] {
  return variants.map((variant) => {
    const rows = new Map(variant.tensors.map((row) => [row.reference_tensor, row]));
    const values = axis.map((name) => {
      const row = rows.get(name);
      const value = row ? metric.value(row) : null;
      return isFinite(value) ? value : null;
    });
    return { variant: variant.name, colour: all.indexOf(variant), values };
  });
}

export interface Column {
  id: string;
  label: string;
  numeric: boolean;
  value: (row: TensorError) => Num | string;
  text: (row: TensorError) => string;
}

const numeric = (
  id: string,
  label: string,
  value: (row: TensorError) => Num,
  text: (value: Num) => string,
): Column => ({ id, label, numeric: true, value, text: (row) => text(value(row)) });

export const COLUMNS: readonly Column[] = [
  numeric(
    'depth',
    '#',
    (r) => r.tensor_index,
    (v) => significant(v),
  ),
  { id: 'tensor', label: 'Tensor', numeric: false, value: (r) => r.tensor, text: (r) => r.tensor },
  { id: 'op', label: 'Operator', numeric: false, value: (r) => r.op_type, text: (r) => r.op_type },
  numeric(
    'sqnr',
    'SQNR dB',
    (r) => r.sqnr_db,
    (v) => fixed(v, 1),
  ),
  numeric(
    'rmse',
    'RMSE / scale',
    (r) => r.rmse_per_scale,
    (v) => significant(v, 3),
  ),
  numeric(
    'cosine',
    'Cosine',
    (r) => r.cosine,
    (v) => fixed(v, 5),
  ),
  numeric(
    'mean',
    'Mean error',
    (r) => r.mean_error,
    (v) => significant(v, 3),
  ),
  numeric(
    'max',
    'Max error',
    (r) => r.max_abs_error,
    (v) => significant(v, 3),
  ),
  numeric('clipped', 'Clipped', clippedShare, shareText),
  numeric(
    'codes',
    'Codes',
    (r) => r.codes_used,
    (v) => significant(v),
  ),
];

// By depth where the link names no column.
export function parseSort(text: string | undefined): Sort {
  const sort = sortOf(text ?? '');
  return COLUMNS.some((c) => c.id === sort.column) ? sort : { column: 'depth', descending: false };
}

export function sortRows(rows: TensorError[], sort: Sort): TensorError[] {
  const column = COLUMNS.find((c) => c.id === sort.column) ?? (COLUMNS[0] as Column);
  return sortedBy(rows, column.value, sort.descending);
}

// Rows that have every word of the query in tensor, operator or type.
export function filterRows(rows: TensorError[], query: string): TensorError[] {
  const fits = wordFilter(query);
  return rows.filter((row) =>
    fits(`${row.tensor} ${row.reference_tensor} ${row.op_type} ${row.dtype}`),
  );
}
