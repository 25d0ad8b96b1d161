import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  depthAxis,
  filterRows,
  LAYER_METRICS,
  layerMetric,
  parseSort,
  seriesOf,
  sortRows,
  sqnrCeiling,
} from 'viewer/layers';
import { formatSort } from 'viewer/rows';

const row = (name, values = {}) => ({
  tensor: name,
  reference_tensor: name,
  tensor_index: 0,
  op_type: 'CONV_2D',
  dtype: 'int8',
  sqnr_db: null,
  rmse_per_scale: null,
  cosine: null,
  clipped_low_share: null,
  clipped_high_share: null,
  oracle_max_lsb: null,
  ...values,
});
const variant = (...names) => ({ name: names.join(), tensors: names.map((name) => row(name)) });

test('depth is the order of computing, with the tensors of every variant', () => {
  assert.deepEqual(depthAxis([variant('a', 'b', 'c')]), ['a', 'b', 'c']);
  assert.deepEqual(depthAxis([variant('a', 'x', 'c'), variant('a', 'b', 'c', 'd')]), [
    'a',
    'b',
    'x',
    'c',
    'd',
  ]);
  assert.deepEqual(depthAxis([variant('a', 'b'), variant('x', 'y')]), ['a', 'b', 'x', 'y']);
  assert.deepEqual(depthAxis([variant('a', 'b'), variant('b', 'z')]), ['a', 'b', 'z']);
  assert.deepEqual(depthAxis([variant('a', 'a')]), ['a']);
  assert.deepEqual(depthAxis([]), []);
});

test('a series has a gap where a variant has no such tensor', () => {
  const one = { name: 'one', tensors: [row('a', { sqnr_db: 30 }), row('c', { sqnr_db: NaN })] };
  const [series] = seriesOf([one], [variant('b'), one], ['a', 'b', 'c'], layerMetric('sqnr'));
  assert.deepEqual(series.values, [30, null, null]);
  assert.equal(series.colour, 1);
});

test('what is missing is sorted last both ways', () => {
  const rows = [
    row('a', { sqnr_db: 3 }),
    row('b'),
    row('c', { sqnr_db: -1 }),
    row('d', { sqnr_db: NaN }),
  ];
  const names = (text) =>
    sortRows(rows, parseSort(text))
      .map((r) => r.tensor)
      .join('');
  assert.equal(names('sqnr'), 'cabd');
  assert.equal(names('-sqnr'), 'acbd');
  assert.equal(names('-tensor'), 'dcba');
  assert.equal(names('nonsense'), 'abcd');
  assert.equal(rows.map((r) => r.tensor).join(''), 'abcd');
});

test('a sort survives its link', () => {
  for (const text of ['sqnr', '-sqnr', '-tensor']) assert.equal(formatSort(parseSort(text)), text);
});

test('a filter wants every word, in any case', () => {
  const rows = [row('block1/conv'), row('block2/dense', { op_type: 'FULLY_CONNECTED' })];
  assert.equal(filterRows(rows, '').length, 2);
  assert.equal(filterRows(rows, '  BLOCK ').length, 2);
  assert.equal(filterRows(rows, 'block fully').length, 1);
  assert.equal(filterRows(rows, '.*').length, 0);
});

test('every metric of an empty row is missing', () => {
  for (const metric of LAYER_METRICS) {
    assert.equal(metric.value(row('a')), null);
    assert.match(metric.text(null), /^–/);
  }
  assert.equal(layerMetric('clipped').value(row('a', { clipped_high_share: 0.25 })), 25);
});

test('one exact tensor does not flatten the chart', () => {
  assert.equal(sqnrCeiling([145, 40, 38, 36]), 60);
  assert.ok(sqnrCeiling([90, 88, 85]) > 90); // 16-bit activations
  assert.equal(sqnrCeiling([]), 60);
});
