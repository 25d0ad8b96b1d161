import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  judgedSqnr,
  largestOutputError,
  outputRows,
  showsOutputErrors,
  worstOutput,
} from 'viewer/outputs';

const row = (index, sqnr_db, max_abs_error, more = {}) => ({
  tensor: `t${index}`,
  tensor_index: index,
  samples: 5,
  sqnr_db,
  mse: 1,
  max_abs_error,
  non_finite: 0,
  ...more,
});
const variant = (outputs, tensors) => ({ graph: { outputs }, tensors });

test('outputs are those of the graph, all or none', () => {
  const tensors = [row(4, 27.63, 0.25), row(5, 3, 100), row(6, 31, 3.9704)];
  assert.deepEqual(
    outputRows(variant([6, 4], tensors)).map((r) => r.tensor),
    ['t6', 't4'],
  );
  assert.equal(outputRows(variant([6, 9], tensors)), undefined);
  assert.equal(outputRows(variant([], tensors)), undefined);
  assert.equal(worstOutput(variant([4, 6], tensors)).text, '27.6 dB');
  const largest = largestOutputError(variant([4, 6], tensors));
  assert.deepEqual([largest.text, largest.row.tensor], ['3.97', 't6']);
});

test('neither a silent reference nor NaN looks like no error', () => {
  assert.equal(judgedSqnr(row(1, null, 0, { mse: 0 })), Infinity);
  assert.equal(judgedSqnr(row(1, null, 0.5)), -Infinity);
  const broken = variant([1, 2], [row(1, 40, 0.5), row(2, 50, 0.1, { non_finite: 2 })]);
  assert.equal(worstOutput(broken).text, 'none');
  assert.equal(largestOutputError(broken).text, 'not finite');
  assert.equal(worstOutput(variant([1], [row(1, null, 0, { mse: 0 })])).text, 'exact');
});

test('only runs that judge no answers show outputs', () => {
  const report = (task_reason, auc) => ({ context: { task_reason }, reference: { auc } });
  assert.equal(showsOutputErrors(report('a picture', null)), true);
  assert.equal(showsOutputErrors(report('', null)), false);
  assert.equal(showsOutputErrors(report('a reconstruction', { value: 0.9 })), false);
});
