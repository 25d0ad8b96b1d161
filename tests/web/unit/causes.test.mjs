import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frontierOf, rankedOps, surestFlips, unitOf, waterfallOf } from 'viewer/causes';
import { attachCosts, costOf, layerMetric, metricsFor } from 'viewer/layers';

const loss = (points) => ({ n: 1, flips: 0, lost: 0, gained: 0, points, output_sqnr_db: null });
const op = (variant_op, own, recovered, sqnr = 30) => ({
  variant_op,
  integer: true,
  tensor: `t${variant_op}`,
  own: loss(own),
  alone: loss(own),
  recovered_points: recovered,
  isolated_sqnr_db: sqnr,
});
const attribution = {
  labelled: true,
  classifies: true,
  total: loss(2),
  interaction_points: 0.5,
  sources: [
    { name: 'weights', what: '', points: 3, alone_points: 1.5, points_so_far: 3 },
    { name: 'rounding', what: '', points: -1, alone_points: 0, points_so_far: 2 },
  ],
  groups: [],
  flips: [
    { sample: 4, margin: 0.1, restored_by: 1 },
    { sample: 9, margin: 0.7, restored_by: -1 },
  ],
  ops: [op(0, 0.1, 0), op(1, 1, 0.2), op(2, 0, 1.5), op(3, 0.1, 0, 10)],
};

test('the flips the reference was surest of come first', () => {
  assert.deepEqual(
    surestFlips(attribution).map((flip) => flip.sample),
    [9, 4],
  );
  assert.equal(surestFlips(attribution, 1).length, 1);
});

test('a waterfall goes from nothing to the total, and tells the interaction apart', () => {
  assert.deepEqual(
    waterfallOf(attribution).map((row) => [row.name, row.from, row.to, row.kind]),
    [
      ['weights', 0, 3, 'source'],
      ['rounding', 3, 2, 'source'],
      ['total', 0, 2, 'total'],
      ['interaction', 1.5, 2, 'interaction'],
    ],
  );
});

test('a waterfall of missing numbers is one of zeros', () => {
  const rows = waterfallOf({
    ...attribution,
    total: loss(null),
    interaction_points: null,
    sources: [{ name: 'x', what: '', points: null, alone_points: null, points_so_far: null }],
  });
  assert.deepEqual(
    rows.map((row) => [row.from, row.to]),
    [
      [0, 0],
      [0, 0],
    ],
  );
});

test('operators are ranked by the larger of their two costs, then by their noise', () => {
  assert.deepEqual(
    rankedOps(attribution).map((row) => row.variant_op),
    [2, 1, 3, 0],
  );
  const float = { ...op(9, 99, 99), integer: false };
  assert.equal(rankedOps({ ...attribution, ops: [float] }).length, 0);
});

test('units are told', () => {
  assert.match(unitOf(attribution), /top-1/);
  assert.match(unitOf({ ...attribution, labelled: false }), /differ/);
  assert.match(unitOf({ ...attribution, classifies: false }), /output/);
});

const step = (name, size_bytes, drop_points, error = '') => ({
  name,
  size_bytes,
  drop_points,
  error,
});

test('the frontier is what nothing smaller beats', () => {
  const repair = {
    best: 2,
    steps: [
      step('as-given', 100, 40),
      step('worse', 120, 2),
      step('good', 110, 1),
      step('broken', 0, 0, 'no'),
      step('best', 200, 0.1),
    ],
  };
  const points = frontierOf(repair);
  assert.deepEqual(
    points.filter((point) => point.onFrontier).map((point) => point.step.name),
    ['as-given', 'good', 'best'],
  );
  assert.deepEqual(
    points.map((point) => point.beyond),
    [true, false, false, false],
  );
  assert.ok(points[0].loss < 40);
  assert.ok(points[2].index === 2 && points[2].chosen);
  assert.deepEqual(frontierOf({ best: -1, steps: [] }), []);
});

test('without answers to judge, the frontier is of the SQNR of the outputs', () => {
  const by = (name, size_bytes, output_sqnr_db) => ({
    ...step(name, size_bytes, null),
    output_sqnr_db,
  });
  const repair = { best: 1, steps: [by('a', 100, 20), by('b', 110, 30), by('c', 120, 25)] };
  const points = frontierOf(repair);
  assert.deepEqual(
    points.map((point) => [point.step.name, point.loss, point.onFrontier, point.beyond]),
    [
      ['a', -20, true, false],
      ['b', -30, true, false],
      ['c', -25, false, false],
    ],
  );
});

test('costs of operators are metrics of layers where a report has them', () => {
  const row = { tensor: 't1', op_index: 1 };
  const variant = { tensors: [row, { tensor: 'in', op_index: -1 }], attribution };
  attachCosts([variant]);
  assert.equal(costOf(row).variant_op, 1);
  assert.equal(layerMetric('sensitivity').value(row), 1);
  assert.equal(layerMetric('isolated').value(row), 30);
  assert.equal(layerMetric('recovered').value(variant.tensors[1]), null);
  const ids = (variants) => metricsFor(variants).map((metric) => metric.id);
  assert.ok(ids([variant]).includes('sensitivity'));
  assert.ok(!ids([{ tensors: [], attribution: null }]).includes('sensitivity'));
});
