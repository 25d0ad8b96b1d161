// Builds the viewer to dist/template.html: one file, its script and its style inlined and allowed
// by their hashes alone. src/template.html says where they and the report's data go.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const LARGEST_TEMPLATE_BYTES = 300_000;
const here = dirname(fileURLToPath(import.meta.url));

async function bundle(entry, options) {
  const result = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    charset: 'ascii',
    legalComments: 'none',
    target: ['es2022'],
    logLevel: 'warning',
    ...options,
  });
  return result.outputFiles[0].text.trim();
}

const sourceHash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

// A function as replacement: '$&' in a script must not be understood as a pattern.
function fill(template, mark, text) {
  if (template.split(mark).length !== 2) throw new Error(`the template must have ${mark} once`);
  return template.replace(mark, () => text);
}

const script = await bundle('src/main.tsx', {
  format: 'iife',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
});
const style = await bundle('src/styles/main.css', {});
if (/<\/(script|style)|<!--/i.test(script + style)) {
  throw new Error('the script or the style would end its own element');
}

let html = readFileSync(join(here, 'src/template.html'), 'utf8');
html = fill(html, '%SCRIPT_HASH%', sourceHash(script));
html = fill(html, '%STYLE_HASH%', sourceHash(style));
html = fill(html, '%STYLE%', style);
html = fill(html, '%SCRIPT%', script);
for (const mark of ['%QUANTGATE_TITLE%', '%QUANTGATE_REPORT%']) fill(html, mark, '');
if (html.length > LARGEST_TEMPLATE_BYTES) {
  throw new Error(`the template has ${html.length} bytes, more than ${LARGEST_TEMPLATE_BYTES}`);
}
mkdirSync(join(here, 'dist'), { recursive: true });
writeFileSync(join(here, 'dist/template.html'), html);
console.log(`dist/template.html: ${html.length} bytes`);
