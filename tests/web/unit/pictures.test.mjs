import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  binsOf,
  channelsOf,
  heightOf,
  pictureDomain,
  sideOf,
  spreadOf,
  stepPath,
} from 'viewer/pictures';

const histogram = { samples: 3, low: -1, bin_width: 0.5, reference: [1, 2, 1], variant: [0, 4, 0] };
const row = (values = {}) => ({
  histogram,
  representable_min: null,
  representable_max: null,
  ...values,
});

test('bins are shares of the values, side by side', () => {
  const bins = binsOf(histogram);
  assert.deepEqual(
    bins.map((bin) => [bin.low, bin.high, bin.reference, bin.variant]),
    [
      [-1, -0.5, 0.25, 0],
      [-0.5, 0, 0.5, 1],
      [0, 0.5, 0.25, 0],
    ],
  );
});

test('what a report may lack or get wrong makes no bins', () => {
  assert.deepEqual(binsOf(null), []);
  assert.deepEqual(binsOf(undefined), []);
  for (const wrong of [{ low: null }, { bin_width: 0 }, { bin_width: -1 }, { bin_width: null }])
    assert.deepEqual(binsOf({ ...histogram, ...wrong }), []);
  const [empty] = binsOf({ ...histogram, reference: [0], variant: [] });
  assert.deepEqual([empty.reference, empty.variant], [0, 0]);
});

test('a range much wider than the values is drawn in part', () => {
  const bins = binsOf(histogram);
  const near = pictureDomain(bins, row({ representable_min: -1.5, representable_max: 1 }));
  assert.ok(near.low < -1.5 && near.low > -1.7 && near.high > 1 && near.high < 1.2);
  const far = pictureDomain(bins, row({ representable_min: -100, representable_max: 100 }));
  assert.ok(far.low > -3.1 && far.high < 2.6);
});

test('heights are linear or logarithmic, and nothing has none', () => {
  assert.equal(heightOf(0.5, 1, false), 0.5);
  assert.equal(heightOf(0, 1, true), 0);
  assert.equal(heightOf(1, 1, true), 1);
  assert.ok(heightOf(1e-6, 1, true) > 0.02); // one in a million is still seen
  assert.ok(heightOf(0.1, 1, true) > heightOf(0.01, 1, true));
});

test('a path goes around the bins and back to the base', () => {
  const path = stepPath(
    binsOf(histogram),
    (bin) => bin.reference,
    (at) => at * 10,
    (height) => 100 - height * 100,
  );
  assert.equal(path, 'M-10.0 100.0V75.0H-5.0V50.0H0.0V75.0H5.0V100.0');
  assert.equal(
    stepPath(
      [],
      () => 0,
      (x) => x,
      (y) => y,
    ),
    '',
  );
});

test('bins beyond the codes are told from those at their ends', () => {
  const [first, second, third] = binsOf(histogram);
  const limits = row({ representable_min: -0.45, representable_max: 0.3 });
  assert.equal(sideOf(first, limits), 'below');
  assert.equal(sideOf(second, limits), 'inside');
  assert.equal(sideOf(third, limits), 'inside'); // its middle lies within
  assert.equal(sideOf(third, row({ representable_max: -0.3 })), 'above');
  assert.equal(sideOf(first, row()), 'inside');
});

test('channels are named by what they stand for', () => {
  const ranges = {
    tensor: 't',
    channels: 5,
    group: 2,
    min: [-1, 0, null],
    max: [1, 4, 2],
    scale: [],
  };
  const channels = channelsOf(ranges);
  assert.deepEqual(
    channels.map((channel) => channel.label),
    ['0–1', '2–3'],
  );
  assert.deepEqual(channelsOf(null), []);
  const spread = spreadOf(channels);
  assert.equal(spread.widest.label, '2–3');
  assert.equal(spread.ratio, 2);
  assert.equal(spreadOf([]), null);
});
