import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, count, fixed, percent, points, range, shareText, significant } from 'viewer/format';

test('what is missing is a dash', () => {
  for (const value of [null, undefined, NaN, Infinity, -Infinity]) {
    for (const text of [
      fixed(value, 2),
      significant(value),
      count(value),
      percent(value),
      points(value),
      shareText(value),
    ]) {
      assert.equal(text, '–');
    }
  }
  assert.equal(range(null, null), '–');
});

test('numbers are short and keep their sign', () => {
  assert.equal(fixed(-1.234, 2), '−1.23');
  assert.equal(fixed(-0.001, 2), '0.00');
  assert.equal(significant(0), '0');
  assert.equal(significant(0.00392156862, 4), '0.003922');
  assert.equal(significant(1.5000001, 4), '1.5');
  assert.equal(significant(-128), '−128');
  assert.equal(significant(0.0000123456, 3), '1.23e−5');
  assert.equal(significant(12345678.9, 3), '1.23e7');
  assert.equal(count(1234567), '1,234,567');
  assert.equal(count(-1234), '−1,234');
});

test('shares are percent or points', () => {
  assert.equal(percent(0.9902), '99.02 %');
  assert.equal(points(0.0123), '+1.23');
  assert.equal(points(-0.0123), '−1.23');
  assert.equal(points(0), '0.00');
  assert.equal(points(1e-9), '0.00');
});

test('a small share is not shown as zero', () => {
  assert.equal(shareText(0), '0.00 %');
  assert.equal(shareText(0.000001), '< 0.01 %');
  assert.equal(shareText(0.25), '25.00 %');
});

test('sizes have their unit', () => {
  assert.equal(bytes(0), '–');
  assert.equal(bytes(999), '999 B');
  assert.equal(bytes(1536), '1.5 kB');
  assert.equal(bytes(425449), '425 kB');
  assert.equal(bytes(999600), '1.0 MB');
  assert.equal(bytes(3e6), '3.0 MB');
});
