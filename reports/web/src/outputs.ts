// How far a variant's outputs are from the float model's, for runs that are no classification.
import { isFinite } from './facts';
import { fixed, significant } from './format';
import type { Report, TensorError, VariantResult } from './types';

export function showsOutputErrors(report: Report): boolean {
  return Boolean(report.context.task_reason) && !report.reference.auc;
}

// Of every output of the graph; undefined where there is none, or one was not compared.
export function outputRows(variant: VariantResult): TensorError[] | undefined {
  const rows = variant.graph.outputs.map((output) =>
    variant.tensors.find((row) => row.tensor_index === output && row.samples > 0),
  );
  return rows.length && rows.every((row) => row !== undefined) ? rows : undefined;
}

// In dB: Infinity where nothing differs, -Infinity where nothing of the signal is left.
export function judgedSqnr(row: Pick<TensorError, 'sqnr_db' | 'mse' | 'non_finite'>): number {
  if (row.non_finite > 0) return -Infinity;
  if (isFinite(row.sqnr_db)) return row.sqnr_db;
  return row.mse ? -Infinity : Infinity;
}

export function judgedError(row: TensorError): number {
  return row.non_finite > 0 ? Infinity : (row.max_abs_error ?? Infinity);
}

export interface OutputFact {
  row: TensorError;
  text: string;
}

export function worstOutput(variant: VariantResult): OutputFact | undefined {
  const row = outputRows(variant)?.reduce((a, b) => (judgedSqnr(b) < judgedSqnr(a) ? b : a));
  if (!row) return undefined;
  const sqnr = judgedSqnr(row);
  return { row, text: isFinite(sqnr) ? `${fixed(sqnr, 1)} dB` : sqnr > 0 ? 'exact' : 'none' };
}

export function largestOutputError(variant: VariantResult): OutputFact | undefined {
  const row = outputRows(variant)?.reduce((a, b) => (judgedError(b) > judgedError(a) ? b : a));
  if (!row) return undefined;
  const error = judgedError(row);
  return { row, text: isFinite(error) ? significant(error, 3) : 'not finite' };
}
