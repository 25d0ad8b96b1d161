// Confusion matrices and flipped samples: pure functions.
import type { ClassResult, Confusion, FlippedSample, SamplePicture } from './types';

export type Matrix = number[][]; // [label][prediction]

export function matrixOf(confusion: Confusion): Matrix {
  const n = Math.max(0, confusion.classes);
  const matrix = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (const [label, prediction, count] of confusion.cells) {
    const row = matrix[label];
    if (row && prediction >= 0 && prediction < n) row[prediction] = count;
  }
  return matrix;
}

export interface PairCount {
  label: number;
  prediction: number;
  count: number;
}

const key = (label: number, prediction: number) => `${label},${prediction}`;

// variant - reference; works on the sparse cells, so a thousand classes cost nothing.
export function difference(variant: Confusion, reference: Confusion): Confusion {
  const cells = new Map<string, [number, number, number]>();
  for (const [sign, confusion] of [
    [1, variant],
    [-1, reference],
  ] as const) {
    for (const [label, prediction, count] of confusion.cells) {
      const cell = cells.get(key(label, prediction)) ?? [label, prediction, 0];
      cell[2] += sign * count;
      cells.set(key(label, prediction), cell);
    }
  }
  return {
    classes: Math.max(variant.classes, reference.classes),
    cells: [...cells.values()].filter((cell) => cell[2] !== 0),
  };
}

// The pairs off the diagonal with the largest counts, by size.
export function confusedPairs(confusion: Confusion, most: number): PairCount[] {
  return confusion.cells
    .filter(([label, prediction]) => label !== prediction)
    .map(([label, prediction, count]) => ({ label, prediction, count }))
    .sort(
      (a, b) =>
        Math.abs(b.count) - Math.abs(a.count) || a.label - b.label || a.prediction - b.prediction,
    )
    .slice(0, most);
}

export type FlipKind = 'lost' | 'gained' | 'moved';

// Lost: the reference was right. Gained: the variant is. Moved: neither, or no label is known.
export function flipKind(sample: FlippedSample): FlipKind {
  if (sample.label >= 0 && sample.reference_prediction === sample.label) return 'lost';
  if (sample.label >= 0 && sample.variant_prediction === sample.label) return 'gained';
  return 'moved';
}

// The class a sample is listed under: its label, or what the reference says without one.
export const classOf = (sample: FlippedSample): number =>
  sample.label >= 0 ? sample.label : sample.reference_prediction;

export function filterFlips(
  samples: FlippedSample[],
  classIndex: number | undefined,
  kind: FlipKind | undefined,
): FlippedSample[] {
  return samples.filter(
    (sample) =>
      (classIndex === undefined || classOf(sample) === classIndex) &&
      (kind === undefined || flipKind(sample) === kind),
  );
}

export function decodeBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

// RGBA for a canvas; null when the pixels do not fill the picture.
export function rgbaOf(picture: SamplePicture): Uint8ClampedArray<ArrayBuffer> | null {
  const { width, height, channels } = picture;
  const pixels = decodeBase64(picture.pixels_base64);
  const drawable = width > 0 && height > 0 && (channels === 1 || channels === 3);
  if (!pixels || !drawable || pixels.length !== width * height * channels) return null;
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; ++i) {
    for (let c = 0; c < 3; ++c)
      rgba[4 * i + c] = pixels[i * channels + (channels === 3 ? c : 0)] ?? 0;
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

export const CLASS_SORTS = [
  { id: 'label', label: 'by label' },
  { id: 'worst', label: 'most lost first' },
  { id: 'change', label: 'largest drop first' },
] as const;

export function sortClasses(rows: ClassResult[], sort: string): ClassResult[] {
  const change = (row: ClassResult) =>
    row.n > 0 ? (row.correct - row.reference_correct) / row.n : 0;
  const by: Record<string, (a: ClassResult, b: ClassResult) => number> = {
    worst: (a, b) => b.lost - a.lost,
    change: (a, b) => change(a) - change(b),
  };
  const compare = by[sort];
  return compare ? [...rows].sort((a, b) => compare(a, b) || a.label - b.label) : rows;
}
