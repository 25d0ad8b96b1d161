// Whether the calibration samples were enough: pure functions.
import { isFinite } from './facts';
import { count, plural } from './format';
import { sortedBy, sortOf } from './rows';
import type { CalibrationCheck, Num, TensorCalibration } from './types';

export const CALIBRATION_WORDS: Record<CalibrationCheck['verdict'], string> = {
  enough: 'The calibration samples are enough',
  'more samples': 'More calibration samples are needed',
  'other samples': 'Other calibration samples are needed',
};

export function calibrationSentence(check: CalibrationCheck): string {
  const held =
    check.held_out_samples > 0
      ? `, held against ${plural(check.held_out_samples, 'sample')} of the evaluation`
      : '';
  const shared =
    check.shared_samples > 0
      ? ` ${count(check.shared_samples)} of those are calibration samples as well${
          check.first_shared_sample === null ? '' : `, the first is #${check.first_shared_sample}`
        }: what is judged was seen before.`
      : '';
  return `Ranges from ${plural(check.samples, 'sample')}${held}.${shared}`;
}

export interface CalibrationColumn {
  id: string;
  label: string;
  value: (row: TensorCalibration) => Num | string;
}

// The width that was already reached with half of the samples.
export function halfShare(row: TensorCalibration): Num {
  return row.width_shares[row.width_shares.length - 2] ?? null;
}

export const CALIBRATION_COLUMNS: readonly CalibrationColumn[] = [
  { id: 'tensor', label: 'Tensor', value: (r) => r.tensor },
  { id: 'held', label: 'Held-out values beyond', value: (r) => r.held_out_clipped_share },
  { id: 'half', label: 'Width at half', value: halfShare },
  { id: 'late', label: 'Late samples beyond', value: (r) => r.late_samples_share },
  { id: 'widest', label: 'Widest sample', value: (r) => r.widest_sample_share },
  { id: 'finite', label: 'Not finite', value: (r) => r.non_finite },
];

export function sortCalibration(rows: TensorCalibration[], sort: string): TensorCalibration[] {
  const { column: id, descending } = sortOf(sort);
  const column = CALIBRATION_COLUMNS.find((c) => c.id === id);
  return column ? sortedBy(rows, column.value, descending) : rows;
}

// The tensors whose ranges still grew most, worth a colour among many lines: those that grew in the
// second half, then those that grew before.
export function growingMost(rows: TensorCalibration[], most: number): TensorCalibration[] {
  const shares = (row: TensorCalibration): [number, number] => [
    halfShare(row) ?? 1,
    row.width_shares[0] ?? 1,
  ];
  return rows
    .filter((row) => shares(row).some((share) => share < 1))
    .sort((a, b) => {
      const [x, y] = [shares(a), shares(b)];
      return x[0] - y[0] || x[1] - y[1];
    })
    .slice(0, most);
}

// Lower end of the scale of widths: small growth is seen, and none is not blown up to a mountain.
export function lowestShare(rows: TensorCalibration[]): number {
  const lowest = rows
    .flatMap((row) => row.width_shares)
    .filter(isFinite)
    .reduce((least, share) => Math.min(least, share), 1);
  return Math.min(0.9, Math.floor(lowest * 10) / 10);
}
