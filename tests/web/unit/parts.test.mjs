import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domainOf, dropCutoff, linePath, logTicks, scale, ticks, valueAxis } from 'viewer/chart';
import { clean, parseClean } from 'viewer/clean';
import { groupFindings, headline, reason, worstLayer } from 'viewer/facts';
import { formatHash, parseHash } from 'viewer/router';
import { confusedPairs, difference, filterFlips, flipKind, matrixOf, rgbaOf } from 'viewer/samples';

test('a domain holds all finite values and is never empty', () => {
  assert.deepEqual(domainOf([1, null, NaN, 3], [], 0), { low: 1, high: 3 });
  assert.deepEqual(domainOf([]), { low: 0, high: 1 });
  for (const value of [0, 5, -5, 1e-9]) {
    const { low, high } = domainOf([value]);
    assert.ok(low < value && value < high);
  }
});

test('ticks are round and inside', () => {
  assert.deepEqual(ticks({ low: 0, high: 10 }), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks({ low: -0.31, high: 0.31 }, 3), [-0.2, 0, 0.2]);
  assert.deepEqual(ticks({ low: 1, high: 1 }), []);
  assert.deepEqual(logTicks({ low: 0.3, high: 12 }), [0.5, 1, 2, 5, 10]);
  assert.deepEqual(logTicks({ low: 0, high: 12 }), []);
});

test('an axis without values still draws', () => {
  for (const log of [false, true]) {
    const axis = valueAxis([null, NaN], [], log, 100, 0);
    assert.ok(Number.isFinite(axis.to(0.5)));
  }
  assert.equal(valueAxis([1, 10], [], true, 100, 0).to(0), 100);
});

test('a line is interrupted where a value is missing', () => {
  const x = scale({ low: 0, high: 3 }, 0, 30);
  assert.equal(
    linePath([1, 2, null, 4], x, (v) => v),
    'M0.0 1.0L10.0 2.0M30.0 4.0',
  );
});

test('one lost variant does not set the scale', () => {
  assert.ok(dropCutoff([0.0002, 0.0013, 0.147, 0.87], 0.01) < 0.147);
  assert.ok(dropCutoff([0.001, 0.002, 0.9], undefined) < 0.9);
  assert.equal(dropCutoff([], undefined), Infinity);
  assert.equal(dropCutoff([0, 0], undefined), Infinity);
});

test('links survive', () => {
  const params = { variant: 'a&b=c #?/"<', tensor: 'x/y' };
  assert.deepEqual(parseHash(formatHash('layers', params)), { view: 'layers', params });
  assert.equal(formatHash('causes', { severity: '', of: undefined }), '#/causes');
  assert.equal(parseHash('').view, 'summary');
  assert.equal(parseHash('#/nonsense').view, 'summary');
});

test('names lose what does not belong in them', () => {
  assert.equal(clean('a\u001b[31mb\u2028c\u202ed\u0007'), 'a\ufffd[31mb\ufffdc\ufffdd\ufffd');
  assert.equal(clean('größer\n\t日本'), 'größer\n\t日本');
});

test('a document is cleaned however its characters are written', () => {
  const unwanted = ['\u0007', '\b', '\f', '\r', '\u001b', '\u007f', '\u0085', '\u200f'];
  for (const character of [...unwanted, '\u2028', '\u202e', '\u2066']) {
    const escaped = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const texts = [
      JSON.stringify([character]),
      `["${escaped}"]`,
      `["${escaped.toUpperCase().replace('U', 'u')}"]`,
    ];
    if (character >= ' ') texts.push(`["${character}"]`);
    for (const text of texts) assert.deepEqual(parseClean(text), ['\ufffd'], text);
  }
  assert.deepEqual(parseClean('["a\\n\\tü", {"b": 1}]'), ['a\n\tü', { b: 1 }]);
  assert.throws(() => parseClean('nonsense'));
});

const variant = (verdict, more = {}) => ({ verdict, error: '', rules: [], tensors: [], ...more });

