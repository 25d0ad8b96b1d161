// Several reports side by side. They come from files, so nothing of their shape is believed.
import { parseClean } from './clean';
import { isFinite } from './facts';
import { judgedSqnr } from './outputs';
import type { Num, Verdict } from './types';

export const SCHEMA_VERSION = 1;
export const LARGEST_FILE_BYTES = 256 * 1024 * 1024;
export const MOST_RUNS = 200;

export interface RunVariant {
  name: string;
  verdict: Verdict;
  error: string;
  top1: Num; // null where no answers are judged
  auc: Num; // of anomaly detection
  outputSqnr: Num; // dB, lowest of the outputs
  size: Num;
  sha256: string;
  worst: { tensor: string; sqnr: number } | null;
  sqnr: Map<string, number>; // dB by tensor of the reference model
}

export interface Run {
  file: string; // empty: the report of this page
  title: string;
  started: string;
  verdict: Verdict;
  dataset: { name: string; sha256: string; samples: Num };
  variants: RunVariant[];
}

type Loose = Record<string, unknown>;

const record = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): Num =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const verdictOf = (value: unknown): Verdict =>
  value === 'pass' || value === 'fail' ? value : 'inconclusive';

// The lowest of the outputs' SQNR; null where one was not compared, or it is not finite.
function outputSqnrOf(variant: Loose): Num {
  const rows = list(variant['tensors']).map(record);
  const values = list(record(variant['graph'])['outputs']).map((output) => {
    const row = rows.find((candidate) => candidate['tensor_index'] === output);
    if (!row) return null;
    return judgedSqnr({
      sqnr_db: number(row['sqnr_db']),
      mse: number(row['mse']),
      non_finite: number(row['non_finite']) ?? 0,
    });
  });
  return values.every((value) => value !== null) ? number(Math.min(...values)) : null;
}

function variantOf(value: unknown): RunVariant {
  const variant = record(value);
  const accuracy = record(variant['accuracy']);
  const model = record(variant['model']);
  const sqnr = new Map<string, number>();
  let worst: RunVariant['worst'] = null;
  for (const item of list(variant['tensors'])) {
    const row = record(item);
    const db = number(row['sqnr_db']);
    if (db === null) continue;
    sqnr.set(text(row['reference_tensor']) || text(row['tensor']), db);
    if (!worst || db < worst.sqnr) worst = { tensor: text(row['tensor']), sqnr: db };
  }
  const n = number(accuracy['n']) ?? 0;
  return {
    name: text(variant['name']),
    verdict: verdictOf(variant['verdict']),
    error: text(variant['error']),
    top1: n > 0 ? number(accuracy['top1']) : null,
    auc: number(record(variant['auc'])['value']),
    outputSqnr: number(variant['output_sqnr_db']) ?? outputSqnrOf(variant),
    size: (number(model['size_bytes']) ?? 0) > 0 ? number(model['size_bytes']) : null,
    sha256: text(model['sha256']),
    worst,
    sqnr,
  };
}

export function runOf(document: unknown, file: string): Run {
  const report = record(document);
  const dataset = record(report['dataset']);
  return {
    file,
    title: text(record(report['context'])['title']),
    started: text(record(report['environment'])['started_utc']),
    verdict: verdictOf(report['verdict']),
    dataset: {
      name: text(dataset['name']),
      sha256: text(dataset['sha256']),
      samples: number(dataset['samples']),
    },
    variants: list(report['variants'])
      .map(variantOf)
      .filter((variant) => variant.name !== ''),
  };
}

// An earlier run, as a report keeps it beside itself.
export function keptRun(value: unknown): Run {
  const run = record(value);
  return {
    file: text(run['file']) || 'an earlier run',
    title: text(run['title']),
    started: text(run['started_utc']),
    verdict: verdictOf(run['verdict']),
    dataset: {
      name: text(run['dataset_name']),
      sha256: text(run['dataset_sha256']),
      samples: number(run['samples']),
    },
    variants: list(run['variants'])
      .map((item) => {
        const kept = record(item);
        const model = { size_bytes: kept['size_bytes'], sha256: kept['sha256'] };
        const accuracy = { n: number(kept['top1']) === null ? 0 : 1, top1: kept['top1'] };
        const auc = { value: kept['auc'] };
        return variantOf({ ...kept, model, accuracy, auc });
      })
      .filter((variant) => variant.name !== ''),
  };
}

