import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changeSentence,
  gainInterval,
  gainSince,
  neededText,
  samplesNeeded,
  sizeChange,
  toneOf,
} from 'viewer/baseline';
import {
  calibrationSentence,
  growingMost,
  halfShare,
  lowestShare,
  sortCalibration,
} from 'viewer/calibration';
import {
  accuracyOf,
  changeOf,
  layerChanges,
  pairsOf,
  readRun,
  runOf,
  sameSamples,
  sortRuns,
  trendOf,
  trendValues,
  variantNames,
  keptRun,
} from 'viewer/history';
import { sortClasses } from 'viewer/samples';

const baseline = (drop, low, high, more = {}) => ({
  incomparable: '',
  top1: 0.99,
  size_bytes: 1000,
  paired: { drop, drop95: { low, high } },
  ...more,
});
const of = (b, accuracy = { n: 100, top1: 0.9 }) => ({ baseline: b, accuracy, rules: [] });

test('a gain is a drop turned around, with its interval', () => {
  const b = baseline(0.02, 0.01, 0.03);
  assert.equal(gainSince(of(b), b), -0.02);
  assert.deepEqual(gainInterval(b), { low: -0.03, high: -0.01 });
  assert.ok(Object.is(gainInterval(baseline(0, 0, 0)).low, 0)); // no minus zero
});

test('without paired samples the two accuracies are compared, with unlike data nothing is', () => {
  const unpaired = baseline(0, 0, 0, { paired: null });
  assert.ok(Math.abs(gainSince(of(unpaired), unpaired) + 0.09) < 1e-12);
  assert.equal(gainSince(of(unpaired, { n: 0, top1: null }), unpaired), null);
  const other = baseline(0.02, 0.01, 0.03, { incomparable: 'another dataset' });
  assert.equal(gainSince(of(other), other), null);
});

test('a change that chance explains is none', () => {
  const tone = (...args) => {
    const b = baseline(...args);
    return toneOf(gainSince(of(b), b), gainInterval(b));
  };
  assert.equal(tone(0.02, -0.01, 0.05), 'same');
  assert.equal(tone(0.02, 0.01, 0.05), 'worse');
  assert.equal(tone(-0.02, -0.05, -0.01), 'better');
  assert.equal(tone(0, 0, 0), 'same');
  assert.equal(
    changeSentence([
      of(baseline(0.02, 0.01, 0.05)),
      of(baseline(0.02, -0.01, 0.05)),
      of(baseline(0, 0, 0, { incomparable: 'x' })),
      of(null),
    ]),
    '1 worse, 1 without a clear change, 1 not comparable.',
  );
});

test('sizes are told by their difference', () => {
  assert.equal(sizeChange(500, 1000), '500 B smaller (50.0 %)');
  assert.equal(sizeChange(1000, 1000), 'the same size');
  assert.equal(sizeChange(0, 1000), '');
});

test('the largest number of samples decides all rules', () => {
  const rule = (verdict, samples_needed) => ({ verdict, samples_needed });
  const variant = (...rules) => ({ rules });
  assert.equal(samplesNeeded(variant(rule('inconclusive', 5), rule('inconclusive', 1200))), 1200);
  assert.equal(samplesNeeded(variant(rule('pass', 7), rule('inconclusive', null))), null);
  assert.equal(
    neededText(variant(rule('inconclusive', 1200))),
    'About 1,200 samples would decide.',
  );
});

const range = (tensor, width_shares, held = null) => ({
  tensor,
  width_shares,
  held_out_clipped_share: held,
  non_finite: 0,
});

test('ranges that still grow are named first', () => {
  const rows = [range('a', [0.5, 1, 1]), range('b', [1, 1, 1]), range('c', [0.9, 0.95, 1])];
  assert.deepEqual(
    growingMost(rows, 5).map((r) => r.tensor),
    ['c', 'a'],
  );
  assert.equal(halfShare(rows[2]), 0.95);
  assert.equal(halfShare(range('d', [])), null);
  assert.equal(lowestShare(rows), 0.5);
  assert.equal(lowestShare([rows[1]]), 0.9);
});

test('ranges are sorted with what is missing last', () => {
  const rows = [range('a', [], null), range('b', [], 0.1), range('c', [], 0.2)];
  const names = (sort) => sortCalibration(rows, sort).map((r) => r.tensor);
  assert.deepEqual(names('-held'), ['c', 'b', 'a']);
  assert.deepEqual(names('held'), ['b', 'c', 'a']);
  assert.deepEqual(names('-tensor'), ['c', 'b', 'a']);
  assert.deepEqual(names('nonsense'), ['a', 'b', 'c']);
});

test('shared samples are said', () => {
  const check = { samples: 10, held_out_samples: 5, shared_samples: 2, first_shared_sample: 3 };
  assert.match(
    calibrationSentence(check),
    /2 of those are calibration samples as well, the first is #3/,
  );
  assert.doesNotMatch(calibrationSentence({ ...check, shared_samples: 0 }), /as well/);
});

test('classes are sorted by what they lost', () => {
  const row = (label, lost, correct) => ({ label, n: 10, reference_correct: 9, correct, lost });
  const rows = [row(0, 1, 9), row(1, 3, 9), row(2, 1, 5)];
  const labels = (sort) => sortClasses(rows, sort).map((r) => r.label);
  assert.deepEqual(labels('worst'), [1, 0, 2]);
  assert.deepEqual(labels('change'), [2, 0, 1]);
  assert.deepEqual(labels('label'), [0, 1, 2]);
});

