import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftRows, driftSentence } from 'viewer/drift';

const row = (op_index, different) => ({
  tensor: `t${op_index}`,
  tensor_index: op_index,
  op_index,
  op_type: 'CONV_2D',
  elements: 100,
  different,
  largest: different,
  samples_different: 1,
  first_sample: different > 0 ? 7 : -1,
  first_element: 3,
  first_value: 12,
  second_value: 13,
  inputs_equal: true,
});
const drift = (...tensors) => ({
  first: 'profile tflite',
  second: 'profile xnnpack',
  samples: 100,
  arg_max_flips: 2,
  tensors,
});

test('only what differs is listed', () => {
  assert.deepEqual(
    driftRows(drift(row(0, 0), row(1, 4), row(2, 0))).map((r) => r.op_index),
    [1],
  );
});

test('the sentence names the first operator that differs', () => {
  const text = driftSentence(drift(row(0, 0), row(1, 4), row(2, 9)));
  assert.match(text, /First at op 1, CONV_2D “t1”: sample 7, element 3 is 12 and 13, from equal/);
  assert.match(text, /answer changes in 2 of 100 samples/);
  const noAnswers = { ...drift(row(1, 4)), arg_max_flips: null };
  assert.doesNotMatch(driftSentence(noAnswers), /answer/);
});

test('nothing differs', () => {
  assert.match(driftSentence(drift(row(0, 0))), /The same codes in every tensor of 100 samples/);
});