const DATA = /<script type="application\/json" id="report-data">([\s\S]*?)<\/script>/;

// A report.json, or the page of a report, which holds the same. What is wrong with it, in words,
// otherwise.
export function readRun(content: string, file: string): Run | string {
  let document: unknown;
  try {
    document = parseClean(DATA.exec(content)?.[1] ?? content);
  } catch {
    return `${file} is neither a report.json nor a report.html.`;
  }
  const version = record(document)['schema_version'];
  if (version === SCHEMA_VERSION) return runOf(document, file);
  return typeof version === 'number'
    ? `${file} has schema version ${version}; this page reads ${SCHEMA_VERSION}.`
    : `${file} is JSON, but no report.`;
}

// By the time of the run; what has no time keeps its place at the end.
export function sortRuns(runs: Run[]): Run[] {
  return [...runs].sort((a, b) => {
    if (!a.started || !b.started) return Number(!a.started) - Number(!b.started);
    return a.started < b.started ? -1 : a.started > b.started ? 1 : 0;
  });
}

// Names of all variants, those of the first runs first.
export const variantNames = (runs: Run[]): string[] => [
  ...new Set(runs.flatMap((run) => run.variants.map((variant) => variant.name))),
];

const find = (run: Run, name: string): RunVariant | undefined =>
  run.variants.find((variant) => variant.name === name);

// Top-1, or the area under the ROC curve of anomaly detection.
export const accuracyOf = (variant: RunVariant | undefined): Num =>
  variant?.top1 ?? variant?.auc ?? null;

const percentOf = (share: Num): Num => (share === null ? null : share * 100);

export interface Trend {
  id: string;
  label: string;
  title: string;
  value: (variant: RunVariant) => Num;
}

export const TRENDS: readonly Trend[] = [
  {
    id: 'accuracy',
    label: 'Accuracy',
    title: 'Top-1, or area under the ROC curve, in %',
    value: (v) => percentOf(accuracyOf(v)),
  },
  {
    id: 'output',
    label: 'Output SQNR',
    title: 'SQNR of the output where it is lowest, in dB',
    value: (v) => v.outputSqnr,
  },
  {
    id: 'size',
    label: 'Size',
    title: 'Size in kB',
    value: (v) => (v.size === null ? null : v.size / 1000),
  },
  {
    id: 'worst',
    label: 'Worst layer',
    title: 'SQNR of the worst layer in dB',
    value: (v) => v.worst?.sqnr ?? null,
  },
];

// Of several runs, the first trend that has anything to show where none is asked for.
export const trendOf = (id: string | undefined, runs: Run[] = []): Trend =>
  TRENDS.find((trend) => trend.id === id) ??
  TRENDS.find((trend) => runs.some((run) => run.variants.some((v) => trend.value(v) !== null))) ??
  (TRENDS[0] as Trend);

export function trendValues(runs: Run[], name: string, trend: Trend): Num[] {
  return runs.map((run) => {
    const variant = find(run, name);
    return variant ? trend.value(variant) : null;
  });
}

export interface VariantPair {
  name: string;
  before: RunVariant | undefined;
  after: RunVariant | undefined;
}

export const pairsOf = (before: Run, after: Run): VariantPair[] =>
  variantNames([before, after]).map((name) => ({
    name,
    before: find(before, name),
    after: find(after, name),
  }));

export const changeOf = (before: Num | undefined, after: Num | undefined): Num =>
  isFinite(before) && isFinite(after) ? after - before : null;

export interface LayerChange {
  variant: string;
  tensor: string;
  before: number;
  after: number;
}

// The layers whose SQNR moved most between two runs, of all variants that both have.
export function layerChanges(pairs: VariantPair[], most: number): LayerChange[] {
  const changes: LayerChange[] = [];
  for (const { name, before, after } of pairs) {
    if (!before || !after) continue;
    for (const [tensor, db] of after.sqnr) {
      const old = before.sqnr.get(tensor);
      if (old === undefined || old === db) continue;
      changes.push({ variant: name, tensor, before: old, after: db });
    }
  }
  return changes
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
    .slice(0, most);
}

// What keeps two runs from being compared number by number; empty if nothing does.
export function sameSamples(before: Run, after: Run): string {
  const [a, b] = [before.dataset, after.dataset];
  if (a.sha256 && a.sha256 === b.sha256) return '';
  return 'The two runs did not use the same samples: differences of accuracy may be of the data.';
}