const report = (started, top1, sqnr, sha = 'x') => ({
  schema_version: 1,
  verdict: 'pass',
  dataset: { sha256: sha },
  environment: { started_utc: started },
  variants: [
    {
      name: 'int8',
      verdict: 'pass',
      accuracy: { n: 10, top1 },
      model: { size_bytes: 2000 },
      tensors: [
        { tensor: 'a', sqnr_db: sqnr },
        { tensor: 'b', sqnr_db: 30 },
      ],
    },
  ],
});
const read = (...args) => readRun(JSON.stringify(report(...args)), 'r.json');

test('runs are read from JSON and from pages, and sorted by time', () => {
  const page = `<html><script type="application/json" id="report-data">${JSON.stringify(report('2024', 0.9, 5))}</script>`;
  const [a, b] = [read('2025', 0.8, 10), readRun(page, 'r.html')];
  assert.deepEqual(
    sortRuns([a, { ...a, started: '' }, b]).map((run) => run.started),
    ['2024', '2025', ''],
  );
  assert.deepEqual(b.variants[0].worst, { tensor: 'a', sqnr: 5 });
});

test('nothing of a file is believed', () => {
  for (const text of ['', 'x', '[]', '3', 'null', '{}', '{"schema_version": 2}']) {
    assert.equal(typeof readRun(text, 'f'), 'string', text);
  }
  const odd = readRun(
    '{"schema_version":1,"verdict":"__proto__","dataset":7,"variants":[1,null,{"name":"v","tensors":{"length":9},"accuracy":[],"model":null}]}',
    'f',
  );
  assert.equal(odd.verdict, 'inconclusive');
  assert.deepEqual(
    odd.variants.map((v) => [v.name, v.top1, v.size, v.worst]),
    [['v', null, null, null]],
  );
});

test('two runs are compared by variant and layer', () => {
  const [a, b] = [read('2024', 0.9, 5), read('2025', 0.8, 25)];
  const pairs = pairsOf(a, b);
  assert.deepEqual(
    pairs.map((pair) => pair.name),
    ['int8'],
  );
  assert.ok(Math.abs(changeOf(pairs[0].before.top1, pairs[0].after.top1) + 0.1) < 1e-12);
  assert.equal(changeOf(null, 3), null);
  assert.deepEqual(layerChanges(pairs, 5), [
    { variant: 'int8', tensor: 'a', before: 5, after: 25 },
  ]);
  assert.equal(sameSamples(a, b), '');
  assert.match(sameSamples(a, read('2025', 0.8, 25, 'y')), /did not use the same samples/);
});

test('a trend has a gap where a run lacks the variant', () => {
  const runs = [read('2024', 0.5, 5), { ...read('2025', 0.9, 5), variants: [] }];
  assert.deepEqual(variantNames(runs), ['int8']);
  assert.deepEqual(trendValues(runs, 'int8', trendOf('accuracy')), [50, null]);
  assert.equal(trendOf(undefined, runs).id, 'accuracy');
  assert.deepEqual(trendValues(runs, 'int8', trendOf('size')), [2, null]);
  assert.deepEqual(trendValues(runs, 'int8', trendOf('worst')), [5, null]);
});

test('runs that a report keeps beside itself are read as files are', () => {
  const run = keptRun({
    file: 'a.json',
    title: 't',
    started_utc: '2024-01-01T00:00:00Z',
    verdict: 'pass',
    dataset_name: 'd',
    dataset_sha256: 'x',
    samples: 3,
    variants: [
      {
        name: 'int8',
        verdict: 'fail',
        error: '',
        top1: 0.5,
        size_bytes: 7,
        sha256: 'y',
        tensors: [
          { tensor: 'v', reference_tensor: 'r', sqnr_db: 3 },
          { tensor: 'w', reference_tensor: 'q', sqnr_db: null },
        ],
      },
      { name: 'unlabelled', top1: null },
    ],
  });
  assert.deepEqual([run.file, run.title, run.dataset.sha256], ['a.json', 't', 'x']);
  const [first, second] = run.variants;
  assert.deepEqual([first.top1, first.size, first.worst], [0.5, 7, { tensor: 'v', sqnr: 3 }]);
  assert.deepEqual([...first.sqnr], [['r', 3]]);
  assert.equal(second.top1, null);
  for (const wrong of [null, 3, [], { variants: 'x' }, { variants: [null, { tensors: 3 }] }])
    assert.equal(keptRun(wrong).variants.length, 0);
});

test('without labels a run is told by its outputs, or by the area under its curve', () => {
  const row = (tensor_index, sqnr_db) => ({ tensor: `t${tensor_index}`, tensor_index, sqnr_db });
  const variant = (name, more) => ({
    name,
    verdict: 'pass',
    accuracy: { n: 0, top1: null },
    graph: { outputs: [2, 3] },
    tensors: [row(1, 5), row(2, 30), row(3, 27.6)],
    ...more,
  });
  const run = runOf(
    {
      variants: [
        variant('filter', {}),
        variant('detector', { auc: { value: 0.93 } }),
        variant('partly', { tensors: [row(2, 30)] }),
        variant('one exact', { tensors: [row(2, 30), { ...row(3, null), mse: 0 }] }),
        variant('broken', { tensors: [row(2, 30), { ...row(3, 40), non_finite: 1 }] }),
      ],
    },
    'a.json',
  );
  assert.deepEqual(
    run.variants.map((v) => [v.outputSqnr, accuracyOf(v)]),
    [
      [27.6, null],
      [27.6, 0.93],
      [null, null],
      [30, null],
      [null, null],
    ],
  );
  const [filter] = run.variants;
  assert.equal(trendOf(undefined, [{ ...run, variants: [filter] }]).id, 'output');
  const kept = keptRun({ variants: [{ name: 'x', top1: null, auc: 0.9, output_sqnr_db: 12 }] });
  assert.deepEqual([kept.variants[0].outputSqnr, accuracyOf(kept.variants[0])], [12, 0.9]);
});