test('the headline counts', () => {
  const say = (verdict, ...variants) => headline({ verdict, variants });
  assert.equal(say('pass'), 'No variant was evaluated');
  assert.equal(say('pass', variant('pass'), variant('pass')), 'All 2 variants passed the gate');
  assert.equal(say('fail', variant('pass'), variant('fail')), '1 of 2 variants failed the gate');
  assert.equal(say('inconclusive', variant('inconclusive')), 'The variant could not be decided');
  assert.equal(say('fail', variant('fail')), 'The variant failed the gate');
});

test('the reason is the broken rule, or the error', () => {
  const rule = (verdict, explanation) => ({ verdict, explanation });
  assert.equal(
    reason(variant('fail', { rules: [rule('pass', 'x'), rule('fail', 'drop 3')] })),
    'Drop 3.',
  );
  assert.equal(reason(variant('fail', { error: 'no op' })), 'Could not be run: no op');
  assert.equal(reason(variant('pass', { rules: [rule('pass', 'x')] })), 'The rule holds.');
});

test('the worst layer is the lowest finite SQNR', () => {
  const rows = [{ sqnr_db: null }, { sqnr_db: 7 }, { sqnr_db: -2 }, { sqnr_db: NaN }];
  assert.equal(worstLayer({ tensors: rows }), rows[2]);
  assert.equal(worstLayer({ tensors: [] }), undefined);
});

test('confusion matrices are subtracted cell by cell', () => {
  const a = {
    classes: 2,
    cells: [
      [0, 0, 5],
      [0, 1, 2],
    ],
  };
  const b = {
    classes: 2,
    cells: [
      [0, 0, 6],
      [1, 1, 3],
    ],
  };
  assert.deepEqual(matrixOf(difference(a, b)), [
    [-1, 2],
    [0, -3],
  ]);
  assert.deepEqual(difference(a, a).cells, []);
  assert.deepEqual(matrixOf({ classes: 1, cells: [[7, 9, 1]] }), [[0]]);
  assert.deepEqual(confusedPairs(a, 5), [{ label: 0, prediction: 1, count: 2 }]);
});

test('flips are lost, gained or moved', () => {
  const flip = (label, reference_prediction, variant_prediction) => ({
    label,
    reference_prediction,
    variant_prediction,
  });
  const all = [flip(1, 1, 2), flip(2, 1, 2), flip(3, 1, 2), flip(-1, 1, 2)];
  assert.deepEqual(all.map(flipKind), ['lost', 'gained', 'moved', 'moved']);
  assert.equal(filterFlips(all, undefined, 'moved').length, 2);
  assert.equal(filterFlips(all, 1, undefined).length, 2); // without a label, by the reference's class
});

test('pixels that do not fill a picture are not drawn', () => {
  const picture = (width, height, channels, pixels_base64) => ({
    index: 0,
    width,
    height,
    channels,
    pixels_base64,
  });
  assert.deepEqual([...rgbaOf(picture(1, 1, 1, 'gA=='))], [128, 128, 128, 255]);
  assert.deepEqual([...rgbaOf(picture(1, 1, 3, 'AQID'))], [1, 2, 3, 255]);
  for (const bad of [
    picture(2, 1, 1, 'gA=='),
    picture(1, 1, 2, 'AQI='),
    picture(0, 0, 1, ''),
    picture(1, 1, 1, '?'),
  ]) {
    assert.equal(rgbaOf(bad), null);
  }
});

test('what was found alike in several variants is told once', () => {
  const finding = (id, variant, message = 'm') => ({
    id,
    variant,
    message,
    severity: 'note',
    tensor: '',
    fix: '',
  });
  const groups = groupFindings([
    finding('A', 'x'),
    finding('B', 'x'),
    finding('A', 'y'),
    finding('A', 'z', 'other'),
  ]);
  assert.deepEqual(
    groups.map((group) => [group.finding.id, group.variants.join()]),
    [
      ['A', 'x,y'],
      ['B', 'x'],
      ['A', 'z'],
    ],
  );
});
