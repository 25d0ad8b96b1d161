// What the quantizer writes, in today's LiteRT: it loads every file, and its answers are ours within
// the tolerance of the scheme. The table that is printed has the measured differences.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openLiteRt } from './litert.mjs';

const folder = mkdtempSync(join(tmpdir(), 'quantgate-litert-'));
let litert;
let cases;

before(async () => {
  execFileSync(process.env.QG_WRITE_LITERT_CASES, [folder], { cwd: process.env.QG_SOURCE });
  cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
  litert = await openLiteRt(folder);
});
after(() => litert?.close());

function floatsOf(name) {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

// How far an answer may be from ours, relative to the largest magnitude of all answers; 0: not a
// bit. Ours are those of the profile `litert` where activations are codes.
const TOLERANCES = {
  int8: 0,
  'int8-per-tensor': 0,
  'int8-per-channel-dense': 0,
  // Sums of floats in another order.
  float32: 1e-5,
  float16: 1e-5,
  'weight-only-int8': 1e-5,
  'weight-only-int4': 1e-5,
  // What is left in float32; models of nothing but such layers are equal to the bit ("exact").
  'int4-blockwise-32': 1e-5,
  'int4-blockwise-64': 1e-5,
  'int4-blockwise-128': 1e-5,
  'int4-blockwise-256': 1e-5,
  // Hybrid layers alone are equal to the bit ("exact"). What is left in float32 is not, and a code
  // behind it goes the other way here and there, which further layers see.
  'dynamic-range': 5e-3,
  // Kernels that newer runtimes round differently, which `litert` does not follow.
  int16x8: 2e-4,
  uint8: 0.05,
  int4: 0.2,
};

function compare(want, got) {
  const largest = want.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
  let different = 0;
  let worst = 0;
  want.forEach((value, i) => {
    const error = Math.abs(value - got[i]) / largest;
    // NaN is a difference, too.
    if (error !== 0) different += 1;
    worst = error <= worst ? worst : error;
  });
  return { different, worst };
}

test('every scheme loads and answers alike', async () => {
  const schemes = {};
  const problems = [];
  for (const each of cases) {
    const { outputs, error } = await litert.run(each);
    const want = floatsOf(`${each.name}.out`);
    if (error !== undefined || outputs.length !== want.length) {
      problems.push(`${each.name}: ${error ?? `${outputs.length} values`}\n${litert.messages.slice(-3).join('\n')}`);
      continue;
    }
    const { different, worst } = compare(want, outputs);
    const row = (schemes[each.scheme] ??= { models: 0, values: 0, different: 0, worst: 0 });
    row.models += 1;
    row.values += want.length;
    row.different += different;
    row.worst = Math.max(row.worst, worst);
    if (!(worst <= (each.exact ? 0 : TOLERANCES[each.scheme]))) {
      problems.push(`${each.name}: ${different} of ${want.length} values differ, by up to ${worst} of the largest`);
    }
  }
  for (const [scheme, row] of Object.entries(schemes)) {
    console.log(`${scheme}: ${row.models} models, ${row.different} of ${row.values} values differ, by up to ${row.worst.toExponential(1)} of the largest`);
  }
  assert.deepEqual(problems, []);
  // The nets of configs/mnist and the random graphs are always there.
  assert.deepEqual(Object.keys(schemes).sort(), Object.keys(TOLERANCES).sort());
  assert.ok(schemes.int8.models >= 10);
});
