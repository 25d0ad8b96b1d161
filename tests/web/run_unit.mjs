// run_unit.mjs VIEWER_SOURCE: bundles unit/*.test.mjs with the viewer's functions, which are
// TypeScript, and runs them. The working folder is the one the viewer was built in.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(join(process.cwd(), 'package.json'));
const tests = join(dirname(fileURLToPath(import.meta.url)), 'unit');
const names = readdirSync(tests).filter((name) => name.endsWith('.test.mjs'));
await require('esbuild').build({
  entryPoints: names.map((name) => join(tests, name)),
  outdir: 'unit',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  alias: { viewer: process.argv[2] },
  logLevel: 'warning',
});
const { status } = spawnSync(
  process.execPath,
  ['--test', ...names.map((name) => join('unit', name))],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
